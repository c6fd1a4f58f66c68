import { posix } from 'node:path';
import { joinSteps, quoteWords, type Step } from './commands.ts';
import { hidesRelease, roleOf, type StepRole } from './commands-roles.ts';

/** Where a line stands in the platform's settings; what has no role of its own belongs there. */
export type LinePlace = 'build' | 'start' | 'release';

/** A step with the folder in which it runs, from the folder in which the line starts; empty for that one. */
export interface PlacedStep extends Step {
  readonly folder: string;
  /** Set where a script was looked into; otherwise it is read from the words. */
  readonly role?: StepRole;
}

/** A build, start or release line, sorted by when each step is to run in the new home. */
export interface Division {
  readonly install: readonly PlacedStep[];
  readonly build: readonly PlacedStep[];
  readonly release: readonly PlacedStep[];
  readonly run: readonly PlacedStep[];
  /** What changes the database, but is inside a pipe, an `if`, or after an `||`: it stays where it is. */
  readonly stuck: readonly Step[];
  /** Migrations whose failure the line ignored (`|| true`); in the release step a failure ends the deployment. */
  readonly failureIgnored: readonly Step[];
  /** Processes that the line leaves running in the background, beside its own. */
  readonly background: readonly Step[];
}

function withFolders(steps: readonly Step[]): PlacedStep[] {
  let folder = '';
  const placed: PlacedStep[] = [];
  for (const step of steps) {
    const [program, target] = step.words;
    if (program === 'cd' && target !== undefined && step.shell === undefined)
      folder = posix.join(folder, target).replace(/^\.\/?$|\/$/, '');
    else placed.push({ ...step, folder });
  }
  return placed;
}

const fallback = (step: Step | undefined): boolean =>
  step !== undefined && /^(true|:|echo|printf)$/.test(step.words[0] ?? '');

function placeOf(step: PlacedStep, place: LinePlace): StepRole {
  const role = step.role ?? roleOf(step);
  // What is installed in another folder, or beside a server, is a step like any other.
  if (role === 'install' && (step.folder !== '' || place === 'release')) return 'other';
  return role === place ? 'other' : role;
}

/**
 * Sorts the steps of a line. A `cd` goes with the steps after it; `export` and the like go with every part.
 * `noise` is left out, and so is `|| true` after a migration.
 */
export function divideSteps(given: readonly Step[], place: LinePlace): Division {
  const parts: Record<'install' | 'build' | 'release' | 'run', PlacedStep[]> = {
    install: [],
    build: [],
    release: [],
    run: [],
  };
  const failureIgnored: Step[] = [];
  const stuck: Step[] = [];
  const own = place === 'start' ? parts.run : parts[place];
  const context: PlacedStep[] = [];
  const steps = withFolders(given);
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] as PlacedStep;
    const role = placeOf(step, place);
    const next = steps[index + 1];
    const chained = steps[index - 1]?.joiner === '||' || step.joiner === '||';
    if (role === 'context') context.push(step);
    else if (role === 'noise' && !chained) continue;
    else if (
      role === 'release' &&
      step.joiner === '||' &&
      fallback(next) &&
      steps[index - 1]?.joiner !== '||'
    ) {
      parts.release.push({ ...step, joiner: next?.joiner });
      failureIgnored.push(step);
      index++;
    } else if ((role === 'release' || role === 'build' || role === 'install') && !chained)
      parts[role].push(step);
    else {
      if (role === 'release' || (hidesRelease(step) && place !== 'release')) stuck.push(step);
      own.push(step);
    }
  }
  const withContext = (part: readonly PlacedStep[]): PlacedStep[] =>
    part.length > 0 ? [...context, ...part] : [];
  return {
    install: parts.install,
    build: withContext(parts.build),
    release: withContext(parts.release),
    run: withContext(parts.run),
    stuck,
    failureIgnored,
    background: steps.filter(({ joiner }, index) => joiner === '&' && index < steps.length - 1),
  };
}

/** A folder to count from, so deep that `cd ..` stays below the root. */
const deep = '/0/1/2/3/4/5/6/7/';

/** The steps as one line for a shell, with a `cd` wherever the folder changes; `undefined` for none. */
export function lineOfSteps(steps: readonly PlacedStep[]): string | undefined {
  let folder = '';
  const all = steps.flatMap((step): Step[] => {
    const move = posix.relative(`${deep}${folder}`, `${deep}${step.folder}`);
    folder = step.folder;
    const words = ['cd', move];
    const cd: Step = {
      text: quoteWords(words),
      words,
      commands: [words],
      variables: [],
      at: 0,
      joiner: '&&',
      shell: undefined,
    };
    return move === '' ? [step] : [cd, step];
  });
  return all.length === 0 ? undefined : joinSteps(all);
}
