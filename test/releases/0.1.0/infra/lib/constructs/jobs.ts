import { Duration, TimeZone, Validations } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';
import type { FoundationStack } from '../stacks/foundation-stack.ts';
import { type Attachment, BackendTask } from './backend-task.ts';
import { type JobSettings, readJobs } from './job-settings.ts';

export interface JobsProps {
  readonly environment: Environment;
  readonly foundation: FoundationStack;
  readonly attachments: readonly Attachment[];
}

interface JobProps extends JobsProps {
  readonly settings: JobSettings;
  readonly notStarted: sqs.Queue;
}

/** Name of the queue that has the runs which could not be started. */
export function notStartedName({ prefix }: Environment): string {
  return `${prefix}-jobs-not-started`;
}

/** Commands that run at certain times, with the image that the service runs. */
export class Jobs extends Construct {
  constructor(scope: Construct, id: string, props: JobsProps) {
    super(scope, id);
    const notStarted = new sqs.Queue(this, 'NotStarted', {
      queueName: notStartedName(props.environment),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(notStarted).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue itself: of the schedules, not of another queue.',
    });
    for (const settings of readJobs(props.environment))
      new Job(this, settings.name, { ...props, settings, notStarted });
  }
}

/** One of them: at most one task for each time that is due, and at most one task at any time. */
class Job extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: JobProps,
  ) {
    super(scope, id);
    const { environment, foundation, attachments, settings } = props;
    const { name, command, cpu, memoryMiB, timeLimitMinutes } = settings;
    const task = new BackendTask(this, 'Task', {
      environment: { ...environment, cpu, memoryMiB },
      foundation,
      attachments,
      family: `${environment.prefix}-${name}`,
      // ECS lets a task run for ever, and one that hangs would keep all that follow from running.
      command: ['timeout', '-k', '30', String(timeLimitMinutes * 60), ...command],
      // The log group of the backend, which outlives a stack that fails.
      logGroup: foundation.logs.backend,
      streamPrefix: name,
    });
    task.allowUploads(environment);
    this.waitForItsTurn(task.definition);
    this.schedule(task.definition);
  }

  /**
   * The scheduler starts a task whether or not the last one has ended. So another container goes first and
   * asks ECS: with a task of this family beside its own, it ends in an error, and the command never starts.
   */
  private waitForItsTurn(definition: ecs.FargateTaskDefinition): void {
    const { environment, foundation, settings } = this.props;
    const { prefix, region, account } = environment;
    const turn = definition.addContainer('turn', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/aws-cli/aws-cli'),
      essential: false,
      entryPoint: ['sh', '-ec'],
      command: [
        [
          `tasks=$(aws ecs list-tasks --cluster ${prefix} --family ${definition.family} --query 'length(taskArns)' --output text)`,
          'if [ "$tasks" -gt 1 ]; then echo "skipped: another run has not ended yet"; exit 1; fi',
        ].join('\n'),
      ],
      logging: ecs.LogDrivers.awsLogs({ logGroup: foundation.logs.backend, streamPrefix: settings.name }),
    });
    definition.defaultContainer?.addContainerDependencies({
      container: turn,
      condition: ecs.ContainerDependencyCondition.SUCCESS,
    });
    definition.addToTaskRolePolicy(
      new PolicyStatement({
        actions: ['ecs:ListTasks'],
        resources: ['*'],
        conditions: { ArnEquals: { 'ecs:cluster': `arn:aws:ecs:${region}:${account}:cluster/${prefix}` } },
      }),
    );
    Validations.of(definition.taskRole).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Listing tasks is bound to the cluster by the condition.',
    });
  }

  private schedule(definition: ecs.FargateTaskDefinition): void {
    const { settings, notStarted } = this.props;
    const { schedules, timeZone, enabled } = settings;
    const target = new Universal({
      // RunTask as such, and not the ready-made target for ECS, which has no client token.
      service: 'ecs',
      action: 'runTask',
      input: ScheduleTargetInput.fromObject(this.runTask(definition)),
      policyStatements: this.statements(definition),
      role: this.role(),
      // A run that could not be started is tried again for an hour, and then put aside.
      retryAttempts: 10,
      maxEventAge: Duration.hours(1),
      deadLetterQueue: notStarted,
    });
    schedules.forEach((expression, index) => {
      new Schedule(this, index === 0 ? 'Schedule' : `Schedule${index + 1}`, {
        scheduleName: index === 0 ? definition.family : `${definition.family}-${index + 1}`,
        description: `${definition.family}: ${settings.command.join(' ')}`.slice(0, 512),
        schedule: ScheduleExpression.expression(expression, TimeZone.of(timeZone)),
        enabled,
        target,
      });
    });
  }

  private runTask(definition: ecs.FargateTaskDefinition): object {
    const { environment, foundation, settings } = this.props;
    return {
      Cluster: environment.prefix,
      TaskDefinition: definition.taskDefinitionArn,
      LaunchType: 'FARGATE',
      // The scheduler may call twice for one time; ECS starts one task for a token. So it does where two
      // schedules of the job meet.
      ClientToken: `${settings.name}-<aws.scheduler.scheduled-time>`,
      StartedBy: 'schedule',
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          Subnets: foundation.network.vpc.publicSubnets.map(({ subnetId }) => subnetId),
          SecurityGroups: [foundation.network.taskSecurityGroup.securityGroupId],
          AssignPublicIp: 'ENABLED',
        },
      },
    };
  }

  private role(): Role {
    const { account } = this.props.environment;
    return new Role(this, 'SchedulerRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
  }

  private statements(definition: ecs.FargateTaskDefinition): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['ecs:RunTask'], resources: [definition.taskDefinitionArn] }),
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [definition.taskRole, definition.obtainExecutionRole()].map(({ roleArn }) => roleArn),
        conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      }),
    ];
  }
}
