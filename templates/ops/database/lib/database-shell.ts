import { ECSClient, type RegisterTaskDefinitionCommandInput, StopTaskCommand } from '@aws-sdk/client-ecs';
import { call } from './called.ts';
import { availableDatabase } from './database.ts';
import { databaseTask } from './database-task.ts';
import { readDefinition, withDefinition } from './definitions.ts';
import { interruptible, interruptionCode } from './interruption.ts';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import { isOpen, openSession, requireSessionPrograms } from './sessions.ts';
import { stackOutput } from './stacks.ts';
import { whyStopped } from './stopped.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { describeTask, startTask } from './tasks.ts';
import { waitFor } from './wait.ts';

/** Seconds after which the task ends by itself, should nobody stop it. */
const lifeSeconds = 14_400;

/** Seconds that it may take to start. */
const startSeconds = 300;

/**
 * Opens psql next to the database, in a task of its own: the image of the backend has no psql in it, and should not.
 * @returns the exit code of the AWS CLI
 */
export async function databaseShell(options: TargetOptions): Promise<number> {
  const what = ({ prefix }: { prefix: string }) =>
    `opens psql on the database of ${prefix}, in a task of its own`;
  return operate(options, { what, changes: true }, async (target) => {
    await requireSessionPrograms();
    const { EngineVersion: engine = '' } = await availableDatabase(target);
    const task = await shellTask(target, engine);
    // Whoever ends the command must not leave a task behind, which costs for hours and can be let in.
    return interruptible((signal) =>
      withDefinition(target, task, (definition) => psql(target, definition, signal)),
    );
  });
}

async function psql(target: Target, definition: string, signal: AbortSignal): Promise<number> {
  const id = await startTask(target, { definition, container: 'database', interactive: true });
  try {
    step(`task ${id} is starting; it takes a minute`);
    await untilOpen(target, id, signal);
    return await openSession(target, id, 'database', 'psql');
  } finally {
    const { prefix: cluster } = target.environment;
    await target.client(ECSClient).send(new StopTaskCommand({ cluster, task: id, reason: 'psql has ended' }));
  }
}

async function shellTask(target: Target, engine: string): Promise<RegisterTaskDefinitionCommandInput> {
  const release = await readDefinition(target, await stackOutput(target, 'release', 'TaskDefinition'));
  const { containerDefinitions = [], ...task } = databaseTask(target.environment, 'shell', release, {
    mode: [],
    engine,
    diskGiB: 21,
  });
  const waiting = {
    entryPoint: ['sleep'],
    command: [String(lifeSeconds)],
    linuxParameters: { initProcessEnabled: true },
  };
  return {
    ...task,
    containerDefinitions: containerDefinitions.map((one) =>
      one.name === 'database' ? { ...one, ...waiting } : one,
    ),
  };
}

async function untilOpen(target: Target, id: string, signal: AbortSignal): Promise<void> {
  const look = async () => {
    if (signal.aborted)
      throw new Problem(
        { what: 'psql was not opened.', why: 'You have stopped it.', fix: 'Run the same command again.' },
        interruptionCode(signal),
      );
    const task = await describeTask(target, id);
    if (isOpen(task, 'database')) return true;
    if (task.lastStatus !== 'STOPPED') return undefined;
    throw new Problem({ what: `The task ${id} has stopped.`, ...whyStopped(task, 'database') });
  };
  await waitFor(
    look,
    startSeconds,
    () =>
      new Problem({
        what: `The task ${id} lets nobody in.`,
        why: `Its agent for sessions has not started within ${startSeconds / 60} minutes.`,
        fix: `Deploy, which gives the release step's role that permission: ${call} deploy --env ${target.environment.name}`,
      }),
    signal,
  );
}
