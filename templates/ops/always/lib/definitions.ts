import {
  type ContainerDefinition,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { call } from './called.ts';
import { say } from './output.ts';
import { Problem } from './problem.ts';
import type { Target } from './target.ts';

/** A task definition of the app, with the container of the backend's image in it. */
export interface Original {
  definition: TaskDefinition;
  backend: ContainerDefinition;
}

/**
 * Reads a task definition that a stack has made.
 * @param name family, family and revision, or ARN
 * @throws Problem where it has no container `backend`
 */
export async function readDefinition({ client }: Target, name: string): Promise<Original> {
  const { taskDefinition: definition } = await client(ECSClient).send(
    new DescribeTaskDefinitionCommand({ taskDefinition: name }),
  );
  const backend = definition?.containerDefinitions?.find((container) => container.name === 'backend');
  if (definition && backend) return { definition, backend };
  throw new Problem({
    what: `The task definition ${name} has no container 'backend'.`,
    why: 'It is not one of infra/lib/constructs/backend-task.ts.',
    fix: `${call} status, and deploy again.`,
  });
}

/**
 * What has to come before a command of the app, so that it finds the variables that a shell puts together when a
 * container starts: `startOf` of infra/lib/container.ts. Empty where there are none.
 */
export function composing({ entryPoint = [] }: ContainerDefinition): string[] {
  const words = entryPoint.slice(0, 4);
  const [program, option, script = '', name] = words;
  const composes = program === 'sh' && option === '-c' && script.endsWith('; exec "$@"') && name === 'sh';
  return composes ? words : [];
}

/** What two definitions have in common when one is made from the other: size, network, CPU, roles. */
export function likeIts({ definition }: Original) {
  const { networkMode, requiresCompatibilities, cpu, memory, runtimePlatform } = definition;
  const { executionRoleArn, taskRoleArn, volumes } = definition;
  return {
    networkMode,
    requiresCompatibilities,
    cpu,
    memory,
    runtimePlatform,
    executionRoleArn,
    taskRoleArn,
    volumes,
  };
}

/**
 * Registers a task definition for as long as `work` takes. A task that is started with it meanwhile keeps running
 * when it is gone.
 */
export async function withDefinition<T>(
  { client }: Target,
  input: RegisterTaskDefinitionCommandInput,
  work: (arn: string) => Promise<T>,
): Promise<T> {
  const ecs = client(ECSClient);
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(input));
  const arn = taskDefinition?.taskDefinitionArn ?? '';
  try {
    return await work(arn);
  } finally {
    try {
      await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
      await ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [arn] }));
    } catch (error) {
      // It costs nothing and is in nobody's way: not worth failing for.
      say(`The task definition ${arn} is still there: ${error instanceof Error ? error.message : error}`);
    }
  }
}
