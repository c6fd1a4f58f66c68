import { hasCrashed, showStopped, stoppedTasks } from './crashes.ts';
import { say, step } from './output.ts';
import { describeServices } from './services.ts';
import { failuresOf } from './stack-states.ts';
import { findStack } from './stacks.ts';
import { operate, type Target, type TargetOptions } from './target.ts';

/** Stopped tasks of each service that are shown, with their logs. */
const lastTasks = 3;

/** Says why the last deployment failed. */
export async function explain(options: TargetOptions): Promise<void> {
  const what = ({ prefix }: { prefix: string }) => `looks for what went wrong in ${prefix}`;
  await operate(options, { what, changes: false }, async (target) => {
    await explainStacks(target);
    await explainServices(target);
  });
}

async function explainStacks(target: Target): Promise<void> {
  const { stacks, releaseStack, prefix } = target.environment;
  for (const name of [...stacks, ...(releaseStack ? ['release'] : []), 'service']) {
    const stack = await findStack(target, name);
    step(`${prefix}-${name} is ${stack ? `in ${stack.StackStatus}` : 'not deployed'}`);
    if (!stack) continue;
    for (const reason of (await failuresOf(target, name)).slice(0, 5)) say(`   ${reason}`);
  }
}

async function explainServices(target: Target): Promise<void> {
  if (!(await findStack(target, 'foundation'))) return;
  for (const service of await describeServices(target)) {
    const { serviceName, deployments = [], events = [] } = service;
    step(`the service ${serviceName}`);
    for (const { status, rolloutState, rolloutStateReason } of deployments)
      say(`   ${status} ${rolloutState}: ${rolloutStateReason}`);
    for (const { createdAt, message } of events.slice(0, 8)) say(`   ${createdAt?.toISOString()} ${message}`);
    const tasks = await stoppedTasks(target, service);
    if (tasks.length === 0) step('no task has stopped within the last hour');
    for (const task of tasks.filter(hasCrashed).slice(0, lastTasks)) {
      const { fix } = await showStopped(target, task);
      say(`   fix: ${fix}`);
    }
  }
}
