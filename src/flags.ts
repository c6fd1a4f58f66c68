import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { called, program } from './called.ts';
import { type Command, commandNamed, commands, migrate } from './commands.ts';
import { acceptAll, type Declarations, type Value } from './declaration.ts';
import { isTypo, nearest } from './nearest.ts';
import { Problem } from './problem.ts';

/** A flag that is no answer. */
export interface RunFlag {
  flag: string;
  kind: 'text' | 'yes-no';
  value?: string;
  help: string;
  short?: string;
}

/** The flags of every run, as `vibely --help` and `yo vibely --help` list them. */
const runFlags: readonly RunFlag[] = [
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
  {
    flag: 'force',
    kind: 'yes-no',
    short: 'f',
    help: 'in a new repo: overwrite committed files; in a generated one: change ids in AWS',
  },
  { flag: 'dry-run', kind: 'yes-no', help: 'show what would be done, write nothing, run nothing' },
  { flag: 'skip-install', kind: 'yes-no', help: 'do not install npm dependencies' },
  { flag: 'skip-git', kind: 'yes-no', help: 'do not make a git repository' },
];

/** The flag of every feature. */
const offFlag: RunFlag = { flag: 'off', kind: 'yes-no', help: 'turn it off again' };

/** The flag of a feature that can be there several times, with a name each. */
const replaceFlag: RunFlag = {
  flag: 'replace',
  kind: 'yes-no',
  help: 'change one of that name that is there already',
};

/** The flags of migrate, beside those of every run that it takes. */
const migrateFlags: readonly RunFlag[] = [
  {
    // Not --env-file: node takes that for its own, also behind a script, and obeys NODE_OPTIONS in the file.
    flag: 'variables',
    kind: 'text',
    value: 'FILE|-',
    help: "sort the variables of an export, too: NAME=value lines or JSON; no secret's value is kept",
  },
  { flag: 'json', kind: 'yes-no', help: 'with --dry-run: print the plan for a program' },
];

const ownFlags: readonly RunFlag[] = [
  { flag: 'help', kind: 'yes-no', short: 'h', help: 'show this' },
  { flag: 'version', kind: 'yes-no', short: 'v', help: 'show the version' },
];

/** A parsed command line. */
export interface CommandLine {
  command: Command;
  /** The directory or the name; `undefined` where none was given. */
  argument: string | undefined;
  /** Answers given as flags, accepted. */
  given: Readonly<Record<string, Value>>;
  /** Run flags without their hyphens: `dry-run` → true. */
  run: Readonly<Record<string, string | boolean | undefined>>;
}

function flagsOf({ declarations }: Command): RunFlag[] {
  return Object.values(declarations).map(({ flag, kind, value, decides }) => ({
    flag,
    kind: kind === 'yes-no' ? 'yes-no' : 'text',
    help: decides,
    ...(value !== undefined && { value }),
  }));
}

/** The run flags that a command takes. */
export function runFlagsOf(command: Command): RunFlag[] {
  if (command === migrate) return [...migrateFlags, ...runFlags];
  const isFeature = command.needsRepo && !['upgrade', 'status'].includes(command.id);
  const own = [...(isFeature ? [offFlag] : []), ...(command.single ? [replaceFlag] : [])];
  return [...own, ...runFlags];
}

function usage(what: string, why: string, fix: string): Problem {
  return new Problem('VIB001', { what, why, fix });
}

function explainUnknown(error: unknown, command: Command): unknown {
  if (!(error instanceof Error)) return error;
  const unknown = /Unknown option '(?<flag>[^']+)'/.exec(error.message)?.groups?.flag;
  const answers = flagsOf(command).flatMap(({ flag, kind }) =>
    kind === 'yes-no' ? [`--${flag}`, `--no-${flag}`] : [`--${flag}`],
  );
  const all = [...answers, ...[...runFlagsOf(command), ...ownFlags].map(({ flag }) => `--${flag}`)];
  if (unknown !== undefined)
    return usage(
      `There is no flag ${unknown}.`,
      `The flags are ${all.join(' ')}.`,
      `Did you mean ${nearest(unknown, all)}?`,
    );
  return usage(
    error.message.split('\n')[0] ?? '',
    'The command line cannot be understood.',
    'See vibely --help.',
  );
}

function parse(args: string[], command: Command): { values: Record<string, unknown>; positionals: string[] } {
  const all = [...flagsOf(command), ...runFlagsOf(command), ...ownFlags];
  const options = all.map(
    ({ flag, kind, short }): [string, { type: 'string' | 'boolean'; short?: string }] => [
      flag,
      { type: kind === 'text' ? 'string' : 'boolean', ...(short !== undefined && { short }) },
    ],
  );
  try {
    return parseArgs({
      args,
      options: Object.fromEntries(options),
      allowPositionals: true,
      allowNegative: true,
    });
  } catch (error) {
    throw explainUnknown(error, command);
  }
}

/** A folder can have any name: one that is nearly that of a generator would become a whole repo by mistake. */
function refuseTypo(word = ''): void {
  if (!/^[\w-]+$/.test(word)) return;
  const ids = commands.filter(({ id }) => id !== 'app').map(({ id }) => id);
  const meant = nearest(word, ids);
  if (!isTypo(word, meant)) return;
  throw usage(
    `There is no generator '${word}'.`,
    `It may be '${meant}' mistyped, or the name of a folder for a new repo.`,
    `Did you mean ${called(meant)}? For a folder of that name: ${program()} ./${word}`,
  );
}

/**
 * Reads a command line (without node and script). The name of a subgenerator comes first.
 * @throws Problem VIB001 for what is no flag or lacks its value, or the code of a refused answer.
 */
export function parseCommandLine(args: string[]): CommandLine {
  const command = commandNamed(args[0]);
  if (command.id === 'app') refuseTypo(args[0]);
  const { values, positionals } = parse(command.id === 'app' ? args : args.slice(1), command);
  const [argument, ...more] = command.argument === undefined ? [undefined, ...positionals] : positionals;
  if (more.length > 0)
    throw usage(
      `${more[0]} is one argument too many.`,
      command.argument === undefined
        ? `vibely ${command.id} takes none.`
        : `There is one ${command.argument}.`,
      'Quote a path with spaces in it; give everything else as a flag.',
    );
  return {
    command,
    argument,
    given: acceptFlags(command.declarations, values),
    run: values as CommandLine['run'],
  };
}

/** The answers among flags (`dev-account` → `devAccount`), accepted. */
export function acceptFlags(
  declarations: Declarations,
  values: Readonly<Record<string, unknown>>,
): Record<string, Value> {
  return acceptAll(declarations, values, 'flag');
}

/** Where an answers file lies: relative to the caller's directory; `-` is standard input. */
export function answersPath(directory: string, given: string): string {
  return given === '-' ? given : resolve(directory, given);
}

function helpLine({ flag, kind, value, short, help }: RunFlag, negatable: boolean): string {
  const negative = negatable && kind === 'yes-no' ? ` / --no-${flag}` : '';
  const name = `${short ? `-${short}, ` : ''}--${flag}${value ? ` ${value}` : ''}${negative}`;
  return `  ${name.padEnd(32)} ${help}`;
}

function subcommandHelp(): string {
  const others = commands.filter(({ id }) => id !== 'app');
  return others
    .map((command) => `  ${`vibely ${command.id}${argumentOf(command)}`.padEnd(32)} ${command.summary}`)
    .join('\n');
}

const argumentOf = ({ argument }: Command): string =>
  argument === undefined ? '' : argument === 'name' ? ' NAME' : ' [dir]';

/** The text of `vibely --help`, or of `vibely COMMAND --help`. */
export function helpText(command: Command): string {
  const answers = flagsOf(command).map((flag) => helpLine(flag, true));
  const runs = [...runFlagsOf(command), ...ownFlags].map((flag) => helpLine(flag, false));
  const isApp = command.id === 'app';
  const usageLine = isApp ? 'vibely [dir]' : `vibely ${command.id}${argumentOf(command)}`;
  const more = isApp
    ? `\nIn a repo that it wrote (each with --help):\n${subcommandHelp()}\n\nExamples:\n  vibely ../shop --yes\n  vibely ../shop --backend node --no-sse --domain api.example.com --github acme/shop\n`
    : '';
  const asked =
    answers.length === 0 ? '' : `\nThe answers; what is not given is asked for:\n${answers.join('\n')}\n`;
  return `${usageLine}   ${command.summary}${isApp ? ' into dir (default: here)' : ''}\n${asked}\nHow it runs:\n${runs.join('\n')}\n${more}`;
}
