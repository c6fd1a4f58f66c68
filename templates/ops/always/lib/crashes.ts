import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import { say } from './output.ts';
import { type Explanation, whyStopped } from './stopped.ts';
import type { Target } from './target.ts';
import { logsOf } from './task-log.ts';

/** How much of the log of a task that has died is shown. */
const lastLines = 15;

/** The tasks of a service that have stopped; ECS forgets them after about an hour. Newest first. */
export async function stoppedTasks(
  { environment, client }: Target,
  { serviceName }: Service,
): Promise<Task[]> {
  const cluster = environment.prefix;
  const ecs = client(ECSClient);
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster, serviceName, desiredStatus: 'STOPPED' }),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks
    .filter(({ group }) => group === undefined || group === `service:${serviceName}`)
    .sort((a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0));
}

/** Whether the task died, and was not just replaced by a newer one or by a smaller number. */
export function hasCrashed({ stopCode, stoppedReason = '' }: Task): boolean {
  return stopCode !== 'UserInitiated' && !/^Scaling activity initiated/.test(stoppedReason);
}

/** Says why a task has stopped, and the last lines of its log. */
export async function showStopped(target: Target, task: Task): Promise<Explanation> {
  const explanation = whyStopped(task, 'backend');
  const id = task.taskArn?.split('/').at(-1) ?? '';
  say(`-- task ${id} has stopped. ${explanation.why}`);
  for (const line of await lastLinesOf(target, task, id)) say(`   | ${line.trimEnd()}`);
  return explanation;
}

async function lastLinesOf(target: Target, { taskDefinitionArn }: Task, id: string): Promise<string[]> {
  const { taskDefinition } = await target
    .client(ECSClient)
    .send(new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }));
  const logs = logsOf(target, id, taskDefinition?.containerDefinitions ?? []);
  const lines = await Promise.all(logs.map(({ more }) => more()));
  return lines.flat().slice(-lastLines);
}
