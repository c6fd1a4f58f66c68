import { Duration, Validations } from 'aws-cdk-lib';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';
import type { FoundationStack } from '../stacks/foundation-stack.ts';
import { bucketName } from './storage.ts';

export interface LoadBalancerProps {
  readonly environment: Environment;
  readonly foundation: FoundationStack;
}

/** The load balancer and the group of tasks behind it. The endpoint adds the listeners. */
export class LoadBalancer extends Construct {
  readonly alb: elb.ApplicationLoadBalancer;
  readonly targetGroup: elb.ApplicationTargetGroup;

  constructor(scope: Construct, id: string, { environment, foundation }: LoadBalancerProps) {
    super(scope, id);
    const { network, storage } = foundation;
    this.alb = new elb.ApplicationLoadBalancer(this, 'Alb', {
      loadBalancerName: environment.prefix,
      vpc: network.vpc,
      internetFacing: true,
      securityGroup: network.loadBalancerSecurityGroup,
      // Silence after which a connection is cut. Streams send a comment more often than that.
      idleTimeout: Duration.seconds(environment.idleTimeoutSeconds),
      deletionProtection: environment.protected,
      // Header names that are no HTTP, and requests that two servers would read differently, are how
      // requests are smuggled past a proxy.
      dropInvalidHeaderFields: true,
      desyncMitigationMode: elb.DesyncMitigationMode.DEFENSIVE,
    });
    this.targetGroup = this.backend(environment, foundation);
    if (storage.logs) this.keepAccessLogs(storage.logs, environment);
    else this.keepNoAccessLogs();
  }

  private keepAccessLogs(bucket: IBucket, environment: Environment): void {
    this.alb.logAccessLogs(bucket, 'alb');
    // By its name: what this stack refers to, the foundation could not give up before it.
    this.alb.setAttribute('access_logs.s3.bucket', bucketName(environment, 'logs'));
  }

  private keepNoAccessLogs(): void {
    // Not left out: what goes from the template stays at the load balancer, which would log into nothing.
    this.alb.setAttribute('access_logs.s3.enabled', 'false');
    Validations.of(this.alb).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason: 'Access logs are not kept in this environment; the backend logs each request anyway.',
    });
  }

  private backend(environment: Environment, { network }: FoundationStack): elb.ApplicationTargetGroup {
    const { port, healthPath, healthCodes } = environment.container;
    return new elb.ApplicationTargetGroup(this, 'Backend', {
      vpc: network.vpc,
      targetType: elb.TargetType.IP,
      protocol: elb.ApplicationProtocol.HTTP,
      port,
      // ECS sends SIGTERM only after this delay.
      deregistrationDelay: Duration.seconds(environment.deregistrationDelaySeconds),
      // In turn would be unfair: one task may hold a hundred streams and the next one none.
      loadBalancingAlgorithmType: elb.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
      healthCheck: {
        path: healthPath,
        healthyHttpCodes: healthCodes,
        interval: Duration.seconds(15),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
  }
}
