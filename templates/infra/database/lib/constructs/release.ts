import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';
import type { FoundationStack } from '../stacks/foundation-stack.ts';
import { type Attachment, BackendTask } from './backend-task.ts';

export interface ReleaseProps {
  readonly environment: Environment;
  readonly foundation: FoundationStack;
  readonly attachments: readonly Attachment[];
}

/** Runs the release command once, in a task like the service's, and ends. */
export class Release extends Construct {
  readonly task: BackendTask;

  constructor(scope: Construct, id: string, { environment, foundation, attachments }: ReleaseProps) {
    super(scope, id);
    this.task = new BackendTask(this, 'Task', {
      environment,
      foundation,
      attachments,
      family: `${environment.prefix}-release`,
      logGroup: foundation.logs.release,
      command: environment.releaseCommand,
    });
  }
}
