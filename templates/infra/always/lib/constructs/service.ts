import { Duration } from 'aws-cdk-lib';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';
import type { FoundationStack } from '../stacks/foundation-stack.ts';
import { type Attachment, BackendTask } from './backend-task.ts';

export interface ServiceProps {
  readonly environment: Environment;
  readonly foundation: FoundationStack;
  readonly attachments: readonly Attachment[];
  readonly targetGroup: ApplicationTargetGroup;
}

/** Keeps the backend's tasks running and replaces them one by one when there is a new image. */
export class Service extends Construct {
  readonly service: ecs.FargateService;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    const { environment, foundation, attachments, targetGroup } = props;
    const task = new BackendTask(this, 'Task', {
      environment,
      foundation,
      attachments,
      family: environment.prefix,
      logGroup: foundation.logs.backend,
    });
    task.allowUploads(environment);
    this.service = this.fargateService(props, task.definition);
    if (environment.exec) {
      task.allowExec();
      // The switch of the construct would let the tasks write to every log group of the account as well.
      (this.service.node.defaultChild as ecs.CfnService).enableExecuteCommand = true;
    }
    targetGroup.addTarget(this.service);
    this.scale(environment);
  }

  private fargateService(
    { environment, foundation }: ServiceProps,
    taskDefinition: ecs.TaskDefinition,
  ): ecs.FargateService {
    return new ecs.FargateService(this, 'Service', {
      serviceName: environment.prefix,
      cluster: foundation.compute.cluster,
      taskDefinition,
      // With a public address a task reaches ECR, S3 and the internet without a NAT gateway.
      assignPublicIp: true,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      securityGroups: [foundation.network.taskSecurityGroup],
      // Where tasks come and go with the load, a deployment must not set their number back.
      ...(!scales(environment) && { desiredCount: environment.minTasks }),
      // The new tasks have to be healthy before the old ones go; if they never are, ECS goes back to the
      // old ones by itself and the deployment fails.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriod: Duration.seconds(60),
      propagateTags: ecs.PropagatedTagSource.SERVICE,
    });
  }

  private scale(environment: Environment): void {
    if (!scales(environment)) return;
    this.service
      .autoScaleTaskCount({ minCapacity: environment.minTasks, maxCapacity: environment.maxTasks })
      .scaleOnCpuUtilization('Cpu', {
        targetUtilizationPercent: environment.scaleAtCpuPercent,
        // Out at once, in slowly: a task that leaves ends its streams.
        scaleOutCooldown: Duration.minutes(1),
        scaleInCooldown: Duration.minutes(5),
      });
  }
}

function scales({ minTasks, maxTasks }: Environment): boolean {
  return maxTasks > minTasks;
}
