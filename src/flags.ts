import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { accept, answerKeys, declarationOf, type SomeAnswers } from './answers.ts';
import { nearest } from './nearest.ts';
import { Problem } from './problem.ts';

/** A flag that is no answer. */
export interface RunFlag {
  flag: string;
  kind: 'text' | 'yes-no';
  value?: string;
  help: string;
  short?: string;
}

/** The flags of a run, as `vibely --help` and `yo vibely --help` list them. */
export const runFlags: readonly RunFlag[] = [
  {
    flag: 'answers',
    kind: 'text',
    value: 'FILE|-',
    help: 'take answers from a JSON file, or from standard input',
  },
  {
    flag: 'yes',
    kind: 'yes-no',
    short: 'y',
    help: 'take the default for whatever is not given, ask nothing',
  },
  { flag: 'force', kind: 'yes-no', short: 'f', help: 'overwrite files that are there already' },
  { flag: 'dry-run', kind: 'yes-no', help: 'show what would be done, write nothing, run nothing' },
  { flag: 'skip-install', kind: 'yes-no', help: 'do not install npm dependencies' },
  { flag: 'skip-git', kind: 'yes-no', help: 'do not make a git repository' },
];

const ownFlags: readonly RunFlag[] = [
  { flag: 'help', kind: 'yes-no', short: 'h', help: 'show this' },
  { flag: 'version', kind: 'yes-no', short: 'v', help: 'show the version' },
];

/** A parsed command line. */
export interface CommandLine {
  /** As typed; `undefined` where none was given. */
  directory: string | undefined;
  flags: SomeAnswers;
  /** Run flags without their hyphens: `dry-run` → true. */
  run: Readonly<Record<string, string | boolean | undefined>>;
}

const answerFlags: readonly RunFlag[] = answerKeys.map((key) => {
  const { flag, kind, value, decides } = declarationOf(key);
  return { flag, kind: kind === 'yes-no' ? 'yes-no' : 'text', help: decides, ...(value && { value }) };
});

function usage(what: string, why: string, fix: string): Problem {
  return new Problem('VIB001', { what, why, fix });
}

function explainUnknown(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const unknown = /Unknown option '(?<flag>[^']+)'/.exec(error.message)?.groups?.flag;
  const all = [...answerFlags, ...runFlags, ...ownFlags].flatMap(({ flag, kind }) =>
    kind === 'yes-no' && declaredAnswers.has(flag) ? [`--${flag}`, `--no-${flag}`] : [`--${flag}`],
  );
  if (unknown !== undefined)
    return usage(
      `There is no flag ${unknown}.`,
      `The flags are ${all.join(' ')}.`,
      `Did you mean ${nearest(unknown, all)}?`,
    );
  const line = error.message.split('\n')[0] ?? '';
  return usage(line, 'The command line cannot be understood.', 'See vibely --help.');
}

const declaredAnswers = new Set(answerFlags.map(({ flag }) => flag));

/**
 * Reads a command line (without node and script).
 * @throws Problem VIB001 for what is no flag or lacks its value, or the code of a refused answer.
 */
export function parseCommandLine(args: string[]): CommandLine {
  const all = [...answerFlags, ...runFlags, ...ownFlags];
  const options = Object.fromEntries(
    all.map(({ flag, kind, short }) => [
      flag,
      { type: kind === 'text' ? ('string' as const) : ('boolean' as const), ...(short && { short }) },
    ]),
  );
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args, options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    throw explainUnknown(error);
  }
  const [directory, ...rest] = parsed.positionals;
  if (rest.length > 0)
    throw usage(
      `${rest[0]} is one argument too many.`,
      'Only one directory is written to.',
      'Quote a path with spaces in it.',
    );
  return { directory, flags: answersIn(parsed.values), run: parsed.values as CommandLine['run'] };
}

/** The answers among flags (`dev-account` → `devAccount`), checked. */
export function answersIn(values: Readonly<Record<string, unknown>>): SomeAnswers {
  const given = answerKeys.filter((key) => values[declarationOf(key).flag] !== undefined);
  return Object.fromEntries(given.map((key) => [key, accept(key, values[declarationOf(key).flag])]));
}

/** Where an answers file lies: relative to the caller's directory; `-` is standard input. */
export function answersPath(directory: string, given: string): string {
  return given === '-' ? given : resolve(directory, given);
}

function helpLine({ flag, kind, value, short, help }: RunFlag): string {
  const negative = kind === 'yes-no' && declaredAnswers.has(flag) ? ` / --no-${flag}` : '';
  const name = `${short ? `-${short}, ` : ''}--${flag}${value ? ` ${value}` : ''}${negative}`;
  return `  ${name.padEnd(30)} ${help}`;
}

/** The text of `vibely --help`. */
export function helpText(): string {
  return `vibely [dir]   writes the AWS repo of an app into dir (default: here)

The answers; what is not given is asked for:
${answerFlags.map(helpLine).join('\n')}

How it runs:
${[...runFlags, ...ownFlags].map(helpLine).join('\n')}

Examples:
  vibely ../shop --yes
  vibely ../shop --backend node --no-sse --domain api.example.com --github acme/shop
`;
}
