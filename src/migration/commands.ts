import {
  type AndOr,
  type Assignment,
  type Command,
  forEachChild,
  type PipelineNode,
  parse,
  type Statement,
  type SyntaxNode,
  type Word,
} from 'unbash';

/** What stands between a step and the next one. */
export type Joiner = '&&' | '||' | ';' | '&';

/** What only a shell can do: `undefined` where splitting the words is all of it. */
export type ShellWork =
  | 'variable'
  | 'pattern'
  | 'substitution'
  | 'redirection'
  | 'pipe'
  | 'compound'
  | 'here-document';

/** A variable that is set for one command: `NODE_ENV=production node x.js`. */
export interface InlineVariable {
  readonly name: string;
  /** Without its quotes; a `$NAME` in it is left as it is. */
  readonly value: string;
}

/** One command of a line, or what cannot be taken apart: a pipe, a subshell, an `if`, a line with a here-document. */
export interface Step {
  /** As it stands in the line, with its variables, quotes and redirections. */
  readonly text: string;
  readonly variables: readonly InlineVariable[];
  /** The words without their quotes, `$NAME` left as it is; empty for a pipe, a subshell, an `if`. */
  readonly words: readonly string[];
  /** Where its first word begins in `text`, after the variables. */
  readonly at: number;
  /** The words of every command in it; just `words` for a plain one. */
  readonly commands: readonly (readonly string[])[];
  /** What joins it to the next step; `undefined` for the last. */
  readonly joiner: Joiner | undefined;
  readonly shell: ShellWork | undefined;
}

/** A line for a shell, taken apart. */
export interface CommandLine {
  readonly text: string;
  readonly steps: readonly Step[];
  /** Why a shell would refuse it: a quote that is never closed. The steps are then a guess. */
  readonly error: string | undefined;
}

const expansions: Readonly<Record<string, ShellWork>> = {
  SimpleExpansion: 'variable',
  ParameterExpansion: 'variable',
  ArithmeticExpansion: 'variable',
  CommandExpansion: 'substitution',
  ProcessSubstitution: 'substitution',
  Glob: 'pattern',
  ExtendedGlob: 'pattern',
  BraceExpansion: 'pattern',
  AnsiCQuoted: 'substitution',
  LocaleString: 'substitution',
};

function shellWorkOf(node: SyntaxNode): ShellWork | undefined {
  if (node.type === 'Redirect' || node.type === 'HereDoc' || node.type === 'HereString') return 'redirection';
  if (node.type === 'Word' && node.text.startsWith('~')) return 'variable';
  let work = expansions[node.type];
  forEachChild(node, (child) => {
    work ??= shellWorkOf(child);
  });
  return work;
}

const textOfWord = (word: Word | Assignment): string => (word.type === 'Word' ? word.value : word.text);

function wordsOf(command: Command): string[] {
  return command.name === undefined ? [] : [command.name.value, ...command.args.map(textOfWord)];
}

function variablesOf(command: Command): InlineVariable[] {
  return command.prefix.flatMap((part) =>
    part.type === 'Assignment' && part.value.type === 'Word'
      ? [{ name: part.name, value: part.value.value }]
      : [],
  );
}

function commandsIn(node: SyntaxNode): string[][] {
  if (node.type === 'Command') return [wordsOf(node)];
  const found: string[][] = [];
  forEachChild(node, (child) => {
    found.push(...commandsIn(child));
  });
  return found;
}

function stepOf(line: string, node: PipelineNode, joiner: Joiner | undefined): Step {
  const plain = node.type === 'Command';
  return {
    text: line.slice(node.pos, node.end),
    variables: plain ? variablesOf(node) : [],
    words: plain ? wordsOf(node) : [],
    at: plain && node.name ? node.name.pos - node.pos : 0,
    commands: commandsIn(node),
    joiner,
    shell: plain ? shellWorkOf(node) : node.type === 'Pipeline' ? 'pipe' : 'compound',
  };
}

function stepsOf(line: string, { command, background }: Statement, last: boolean): Step[] {
  const end: Joiner | undefined = background ? '&' : last ? undefined : ';';
  if (command.type !== 'AndOr') return [stepOf(line, command, end)];
  const { commands, operators }: AndOr = command;
  return commands.map((node, index) => stepOf(line, node, operators[index] ?? end));
}

function hasHereDocument(node: SyntaxNode): boolean {
  if (node.type === 'HereDoc') return true;
  let found = false;
  forEachChild(node, (child) => {
    found ||= hasHereDocument(child);
  });
  return found;
}

/** The whole line: the text of a here-document stands behind the commands, and goes where the line goes. */
function wholeStep(line: string, statements: readonly Statement[]): Step {
  return {
    text: line.trim(),
    variables: [],
    words: [],
    at: 0,
    commands: statements.flatMap(commandsIn),
    joiner: undefined,
    shell: 'here-document',
  };
}

/**
 * Takes a line for a shell apart, as far as it is a list of commands. Nothing in it is run. Comments and empty
 * lines are gone; a line that a shell would refuse has an `error`, and its steps are what could be read.
 */
export function parseLine(text: string): CommandLine {
  const line = text.replaceAll('\r\n', '\n');
  const { commands, errors } = parse(line);
  const steps = commands.some(hasHereDocument)
    ? [wholeStep(line, commands)]
    : commands.flatMap((statement, index) => stepsOf(line, statement, index === commands.length - 1));
  return { text: line, steps, error: errors?.[0]?.message };
}

/** The line that runs these steps. The joiner of the last one is left out, unless it sends it to the background. */
export function joinSteps(steps: readonly Step[]): string {
  return steps
    .map(({ text, joiner }, index) => {
      if (index === steps.length - 1) return joiner === '&' ? `${text} &` : text;
      return joiner === ';' ? `${text};` : `${text} ${joiner ?? '&&'}`;
    })
    .join(' ');
}

/** Lines that run one after the other, each where the one before it went well. */
export function joinLines(lines: readonly string[]): string {
  // Nothing may stand behind the end of a here-document.
  const isWhole = (line: string): boolean => parseLine(line).steps[0]?.shell === 'here-document';
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) return only;
  return lines.map((line) => (isWhole(line) ? `{\n${line}\n}` : line)).join(' && ');
}

/** Puts words into one line for a shell, each quoted where it must be. */
export function quoteWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}

/** Wrappers that run the command which follows them: how many words of their own they have, at least. */
const wrappers: readonly (readonly string[])[] = [
  ['env'],
  ['exec'],
  ['time'],
  ['nohup'],
  ['sudo'],
  ['command'],
  ['newrelic-admin', 'run-program'],
  ['ddtrace-run'],
  ['opentelemetry-instrument'],
  ['poetry', 'run'],
  ['pipenv', 'run'],
  ['uv', 'run'],
  ['pdm', 'run'],
  ['rye', 'run'],
  ['hatch', 'run'],
  ['npx'],
  ['pnpx'],
  ['bunx'],
  ['pnpm', 'exec'],
  ['pnpm', 'dlx'],
  ['npm', 'exec'],
  ['yarn', 'exec'],
  ['yarn', 'dlx'],
  ['bun', 'x'],
  ['dotenv'],
  ['cross-env'],
  ['doppler', 'run'],
  ['infisical', 'run'],
  ['bundle', 'exec'],
  ['python', '-m'],
  ['python3', '-m'],
  ['dumb-init'],
  ['tini'],
];

/** Flags of wrappers that have a value as a word of its own. */
const withValue = /^(-e|-c|--group|--extra|--with|--package|-p|--env)$/;

/**
 * The words of the program that does the work, without what stands before it: `poetry run`, `npx`, `python -m`,
 * `env A=1`, a wrapper of a buildpack such as `bin/start-pgbouncer`.
 */
export function programOf(words: readonly string[]): readonly string[] {
  const wrapper = wrappers.find((start) => start.every((word, index) => basename(words[index]) === word));
  if (wrapper) {
    const after = words.slice(wrapper.length);
    const rest = wrapper[1] === '-m' ? after : skipFlags(after);
    return rest.length > 0 ? programOf(rest) : words;
  }
  const buildpack = /^(\.\/)?bin\/start-[\w-]+$/.test(words[0] ?? '') && words.length > 1;
  return buildpack ? programOf(words.slice(1)) : [basename(words[0]), ...words.slice(1)];
}

function skipFlags(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  if (first === '--') return rest;
  if (withValue.test(first)) return skipFlags(rest.slice(1));
  return first.startsWith('-') || /^[A-Za-z_]\w*=/.test(first) ? skipFlags(rest) : words;
}

/** `gunicorn` of `/venv/bin/gunicorn`; `python` of `python3.12`; `manage.py` of `./manage.py`. */
function basename(word = ''): string {
  const name = word.slice(word.lastIndexOf('/') + 1);
  return /^python[\d.]+$/.test(name) ? 'python' : name;
}
