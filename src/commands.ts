import { type Answers, declarations, type SomeAnswers } from './answers.ts';
import { called } from './called.ts';
import { choice, type Declarations, type Surroundings, type Value, widened } from './declaration.ts';
import { allFeatures } from './features/all.ts';
import { assertName, knownValues, turnOff, turnOn } from './features/change.ts';
import type { Feature } from './features/feature.ts';
import { httpsFollowsDomain } from './features/https-follows.ts';
import { migrateDeclarations } from './migration/asked.ts';
import { Problem } from './problem.ts';
import { type Ask, complete } from './questions.ts';

/** What a generator is called with. */
export interface Request {
  /** Values given as flags or by an answers file, accepted. */
  given: Readonly<Record<string, Value>>;
  /** Name of a worker, a job or an environment. */
  name: string | undefined;
  off: boolean;
  /** Change a worker or a job that has other values already. */
  replace: boolean;
  surroundings: Surroundings;
  yes: boolean;
  ask: Ask | undefined;
}

/** A generator: what it asks, and how it changes the answers. */
export interface Command {
  /** As in `vibely ID`; `app` for none. */
  id: string;
  summary: string;
  /** What its argument is: a directory, a name, or nothing. */
  argument: 'directory' | 'name' | undefined;
  declarations: Declarations;
  /** Whether a second one of the same name is refused without `--replace`. */
  single?: boolean;
  /** Whether it works only where a repo was generated before. */
  needsRepo: boolean;
  change(stored: SomeAnswers, request: Request): Promise<Answers>;
}

const app: Command = {
  id: 'app',
  summary: 'writes the AWS repo of an app',
  argument: 'directory',
  declarations: widened(declarations),
  needsRepo: false,
  async change(stored, { given, ...how }) {
    const values = await complete(widened(declarations), { ...stored, ...given }, how);
    assertSameKind(stored, values.backend);
    const { features = {}, migration } = stored;
    const answers = { ...values, features, ...(migration && { migration }) } as unknown as Answers;
    return httpsFollowsDomain(answers, stored.domain);
  },
};

/** @throws Problem VIB090 where a starter app would take the place of an app that is there, or the other way round */
function assertSameKind({ migration }: SomeAnswers, backend: unknown): void {
  if ((migration !== undefined) === (backend === 'existing')) return;
  throw new Problem('VIB090', {
    what: `The backend cannot become '${backend}'.`,
    why: migration
      ? 'The app of this repo was there before, and a starter app would be written beside it.'
      : "'existing' stands for an app that vibely migrate has read.",
    fix: migration
      ? 'Leave --backend away.'
      : `Read the app: ${called('migrate')}; or give --backend fastapi or --backend node.`,
  });
}

function requireName(feature: Feature, name: string | undefined): void {
  if (feature.named === undefined || name !== undefined) return;
  throw new Problem('VIB007', {
    what: `The ${feature.named.what} has no name.`,
    why: 'There can be several; the name tells them apart, in AWS, too.',
    fix: `Give one: ${called(`${feature.id} NAME`)}`,
  });
}

function commandOf(feature: Feature): Command {
  return {
    id: feature.id,
    summary: feature.summary,
    argument: feature.named && 'name',
    single: feature.named?.single ?? false,
    declarations: feature.declarations,
    needsRepo: true,
    async change(stored, { given, name, off, replace, ...how }) {
      requireName(feature, name);
      const answers = stored as Answers;
      if (off) return turnOff(answers, feature, name);
      // Before anything is asked that a refused name makes useless.
      assertName(answers, feature, name);
      const known = knownValues(answers, feature, given, name);
      const values = await complete(feature.informed?.(answers) ?? feature.declarations, known, how);
      return turnOn(answers, feature, { values, name, replace });
    },
  };
}

/** The same answers: what newer templates make of them is the point. */
export const upgrade: Command = {
  id: 'upgrade',
  summary: 'brings what newer templates have, and keeps your changes',
  argument: undefined,
  declarations: {},
  needsRepo: true,
  change: (stored) => Promise.resolve(stored as Answers),
};

/** Reads only: `run` prints what it finds instead of making a plan. */
export const status: Command = {
  ...upgrade,
  id: 'status',
  summary: 'tells, offline: version, features, edited files, what an upgrade would touch',
};

/** The platforms that migrate reads, and an app that runs on none of them. */
const platforms = ['render', 'heroku', 'railway', 'fly', 'none'] as const;

/** Makes a plan of its own, of an app that was there before: `run` hands over to src/migration/. */
export const migrate: Command = {
  id: 'migrate',
  summary: 'reads an app that runs on Render, Heroku, Railway or Fly, and writes its AWS side beside it',
  argument: 'directory',
  declarations: widened({
    ...migrateDeclarations,
    platform: choice(platforms, {
      flag: 'platform',
      question: 'Where does the app run today?',
      decides: 'which files are followed, where those of several platforms lie in the repo',
      initial: () => 'none',
      code: 'VIB101',
    }),
  }),
  needsRepo: false,
  change: () => Promise.reject(new Error('migrate has a run of its own')),
};

/** Every generator, the app's first. */
export const commands: readonly Command[] = [app, migrate, ...allFeatures.map(commandOf), upgrade, status];

/** The generator of that id; the app's for a word that is none. */
export function commandNamed(id: string | undefined): Command {
  return commands.find((command) => command.id === id && id !== 'app') ?? app;
}
