import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { composing, likeIts, type Original, readDefinition, withDefinition } from './definitions.ts';
import { describeServices, primaryOf } from './services.ts';
import { operate, type TargetOptions } from './target.ts';
import { runTask } from './tasks.ts';

export interface RunOptions extends TargetOptions {
  /** Seconds to wait for its end. */
  timeout: number;
}

/**
 * Runs a command once, in a task like those of the service.
 * @returns its exit code
 */
export async function run(command: readonly string[], options: RunOptions): Promise<number> {
  const what = ({ prefix }: { prefix: string }) => `runs '${command.join(' ')}' once, as a task of ${prefix}`;
  return operate(options, { what, changes: true }, async (target) => {
    const { prefix } = target.environment;
    const [service] = await describeServices(target);
    // The workers and the service have the same image and the same secrets.
    const name = (service && primaryOf(service)?.taskDefinition) ?? prefix;
    const definition = runDefinition(`${prefix}-run`, await readDefinition(target, name), command);
    return withDefinition(target, definition, (arn) =>
      runTask(target, { definition: arn, container: 'backend', timeoutSeconds: options.timeout }),
    );
  });
}

/**
 * A definition of its own, because a command that is given when a task starts only follows the ENTRYPOINT of the image:
 * for an image that has one, it would be arguments. What a definition says takes the place of both.
 */
export function runDefinition(
  family: string,
  original: Original,
  command: readonly string[],
): RegisterTaskDefinitionCommandInput {
  const { healthCheck, portMappings, logConfiguration, ...backend } = original.backend;
  const [program = '', ...args] = [...composing(backend), ...command];
  const container = {
    ...backend,
    entryPoint: [program],
    command: args,
    logConfiguration: logConfiguration && {
      ...logConfiguration,
      options: { ...logConfiguration.options, 'awslogs-stream-prefix': 'run' },
    },
  };
  return { ...likeIts(original), family, containerDefinitions: [container] };
}
