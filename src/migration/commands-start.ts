import { joinSteps, parseLine, programOf, quoteWords, type Step } from './commands.ts';
import { type ContainerCommand, containerCommand } from './commands-exec.ts';
import { type ListenDefaults, listenDefaults } from './commands-port.ts';
import { packageScript } from './commands-roles.ts';

/** What a start line becomes in a container. */
export interface StartCommand extends ContainerCommand {
  /** The line that is run, scripts of package.json replaced by what they run. */
  readonly line: string;
  /** What the server has to be told in the environment, with the reason. */
  readonly listen: ListenDefaults | undefined;
  /** Program that stands between the container and the app, and keeps SIGTERM to itself; absent where none does. */
  readonly wrapper?: string;
}

/** Programs that only enter the app's environment: the image is that environment. */
const entering = /^(poetry|pipenv|uv|pdm|rye|hatch) run( -\S+)* /;

/** Programs of `npx` that are in the image anyway: what is in node_modules/.bin is on the path. */
const runsInstalled = /^(npx( --?(yes|no-install|y))*|pnpm exec|yarn exec|bunx|npm exec( --)?) (?!-)/;

function entered(step: Step, isInstalled: (program: string) => boolean): Step {
  if (step.words.length === 0) return step;
  const before = step.text.slice(0, step.at);
  const own = step.text.slice(step.at);
  // cross-env is env for Windows, and stands between the container and the app.
  const short = own.replace(entering, '').replace(/^cross-env(?= \w+=)/, 'env');
  const called = runsInstalled.exec(short)?.[0];
  const program = called === undefined ? undefined : short.slice(called.length).split(/\s/)[0];
  const text = called !== undefined && isInstalled(program ?? '') ? short.slice(called.length) : short;
  return parseLine(before + text).steps.map((one) => ({ ...one, joiner: step.joiner }))[0] ?? step;
}

/**
 * The command behind `npm start`, where it is one: npm would stand between the container and the app, and keeps
 * SIGTERM to itself. A script with several commands, or with one before or after it, stays.
 */
function scriptStep(step: Step, script: (name: string) => string | undefined, depth = 0): Step {
  const called = packageScript(step.words);
  if (!called || depth > 5 || step.shell === 'redirection') return step;
  const text = script(called.name);
  const around = ['pre', 'post'].some((prefix) => script(`${prefix}${called.name}`) !== undefined);
  const { steps, error } = parseLine(text ?? '');
  const [inner] = steps;
  if (around || error !== undefined || steps.length !== 1 || inner === undefined || inner.words.length === 0)
    return step;
  const rest = called.rest.length > 0 ? ` ${quoteWords(called.rest)}` : '';
  const line = `${step.text.slice(0, step.at)}${inner.text}${rest}`;
  const found = parseLine(line).steps[0];
  return found ? scriptStep({ ...found, joiner: step.joiner }, script, depth + 1) : step;
}

/** Where the parts of a command are looked up. */
export interface StartSource {
  /** A script of package.json. */
  readonly script: (name: string) => string | undefined;
  /** Whether a program is among those that the app's packages bring. */
  readonly isInstalled: (program: string) => boolean;
}

/**
 * The words with which a container starts a line: without what only enters an environment (`poetry run`, `npx`), without
 * npm where its script is one command, and with the address to listen on where the server does not say it.
 */
export function startCommand(line: string, source: StartSource): StartCommand {
  const steps = parseLine(line).steps.map((step) =>
    entered(scriptStep(step, source.script), source.isInstalled),
  );
  const last = steps.at(-1);
  const listen = last && listenDefaults(last.words);
  const appended = listen && listen.append.length > 0 ? ` ${listen.append.join(' ')}` : '';
  const whole = `${joinSteps(steps)}${appended}`;
  const command = containerCommand(whole);
  const program =
    last && /^(npm|yarn|pnpm|bun)$/.test(programOf(last.words)[0] ?? '')
      ? programOf(last.words)[0]
      : undefined;
  return { ...command, line: whole, listen, ...(program !== undefined && { wrapper: program }) };
}
