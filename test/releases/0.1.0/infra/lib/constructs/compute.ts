import { Validations } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';

export interface ComputeProps {
  readonly environment: Environment;
  readonly vpc: IVpc;
}

/** The cluster that all tasks run in. On Fargate it is only a name and has no price. */
export class Compute extends Construct {
  readonly cluster: ecs.Cluster;

  constructor(scope: Construct, id: string, { environment, vpc }: ComputeProps) {
    super(scope, id);
    this.cluster = new ecs.Cluster(this, 'Cluster', {
      clusterName: environment.prefix,
      vpc,
      containerInsightsV2: environment.production
        ? ecs.ContainerInsights.ENHANCED
        : ecs.ContainerInsights.DISABLED,
    });
    if (!environment.production)
      Validations.of(this.cluster).acknowledge({
        id: 'AwsSolutions-ECS4',
        reason: 'Container Insights costs by the metric and is on in production only.',
      });
  }
}
