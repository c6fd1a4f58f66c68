import { parseLine, type ShellWork, type Step } from './commands.ts';

/** A command as a container takes it. */
export interface ContainerCommand {
  /** The words of `CMD [...]` and of a task definition's `command`. */
  readonly words: readonly string[];
  /** Why a shell stands before it; `undefined` where the process itself is started. */
  readonly shell: string | undefined;
}

const reasons: Readonly<Record<ShellWork, string>> = {
  variable: 'a variable',
  pattern: 'a pattern of file names',
  substitution: 'a command in a command',
  redirection: 'a redirection',
  pipe: 'a pipe',
  compound: 'a subshell or a condition',
  'here-document': 'a here-document',
};

/** What POSIX's `sh` does not know. */
const bashOnly = /\[\[|<\(|>\(|\bsource\s|\$'|&>|\bpipefail\b|\bshopt\b|\{\d+\.\.\d+\}/;

/** What a shell does itself: there is no such program, or it would do nothing for the shell. */
const builtins = new Set(
  `. : [ alias bg break builtin cd command continue declare disown eval exit export false fg getopts hash jobs let local
  popd pushd read readonly return set shift shopt source test times trap true type typeset ulimit umask unalias unset
  wait`.split(/\s+/),
);

/** A step with `exec` before it, so that the process itself gets SIGTERM; a shell would keep it to itself. */
function execStep(step: Step): string {
  const [program] = step.words;
  if (program === undefined || step.joiner === '&' || program === 'exec' || builtins.has(program))
    return step.text;
  if (step.variables.length === 0) return `exec ${step.text}`;
  return `exec env ${step.text}`;
}

/**
 * The words with which a container runs a line: the program itself where that is possible (exec form), else a shell that
 * gives its place to the last command of the line.
 */
export function containerCommand(text: string): ContainerCommand {
  const { steps, text: line } = parseLine(text);
  const [step] = steps;
  if (
    step !== undefined &&
    steps.length === 1 &&
    step.shell === undefined &&
    step.words.length > 0 &&
    step.joiner === undefined &&
    !builtins.has(step.words[0] ?? '')
  ) {
    const words = step.words[0] === 'exec' ? step.words.slice(1) : step.words;
    const variables = step.variables.map(({ name, value }) => `${name}=${value}`);
    return { words: variables.length > 0 ? ['env', ...variables, ...words] : words, shell: undefined };
  }
  const last = steps.at(-1);
  const alone = step?.joiner === '&' ? 'a background process' : 'a command of the shell';
  const reason =
    steps.length > 1 ? 'several commands' : step?.shell === undefined ? alone : reasons[step.shell];
  const start = last ? line.lastIndexOf(last.text) : -1;
  const alternative = steps.at(-2)?.joiner === '||';
  const script =
    last === undefined || start < 0 || alternative || last.words.length === 0
      ? line.trim()
      : `${line.slice(0, start)}${execStep(last)}${line.slice(start + last.text.length)}`.trim();
  return { words: [bashOnly.test(line) ? 'bash' : 'sh', '-c', script], shell: reason };
}

/**
 * Whether SIGTERM reaches the program that these words start: a shell in front of it keeps the signal to itself, unless it
 * gives its place to the last command.
 */
export function getsSignals(words: readonly string[]): boolean {
  const [program = '', flag = '', script] = words;
  if (!/(^|\/)(ba|da)?sh$/.test(program) || !/^-[a-z]*c$/.test(flag) || script === undefined) return true;
  const { steps } = parseLine(script);
  const [last, before] = [steps.at(-1), steps.at(-2)];
  if (last === undefined || last.joiner === '&' || before?.joiner === '||') return false;
  // For a command that is alone, dash and bash give their place by themselves.
  const isAlone = steps.length === 1 && last.words.length > 0 && !builtins.has(last.words[0] ?? '');
  return last.words[0] === 'exec' || isAlone;
}
