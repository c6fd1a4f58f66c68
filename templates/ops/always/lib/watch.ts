import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { hasCrashed, showStopped, stoppedTasks } from './crashes.ts';
import { step } from './output.ts';
import { describeServices, primaryOf } from './services.ts';
import type { Explanation } from './stopped.ts';
import type { Target } from './target.ts';

/** What is known of a roll-out. */
export interface Progress {
  /** Tasks of the new deployments that did not stay up. */
  failures: number;
  /** Why the last of them has stopped. */
  cause: Explanation | undefined;
  /** `completed` when every service has come to rest with as many tasks as it wants. */
  state: 'going' | 'completed' | 'failed';
}

/**
 * Remembers what runs now, and from then on tells what changes: how far each service is, and, as soon as it happens,
 * why a task has stopped and what it said last.
 * @returns looks once
 */
export async function watchServices(target: Target): Promise<() => Promise<Progress>> {
  const before = await describeServices(target);
  const known = new Set(before.flatMap(({ deployments = [] }) => deployments.map(({ id }) => id)));
  const said = new Map<string, string>();
  const seen = new Set<string>();
  let cause: Explanation | undefined;

  const lookAt = async (service: Service): Promise<{ failures: number; state: Progress['state'] }> => {
    const fresh = (service.deployments ?? []).filter(({ id }) => !known.has(id));
    tell(service, fresh);
    if (fresh.length === 0) return { failures: 0, state: stateOf(service, fresh) };
    const ids = new Set(fresh.map(({ id }) => id));
    const stopped = await stoppedTasks(target, service);
    const died = stopped.filter((task) => ids.has(task.startedBy) && hasCrashed(task)).reverse();
    for (const task of died.filter(({ taskArn = '' }) => !seen.has(taskArn))) {
      seen.add(task.taskArn ?? '');
      cause = await showStopped(target, task);
    }
    const counted = fresh.reduce((sum, { failedTasks = 0 }) => sum + failedTasks, 0);
    return { failures: Math.max(counted, died.length), state: stateOf(service, fresh) };
  };

  const tell = ({ serviceName = '' }: Service, fresh: readonly Deployment[]) => {
    const primary = fresh.find(({ status }) => status === 'PRIMARY');
    if (!primary) return;
    const { rolloutState, runningCount, desiredCount, failedTasks = 0 } = primary;
    const now = `${rolloutState}: ${runningCount} of ${desiredCount} tasks running, ${failedTasks} failed`;
    if (said.get(serviceName) !== now) step(`${serviceName} ${now}`);
    said.set(serviceName, now);
  };

  return async () => {
    const looks = [];
    for (const service of await describeServices(target)) looks.push(await lookAt(service));
    const states = looks.map(({ state }) => state);
    return {
      failures: looks.reduce((sum, { failures }) => sum + failures, 0),
      cause,
      state:
        states.find((state) => state === 'failed') ??
        states.find((state) => state === 'going') ??
        'completed',
    };
  };
}

function stateOf(service: Service, fresh: readonly Deployment[]): Progress['state'] {
  if (fresh.some(({ rolloutState }) => rolloutState === 'FAILED')) return 'failed';
  return primaryOf(service)?.rolloutState === 'COMPLETED' ? 'completed' : 'going';
}
