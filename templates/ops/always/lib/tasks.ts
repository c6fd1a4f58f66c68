import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  type NetworkConfiguration,
  RunTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { call } from './called.ts';
import { explained } from './explain-aws.ts';
import { interruptible, interruptionCode } from './interruption.ts';
import { print, say, step } from './output.ts';
import { Problem } from './problem.ts';
import { stackOutput } from './stacks.ts';
import { whyStopped } from './stopped.ts';
import { cliFlags, type Target } from './target.ts';
import { logsOf, type TaskLog } from './task-log.ts';
import { pollSeconds, waitFor } from './wait.ts';

/** A task that does one thing and ends. */
export interface OneShot {
  /** Family, family and revision, or ARN of its task definition. */
  readonly definition: string;
  /** The container whose exit code counts. */
  readonly container: string;
  /** Instead of that of the definition; an ENTRYPOINT of the image stays before it. */
  readonly command?: readonly string[];
  /** How long to wait for its end. The task itself is never stopped: it may be changing the database. */
  readonly timeoutSeconds: number;
  /** Lets `aws ecs execute-command` in. @default false */
  readonly interactive?: boolean;
  /** Takes each line that is logged. @default prints it */
  readonly onLine?: (line: string, container: string) => void;
}

/** Seconds between two looks: often enough to read a log along, far below what ECS and CloudWatch allow. */
const lookSeconds = Math.min(pollSeconds, 3);

/** Seconds for which the last lines may be on their way to CloudWatch when the task has ended. */
const lastLinesSeconds = Math.min(pollSeconds, 6);

/** Seconds within which ECS knows a task that it has just started. */
const knownSeconds = 30;

/** States of a task that may still be fetching what it was given: its secrets, its image, its data. */
const beforeRunning = ['PROVISIONING', 'PENDING', 'ACTIVATING'];

/** Nobody waits for a task any more, and it was not stopped: a migration or a restore must not be broken off half-way. */
export class TaskGoesOn extends Problem {
  /** Whether all its containers run, and so have all that they were given. */
  readonly running: boolean;

  constructor(
    { environment }: Target,
    { taskArn = '', lastStatus = '' }: Task,
    why: string,
    exitCode: number,
  ) {
    const id = taskArn.slice(taskArn.lastIndexOf('/') + 1);
    const at = `--cluster ${environment.prefix} --task ${id} ${cliFlags(environment)}`;
    super(
      {
        what: `The task ${id} goes on.`,
        why,
        fix: `Watch it: aws ecs describe-tasks ${at.replace('--task ', '--tasks ')}; stop it: aws ecs stop-task ${at}`,
      },
      exitCode,
    );
    this.running = !beforeRunning.includes(lastStatus);
  }
}

/** Where the tasks of the app run: in its subnets, with a public address instead of a NAT gateway. */
export async function taskNetwork(target: Target): Promise<NetworkConfiguration> {
  const subnets = await stackOutput(target, 'foundation', 'SubnetIds');
  const group = await stackOutput(target, 'foundation', 'TaskSecurityGroupId');
  return {
    awsvpcConfiguration: {
      subnets: subnets.split(','),
      securityGroups: [group],
      assignPublicIp: 'ENABLED',
    },
  };
}

/**
 * Starts a task and does not wait for it.
 * @returns its id
 * @throws Problem where ECS does not start it
 */
export async function startTask(
  target: Target,
  { definition, container, command, interactive = false }: Omit<OneShot, 'timeoutSeconds'>,
): Promise<string> {
  const { tasks = [], failures = [] } = await target.client(ECSClient).send(
    new RunTaskCommand({
      cluster: target.environment.prefix,
      taskDefinition: definition,
      launchType: 'FARGATE',
      startedBy: 'ops',
      // ECS starts one task for a token, so a call whose answer was lost can be made again.
      clientToken: randomUUID(),
      enableExecuteCommand: interactive,
      networkConfiguration: await taskNetwork(target),
      ...(command && { overrides: { containerOverrides: [{ name: container, command: [...command] }] } }),
    }),
  );
  const arn = tasks[0]?.taskArn;
  if (arn) return arn.slice(arn.lastIndexOf('/') + 1);
  // ECS answers a task that it cannot place with success.
  const reasons = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(': '));
  throw new Problem({
    what: 'ECS did not start the task.',
    why: reasons.join('; ') || 'It does not say why.',
    fix: 'Run the same command again in a few minutes; docs/runbooks/when-something-is-wrong.md',
  });
}

/** @throws Problem where ECS does not know it, or not any more */
export async function describeTask({ client, environment }: Target, id: string): Promise<Task> {
  const command = new DescribeTasksCommand({ cluster: environment.prefix, tasks: [id] });
  return waitFor(
    async () => (await client(ECSClient).send(command)).tasks?.[0],
    knownSeconds,
    () =>
      new Problem({
        what: `ECS does not know the task ${id}.`,
        why: 'It forgets a task about an hour after its end.',
        fix: `${call} logs --env ${environment.name} --group release --since 2h`,
      }),
  );
}

/**
 * Runs a task to its end: says how it stands, and hands on what it logs as it comes.
 * @returns the exit code of its container
 * @throws Problem where the container never ran
 * @throws TaskGoesOn where it takes too long, somebody ends the command, or AWS lets nobody look any more
 */
export function runTask(target: Target, task: OneShot): Promise<number> {
  return interruptible((signal) => runUntil(signal, target, task));
}

async function runUntil(signal: AbortSignal, target: Target, task: OneShot): Promise<number> {
  const { taskDefinition } = await target
    .client(ECSClient)
    .send(new DescribeTaskDefinitionCommand({ taskDefinition: task.definition }));
  if (signal.aborted)
    throw new Problem(
      { what: 'No task was started.', why: 'You have stopped it.', fix: 'Run the same command again.' },
      interruptionCode(signal),
    );
  const id = await startTask(target, task);
  step(`task ${id}`);
  const logs = logsOf(target, id, taskDefinition?.containerDefinitions ?? []);
  const stopped = await follow(target, { ...task, id, logs, signal });
  const code = exitCodeOf(stopped, task.container);
  if (code === 0) return 0;
  const { why, fix } = whyStopped(stopped, task.container);
  if (code === undefined) throw new Problem({ what: `The task ${id} did not run.`, why, fix });
  say(`-- the task has failed. ${why}`);
  return code;
}

/** Of the container, or of the one that has failed before it could start. */
function exitCodeOf({ containers = [] }: Task, name: string): number | undefined {
  const own = containers.find((container) => container.name === name)?.exitCode;
  return own ?? containers.find(({ exitCode }) => exitCode)?.exitCode;
}

interface Followed extends OneShot {
  readonly id: string;
  readonly logs: readonly TaskLog[];
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

async function follow(target: Target, followed: Followed): Promise<Task> {
  // Until somebody has looked, it may still be fetching what it needs.
  const seen: Task = { taskArn: followed.id, lastStatus: 'PROVISIONING' };
  try {
    return await untilStopped(target, followed, seen);
  } catch (error) {
    if (error instanceof Problem || seen.lastStatus === 'STOPPED') throw error;
    // A lost network or a login that has expired: what we cannot see goes on without us.
    const { message, why = '' } = explained(error, target.environment) as Error & { why?: string };
    throw new TaskGoesOn(target, seen, `It cannot be followed any longer. ${message} ${why}`.trim(), 1);
  }
}

/** @param seen is kept as it was at the last look */
async function untilStopped(target: Target, followed: Followed, seen: Task): Promise<Task> {
  const { id, timeoutSeconds, signal } = followed;
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (let last = ''; ; ) {
    const { lastStatus = '' } = Object.assign(seen, await describeTask(target, id));
    if (lastStatus !== last) step(lastStatus.toLowerCase());
    last = lastStatus;
    await passOn(followed);
    if (lastStatus === 'STOPPED') {
      await pause(lastLinesSeconds, signal);
      await passOn(followed);
      return seen;
    }
    if (signal.aborted)
      throw new TaskGoesOn(target, seen, 'You have stopped waiting.', interruptionCode(signal));
    if (Date.now() > deadline) {
      const why = `It has not ended within ${Math.round(timeoutSeconds / 60)} minutes.`;
      throw new TaskGoesOn(target, seen, why, 1);
    }
    await pause(lookSeconds, signal);
  }
}

/** Ends early when interrupted. */
async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal }).catch(() => {});
}

async function passOn({ logs, onLine = print }: Followed): Promise<void> {
  for (const { container, more } of logs) for (const line of await more()) onLine(line, container);
}
