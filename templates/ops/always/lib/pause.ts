import { ask } from './ask.ts';
import { call } from './called.ts';
import { startDatabase, stopDatabase } from './database-instance.ts';
import { healthOf } from './health.ts';
import { say, step } from './output.ts';
import { Problem } from './problem.ts';
import { startTasks, stopTasks } from './scaling.ts';
import { setSchedules } from './schedules.ts';
import { requireDeployedTag } from './services.ts';
import { type Environment, environmentOf, readSettings } from './settings.ts';
import { stackOutput } from './stacks.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { waitFor } from './wait.ts';

interface PauseOptions extends TargetOptions {
  /** Also an environment that somebody may be using. */
  force?: boolean;
}

/** Longest wait for the load balancer to find the tasks well. */
const patienceSeconds = 600;

/** RDS starts a database again that has been stopped for so long, and charges for it. */
const daysOfRest = 7;

/** What an environment is made of that can rest. */
function partsOf({ database, jobs }: Environment): string {
  return ['tasks', database && 'the database', jobs && 'the schedules of the jobs']
    .filter(Boolean)
    .join(', ');
}

function assertMayRest({ name }: Environment, force: boolean | undefined): void {
  if (name === 'dev' || force) return;
  throw new Problem({
    what: `${name} is not put to sleep.`,
    why: 'Whoever uses it would be cut off.',
    fix: `If nobody does: ${call} pause --env ${name} --force`,
  });
}

/** Puts an environment to sleep. Run again, it goes on where it stopped. */
export async function pause({ force, ...options }: PauseOptions): Promise<void> {
  assertMayRest(environmentOf(readSettings(), options.env), force);
  const what = (environment: Environment) =>
    `stops ${partsOf(environment)} of ${environment.prefix}; the data stays`;
  await operate(options, { what, changes: true }, async (target) => {
    const { environment } = target;
    await requireDeployedTag(target);
    // First what would start something.
    await setSchedules(target, false);
    await stopTasks(target);
    if (environment.database) await stopDatabase(target);
    sayWhatGoesOn(environment);
  });
}

function sayWhatGoesOn({ name, database, cache }: Environment): void {
  const until = new Date(Date.now() + daysOfRest * 86_400_000).toISOString().slice(0, 10);
  if (database)
    say(
      `AWS starts the database again after seven days, on ${until}; then run this once more if it is to rest on.`,
    );
  say(
    `The load balancer, its addresses${cache ? ', the cache' : ''}${database ? ' and the storage' : ''} go on costing.`,
  );
  say(`A deployment wakes ${name} up as well. Undo: ${call} resume --env ${name}`);
}

/** Wakes an environment up, and waits until it answers. */
export async function resume(options: TargetOptions): Promise<void> {
  const what = (environment: Environment) => `starts ${partsOf(environment)} of ${environment.prefix}`;
  await operate(options, { what, changes: true }, async (target) => {
    await requireDeployedTag(target);
    // Tasks that do not find their database would end again.
    if (target.environment.database) await startDatabase(target);
    await startTasks(target);
    await setSchedules(target, true);
    if (target.environment.minTasks > 0) await waitUntilHealthy(target);
    else say('minTasks in infra/settings.json is 0: there is no task that could answer.');
  });
}

async function waitUntilHealthy(target: Target): Promise<void> {
  const { name } = target.environment;
  const health = healthOf(target.environment);
  const url = new URL(health.path, await stackOutput(target, 'service', 'Url'));
  let last = '';
  const look = async () => {
    const answer = await ask(url).then(
      ({ status }) => (health.isGood(status) ? true : String(status)),
      (error: Error) => error.message,
    );
    if (answer === true) return true;
    if (answer !== last) step(`${url}: ${answer}`);
    last = answer;
    return undefined;
  };
  const late = () =>
    new Problem({
      what: `${url} does not answer as a healthy task does.`,
      why: `The tasks run, and it said: ${last}`,
      fix: `${call} explain --env ${name}`,
    });
  await waitFor(look, patienceSeconds, late);
  say(`${name} is awake: ${url} answers`);
}
