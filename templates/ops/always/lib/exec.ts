import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { call } from './called.ts';
import { composing, readDefinition } from './definitions.ts';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import { isOpen, openSession, requireSessionPrograms, shellWords } from './sessions.ts';
import { operate, type Target, type TargetOptions } from './target.ts';

/** Opens a session in a running task of the service. @returns the exit code of the AWS CLI */
export async function exec(command: readonly string[], options: TargetOptions): Promise<number> {
  const words = command.length > 0 ? command : ['/bin/sh'];
  const what = ({ prefix }: { prefix: string }) =>
    `opens a session in a running task of ${prefix}: ${shellWords(words)}`;
  return operate(options, { what, changes: true }, async (target) => {
    await requireSessionPrograms();
    const { taskArn = '', taskDefinitionArn = '' } = await openTask(target);
    const id = taskArn.slice(taskArn.lastIndexOf('/') + 1);
    step(`task ${id}`);
    // A session is no child of the shell that has put variables together: it does so again.
    const { backend } = await readDefinition(target, taskDefinitionArn);
    return openSession(target, id, 'backend', shellWords([...composing(backend), ...words]));
  });
}

async function openTask(target: Target): Promise<Task> {
  const { name, prefix } = target.environment;
  const tasks = await runningTasks(target);
  const open = tasks.find((task) => isOpen(task, 'backend'));
  if (open) return open;
  if (tasks.length === 0)
    throw new Problem({
      what: `No task of ${prefix} is running.`,
      why: 'It was never deployed, is paused, or does not start.',
      fix: `${call} status --env ${name}`,
    });
  if (tasks.some(({ enableExecuteCommand }) => enableExecuteCommand))
    throw new Problem({
      what: 'The tasks let nobody in yet.',
      why: 'The agent that opens sessions is not running in them; it takes a minute after their start.',
      fix: 'Run the same command again in a minute.',
    });
  throw new Problem({
    what: `The tasks of ${prefix} let nobody in.`,
    why: 'Sessions are off in production unless infra/settings.json turns them on: they see every secret, and leave no trace in the repo.',
    fix: `${call} run --env ${name} -- COMMAND, in a task of its own; or set environments.${name}.exec to true, and deploy.`,
  });
}

async function runningTasks({ client, environment }: Target): Promise<Task[]> {
  const { prefix } = environment;
  const ecs = client(ECSClient);
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster: prefix, serviceName: prefix, desiredStatus: 'RUNNING' }),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: prefix, tasks: taskArns }));
  return tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
}
