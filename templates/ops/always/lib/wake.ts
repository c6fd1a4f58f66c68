import { findDatabase, startDatabase } from './database-instance.ts';
import { say } from './output.ts';
import { letTasksStart, wantedTasks } from './scaling.ts';
import { setSchedules } from './schedules.ts';
import { describeServices } from './services.ts';
import type { Target } from './target.ts';

/** States in which a database rests, or is on its way there or back. */
const resting = ['stopping', 'stopped', 'starting'];

/**
 * Wakes up before a version goes into service what `pause` has put to sleep, or whoever has stopped the database: a
 * release step needs it, and tasks that nobody wants would never show whether the new version is well. Run again, it
 * goes on: that no task is wanted is the last thing to change.
 * @returns whether tasks were let start, which may still be on their way
 */
export async function wakeForDeployment(target: Target): Promise<boolean> {
  const asleep = await isAsleep(target);
  if (!asleep && !(await databaseRests(target))) return false;
  const { name, database } = target.environment;
  say(`${name} ${asleep ? 'is asleep' : 'has a database that rests'}: it is woken up first.`);
  if (database) await startDatabase(target);
  if (!asleep) return false;
  await setSchedules(target, true);
  await letTasksStart(target);
  return true;
}

/** Whether nobody wants a task, although the settings do. */
async function isAsleep(target: Target): Promise<boolean> {
  const wanted = wantedTasks(target.environment);
  const services = await describeServices(target);
  const wishing = services.filter(({ serviceName = '' }) => (wanted.get(serviceName) ?? 0) > 0);
  return wishing.length > 0 && wishing.every(({ desiredCount }) => desiredCount === 0);
}

async function databaseRests(target: Target): Promise<boolean> {
  if (!target.environment.database) return false;
  try {
    return resting.includes((await findDatabase(target))?.DBInstanceStatus ?? '');
  } catch (error) {
    // The role of a workflow that `bootstrap` has made before it could look: as far as anybody sees, it is awake.
    if (error instanceof Error && error.name === 'AccessDenied') return false;
    throw error;
  }
}
