import { CfnOutput, CfnParameter } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Attachment } from '../constructs/backend-task.ts';
import { LoadBalancer } from '../constructs/load-balancer.ts';
import { Service } from '../constructs/service.ts';
import { addressVariables } from '../container.ts';
import { EnvironmentStack, type EnvironmentStackProps } from './environment-stack.ts';
import type { FoundationStack } from './foundation-stack.ts';

export interface ServiceStackProps extends EnvironmentStackProps {
  readonly foundation: FoundationStack;
  readonly attachments: readonly Attachment[];
}

/**
 * The running backend. Nothing in it holds data: when its first deployment fails, CloudFormation removes
 * all of it, and may.
 */
export class ServiceStack extends EnvironmentStack {
  readonly loadBalancer: LoadBalancer;
  readonly backend: Service;
  /** What every task of the stack is given. */
  readonly attachments: readonly Attachment[];

  constructor(scope: Construct, { environment, foundation, attachments }: ServiceStackProps) {
    super(scope, 'service', 'load balancer and service', environment);
    this.loadBalancer = new LoadBalancer(this, 'LoadBalancer', { environment, foundation });
    const { loadBalancerDnsName } = this.loadBalancer.alb;
    // With a domain every task knows its address anyway.
    const variables = environment.domain
      ? {}
      : addressVariables(environment.container, 'http', loadBalancerDnsName);
    this.attachments = [...attachments, { variables, secrets: [] }];
    this.backend = new Service(this, 'Service', {
      environment,
      foundation,
      attachments: this.attachments,
      targetGroup: this.loadBalancer.targetGroup,
    });
    // What the nightly look compares AWS with. A roll-back, which exchanges the image alone, leaves it as it is.
    const commit = new CfnParameter(this, 'InfraCommit', {
      description: 'Commit of the infrastructure that was deployed',
      default: 'unknown',
    });
    new CfnOutput(this, 'DeployedInfraCommit', { value: commit.valueAsString });
    new CfnOutput(this, 'LoadBalancerDnsName', { value: loadBalancerDnsName });
    new CfnOutput(this, 'ServiceName', { value: this.backend.service.serviceName });
  }
}
