import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { call } from './called.ts';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import { describeServices } from './services.ts';
import type { Environment } from './settings.ts';
import type { Target } from './target.ts';
import { waitFor } from './wait.ts';

const ServiceNamespace = 'ecs';
const ScalableDimension = 'ecs:service:DesiredCount';

/** Longest wait for tasks to come or go: their streams may take two minutes to end, a new image five to start. */
const patienceSeconds = 1200;

/** How many tasks of each service settings.json asks for. */
export function wantedTasks({ prefix, minTasks, workers = {} }: Environment): Map<string, number> {
  const ofWorkers = Object.entries(workers).map(([name, { tasks }]) => [`${prefix}-${name}`, tasks] as const);
  return new Map([[prefix, minTasks], ...ofWorkers]);
}

/** What moves the number of tasks with the load; only where settings.json lets it. */
async function scalableTarget({ environment, client }: Target): Promise<ScalableTarget | undefined> {
  const { prefix } = environment;
  const { ScalableTargets } = await client(ApplicationAutoScalingClient).send(
    new DescribeScalableTargetsCommand({ ServiceNamespace, ResourceIds: [`service/${prefix}/${prefix}`] }),
  );
  return ScalableTargets?.[0];
}

/** Lets the number of tasks move between what settings.json says, or holds it still at what it is. */
async function setScaling(target: Target, on: boolean): Promise<void> {
  const found = await scalableTarget(target);
  if (!found) return;
  const { minTasks, maxTasks } = target.environment;
  await target.client(ApplicationAutoScalingClient).send(
    new RegisterScalableTargetCommand({
      ServiceNamespace,
      ScalableDimension,
      ResourceId: found.ResourceId,
      MinCapacity: on ? minTasks : 0,
      MaxCapacity: maxTasks,
      SuspendedState: {
        DynamicScalingInSuspended: !on,
        DynamicScalingOutSuspended: !on,
        ScheduledScalingSuspended: !on,
      },
    }),
  );
  step(on ? `scaling: between ${minTasks} and ${maxTasks} tasks` : 'scaling: off');
}

/** @param counts by service */
async function setTasks(target: Target, counts: ReadonlyMap<string, number>): Promise<void> {
  const cluster = target.environment.prefix;
  for (const { serviceName = '', desiredCount } of await describeServices(target)) {
    const wanted = counts.get(serviceName) ?? 0;
    if (desiredCount !== wanted)
      await target
        .client(ECSClient)
        .send(new UpdateServiceCommand({ cluster, service: serviceName, desiredCount: wanted }));
    step(`${serviceName}: ${wanted} ${wanted === 1 ? 'task' : 'tasks'}`);
  }
}

async function running(target: Target): Promise<Map<string, number>> {
  const services = await describeServices(target);
  return new Map(services.map(({ serviceName = '', runningCount = 0 }) => [serviceName, runningCount]));
}

async function waitForTasks(
  target: Target,
  there: (service: string, count: number) => boolean,
): Promise<void> {
  let said = '';
  const look = async () => {
    const counts = [...(await running(target))];
    const text = counts.map(([service, count]) => `${service} ${count}`).join(', ');
    if (counts.every(([service, count]) => there(service, count))) return true;
    if (text !== said) step(`running: ${text}`);
    said = text;
    return undefined;
  };
  const late = () =>
    new Problem({
      what: `The tasks are not as they should be after ${patienceSeconds / 60} minutes: ${said}.`,
      why: 'ECS goes on trying.',
      fix: `${call} explain --env ${target.environment.name}`,
    });
  await waitFor(look, patienceSeconds, late);
}

/** Ends all tasks and lets none start. */
export async function stopTasks(target: Target): Promise<void> {
  await setScaling(target, false);
  await setTasks(target, new Map());
  await waitForTasks(target, (_, count) => count === 0);
}

/** Asks ECS for as many tasks as settings.json says. Does not wait for them. */
export async function letTasksStart(target: Target): Promise<void> {
  await setScaling(target, true);
  await setTasks(target, wantedTasks(target.environment));
}

/** Starts as many tasks as settings.json asks for, and waits until they run. */
export async function startTasks(target: Target): Promise<void> {
  await letTasksStart(target);
  await untilTasksRun(target);
}

/** Waits until as many tasks run as settings.json asks for. */
export async function untilTasksRun(target: Target): Promise<void> {
  const wanted = wantedTasks(target.environment);
  await waitForTasks(target, (service, count) => count >= (wanted.get(service) ?? 0));
}
