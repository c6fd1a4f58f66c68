import { posix } from 'node:path';
import { type CommandLine, parseLine, type Step } from './commands.ts';
import { hidesRelease, packageScript, roleOf, type StepRole } from './commands-roles.ts';

/** Where the text of a script is looked up; nothing is ever run. */
export interface ScriptSource {
  /** A script of package.json. */
  readonly npm: (name: string) => string | undefined;
  /** A file, from the folder in which the line starts. */
  readonly file: (path: string) => string | undefined;
}

/** A step whose role was found by looking into the script that it runs. */
export interface ScriptStep extends Step {
  readonly role?: StepRole;
  /** What ran it: `npm run build`, `./build.sh`; absent where the step stands in the line itself. */
  readonly from?: string;
}

/** Scripts that run scripts are followed this far. */
const deepest = 5;

/** The shell script that a command runs: `./build.sh`, `bash -e scripts/start.sh`. */
export function shellScript(words: readonly string[]): string | undefined {
  const [program = '', ...args] = words;
  if (/^(\.?\.?\/|[\w-]+\/)?[\w./-]+\.sh$/.test(program)) return posix.normalize(program);
  if (!/^(ba|da)?sh$/.test(program))
    return /^\.\/[\w./-]+$/.test(program) ? posix.normalize(program) : undefined;
  const script = args.find(
    (word, index) => !word.startsWith('-') && !/^-[eux]*o$/.test(args[index - 1] ?? ''),
  );
  return script === undefined || args.includes('-c') ? undefined : posix.normalize(script);
}

function linesBehind(step: Step, source: ScriptSource): string[] {
  const script = packageScript(step.words);
  if (script) {
    const { name, rest } = script;
    const own = source.npm(name);
    if (own === undefined) return [];
    const line = rest.length > 0 ? `${own} ${rest.map((word) => JSON.stringify(word)).join(' ')}` : own;
    const around = (prefix: string): string[] =>
      [source.npm(`${prefix}${name}`)].filter((text) => text !== undefined);
    return [...around('pre'), line, ...around('post')];
  }
  const path = shellScript(step.words);
  const text = path === undefined ? undefined : source.file(path);
  return text === undefined ? [] : [text];
}

function withVariables(step: Step, { variables, text, at }: Step): Step {
  if (variables.length === 0) return step;
  const own = text.slice(0, at);
  return {
    ...step,
    text: `${own}${step.text}`,
    at: at + step.at,
    variables: [...variables, ...step.variables],
  };
}

/** A script's options (`set -e`) and what it prints mean nothing outside of it. */
const matters = (step: Step): boolean => roleOf(step) !== 'noise' && !/^set -/.test(step.text);

function expandStep(step: Step, source: ScriptSource, depth: number): ScriptStep[] {
  if (step.words.length === 0 || depth > deepest || step.shell === 'redirection') return [step];
  const lines = linesBehind(step, source);
  if (lines.length === 0) return [step];
  const parsed = lines.map(parseLine);
  if (parsed.some(({ error }) => error !== undefined)) return [step];
  const inside = parsed
    .flatMap(({ steps }) => steps)
    .flatMap((inner) => expandStep(inner, source, depth + 1))
    .filter(matters);
  const roles = new Set(
    inside.map((inner) => inner.role ?? roleOf(inner)).filter((role) => role !== 'context'),
  );
  const role = roleOf(step);
  if (inside.some(hidesRelease) || roles.size === 0) return [step];
  if (roles.size === 1) {
    const [only = 'other'] = roles;
    // A script called `migrate` may well be a program of the owner's own.
    return [{ ...step, role: only === 'other' ? role : only }];
  }
  if (!roles.has('release') && !roles.has('install') && role === 'build') return [step];
  const from = step.text;
  return inside.map((inner, index) => ({
    ...withVariables(inner, step),
    joiner: index === inside.length - 1 ? step.joiner : (inner.joiner ?? '&&'),
    from,
  }));
}

/**
 * The steps of a line, with scripts looked into: of package.json, and shell scripts of the repo. A script whose
 * commands all play one role stays one step and gets that role; one that does several things is replaced by
 * its commands, so that they can be sorted.
 */
export function expandScripts(line: CommandLine, source: ScriptSource): ScriptStep[] {
  return line.steps.flatMap((step) => expandStep(step, source, 0));
}
