import { Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';
import type { FoundationStack } from '../stacks/foundation-stack.ts';
import { type Attachment, BackendTask } from './backend-task.ts';
import { parameterName } from './secrets.ts';
import { bucketName } from './storage.ts';

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
      // Without one the task does nothing, but dumps are restored with its roles.
      command: environment.releaseCommand.length > 0 ? environment.releaseCommand : ['true'],
    });
    if (environment.database) this.allowDatabaseTasks(environment);
  }

  /** The tasks that the commands `db` of ops/ start have the roles of this one. */
  private allowDatabaseTasks(environment: Environment): void {
    this.allowDumps(environment);
    this.allowSource(environment);
    // For `db shell`, whose task is started with sessions on; the release step never is.
    this.task.allowSessions();
  }

  /** They fetch dumps from that bucket and put them there. */
  private allowDumps(environment: Environment): void {
    const dumps = `arn:aws:s3:::${bucketName(environment, 'dumps')}/*`;
    this.task.definition.addToTaskRolePolicy(
      new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [dumps] }),
    );
    Validations.of(this.task.definition.taskRole).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${dumps}]`,
      reason: 'A dump has the name that its file had; the bucket holds nothing else.',
    });
  }

  /** The password of the database that data comes from lies here for as long as `db compare` or `db rehearse` takes. */
  private allowSource(environment: Environment): void {
    const { region, account } = environment;
    const name = parameterName(environment, 'ops/SOURCE_DATABASE_PASSWORD');
    this.task.definition.addToExecutionRolePolicy(
      new PolicyStatement({
        actions: ['ssm:GetParameters'],
        resources: [`arn:aws:ssm:${region}:${account}:parameter${name}`],
      }),
    );
  }
}
