import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Target } from './target.ts';

/** Lines that a container of a task has logged since the last look. */
export interface TaskLog {
  container: string;
  more(): Promise<string[]>;
}

/** The logs of a task's containers, in the order of its definition. */
export function logsOf(target: Target, id: string, containers: readonly ContainerDefinition[]): TaskLog[] {
  return containers.flatMap(({ name = '', logConfiguration }) => {
    const { 'awslogs-group': group, 'awslogs-stream-prefix': prefix } = logConfiguration?.options ?? {};
    if (!group || !prefix) return [];
    return [{ container: name, more: reader(target, group, `${prefix}/${name}/${id}`) }];
  });
}

function reader({ client }: Target, group: string, stream: string): () => Promise<string[]> {
  let token: string | undefined;
  return async () => {
    const lines: string[] = [];
    try {
      for (let end = false; !end; ) {
        const page = await client(CloudWatchLogsClient).send(
          new GetLogEventsCommand({
            logGroupName: group,
            logStreamName: stream,
            startFromHead: true,
            nextToken: token,
          }),
        );
        lines.push(...(page.events ?? []).map(({ message = '' }) => message));
        // The same token again is how CloudWatch says that this was the last page.
        end = page.nextForwardToken === token;
        token = page.nextForwardToken;
      }
    } catch (error) {
      // The stream comes into being with the first line.
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
    return lines;
  };
}
