import { CfnParameter, Duration, Size, Stack, Validations } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { addressVariables, startOf } from '../container.ts';
import type { Environment } from '../settings.ts';
import type { FoundationStack } from '../stacks/foundation-stack.ts';
import { Secrets } from './secrets.ts';
import { bucketName } from './storage.ts';

/** Something that the backend is given, like a database: what it must know to use it. */
export interface Attachment {
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

export interface BackendTaskProps {
  readonly environment: Environment;
  readonly foundation: FoundationStack;
  readonly attachments: readonly Attachment[];
  readonly family: string;
  readonly logGroup: LogGroup;
  /** @default the image's own command, which serves on its port */
  readonly command?: readonly string[];
  /** The port on which `command` serves. @default none: nobody sends it requests */
  readonly port?: number;
  /** What the names of its log streams begin with. @default 'backend' */
  readonly streamPrefix?: string;
  /** @default whoever sends requests asks the task whether it is alive */
  readonly healthCheck?: ecs.HealthCheck;
}

/** Where the agent of ECS Exec writes. */
const EXEC_FOLDERS = {
  'exec-agents': '/managed-agents',
  'exec-state': '/var/lib/amazon/ssm',
  'exec-log': '/var/log/amazon/ssm',
};

/** A task of the backend's image with all its configuration, whatever command it runs. */
export class BackendTask extends Construct {
  readonly definition: ecs.FargateTaskDefinition;

  constructor(scope: Construct, id: string, props: BackendTaskProps) {
    super(scope, id);
    this.definition = this.taskDefinition(props);
    this.addContainer(props);
    Validations.of(this.definition).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'Only settings are given as plain variables; secrets come from the Parameter Store.',
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Logging in to the registry knows no resource; pulling is bound to the repository.',
    });
  }

  private taskDefinition({ environment, family }: BackendTaskProps): ecs.FargateTaskDefinition {
    return new ecs.FargateTaskDefinition(this, 'Definition', {
      family,
      cpu: environment.cpu,
      memoryLimitMiB: environment.memoryMiB,
      runtimePlatform: {
        cpuArchitecture:
          environment.architecture === 'arm64' ? ecs.CpuArchitecture.ARM64 : ecs.CpuArchitecture.X86_64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
      executionRole: this.role('ExecutionRole', `${family}-execution`),
      taskRole: this.role('TaskRole', `${family}-task`),
    });
  }

  /** Named, so that the GitHub role can be allowed to pass exactly these and no others. */
  private role(id: string, roleName: string): Role {
    return new Role(this, id, { roleName, assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  }

  /** Lets the command read and write what users have uploaded. */
  allowUploads(environment: Environment): void {
    const uploads = `arn:aws:s3:::${bucketName(environment, 'assets')}/uploads/*`;
    this.definition.addToTaskRolePolicy(
      new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [uploads] }),
    );
    Validations.of(this.definition.taskRole).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${uploads}]`,
      reason: 'Each upload has a random key, all of them below uploads/.',
    });
  }

  private addContainer({ environment, foundation, attachments, ...props }: BackendTaskProps): void {
    const { command, healthCheck } = props;
    const { container } = environment;
    const port = props.port ?? (command ? undefined : container.port);
    const imageTag = imageTagOf(Stack.of(this));
    const secretNames = [...attachments.flatMap(({ secrets }) => secrets), ...environment.secrets];
    const plain = {
      ...container.variables,
      ...environment.variables,
      ...variables(environment),
      ...Object.assign({}, ...attachments.map((attachment) => attachment.variables)),
      ...(props.port !== undefined && { PORT: String(props.port) }),
      APP_VERSION: imageTag.valueAsString,
      ASSETS_BUCKET: foundation.storage.assets.bucketName,
    };
    refuseTwice(environment, [...Object.keys(plain), ...Object.keys(container.composed)]);
    this.definition.addContainer('backend', {
      image: ecs.ContainerImage.fromEcrRepository(foundation.registry.repository, imageTag.valueAsString),
      ...(port !== undefined && {
        portMappings: [{ containerPort: port, ...(props.port !== undefined && { name: props.family }) }],
      }),
      environment: plain,
      secrets: new Secrets(this, 'Secrets', environment, secretNames).byName,
      readonlyRootFilesystem: container.lockedDown,
      linuxParameters: this.linuxParameters(container.lockedDown),
      stopTimeout: Duration.seconds(environment.stopTimeoutSeconds),
      logging: ecs.LogDrivers.awsLogs({
        logGroup: props.logGroup,
        streamPrefix: props.streamPrefix ?? 'backend',
        // Should CloudWatch be away, requests go on and the oldest lines are lost.
        mode: ecs.AwsLogDriverMode.NON_BLOCKING,
        maxBufferSize: Size.mebibytes(25),
      }),
      ...startOf(container, command),
      ...(healthCheck && { healthCheck }),
    });
  }

  /**
   * Lets `aws ecs execute-command` in: what it starts in the container talks to Session Manager, and writes to these
   * folders although everything else is read-only.
   */
  allowExec(): void {
    for (const [name, containerPath] of Object.entries(EXEC_FOLDERS)) {
      this.definition.addVolume({ name });
      this.definition.defaultContainer?.addMountPoints({
        sourceVolume: name,
        containerPath,
        readOnly: false,
      });
    }
    this.allowSessions();
  }

  /** What a task needs for sessions, once one is started with them. */
  allowSessions(): void {
    const actions = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'];
    this.definition.addToTaskRolePolicy(
      new PolicyStatement({ actions: actions.map((action) => `ssmmessages:${action}`), resources: ['*'] }),
    );
    Validations.of(this.definition.taskRole).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'The channels of a session know no resource; who may open one is up to ecs:ExecuteCommand.',
    });
  }

  private linuxParameters(lockedDown: boolean): ecs.LinuxParameters {
    const parameters = new ecs.LinuxParameters(this, 'Linux', {
      // Passes SIGTERM on and reaps orphans, whatever the command is.
      initProcessEnabled: true,
    });
    if (lockedDown) parameters.dropCapabilities(ecs.Capability.ALL);
    return parameters;
  }
}

/** ECS refuses a task that has a name as a variable and as a secret, and that in the middle of a deployment. */
function refuseTwice({ name, secrets }: Environment, variables: readonly string[]): void {
  const problems = secrets
    .filter((secret) => variables.includes(secret))
    .map((secret) => `environments.${name}.secrets has ${secret}, which the tasks have anyway. Remove it.`);
  if (problems.length > 0) throw new Error(`infra/settings.json\n  ${problems.join('\n  ')}`);
}

/** One parameter for all tasks of a stack: they run the same image. */
function imageTagOf(stack: Stack): CfnParameter {
  const known = stack.node.tryFindChild('ImageTag');
  if (known) return known as CfnParameter;
  // Without a default: a deployment says which image it means, or keeps the one that runs.
  return new CfnParameter(stack, 'ImageTag', {
    description: "Tag of the backend's image: the commit that it was built from",
    allowedPattern: '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}',
  });
}

function variables(environment: Environment): Record<string, string> {
  const { container, domain } = environment;
  return {
    PORT: String(container.port),
    AWS_REGION: environment.region,
    KEEP_ALIVE_SECONDS: String(environment.keepAliveSeconds),
    SHUTDOWN_GRACE_SECONDS: String(environment.shutdownGraceSeconds),
    ...(environment.frontendOrigin && { FRONTEND_ORIGIN: environment.frontendOrigin }),
    ...(domain && addressVariables(container, 'https', domain)),
  };
}
