import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';

export interface NetworkProps {
  readonly environment: Environment;
  /** Where flow logs go. Without it there are none. */
  readonly logsBucket: IBucket | undefined;
}

/** The VPC, and who may talk to whom in it. */
export class Network extends Construct {
  readonly vpc: ec2.Vpc;
  readonly loadBalancerSecurityGroup: ec2.SecurityGroup;
  readonly taskSecurityGroup: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, { environment, logsBucket }: NetworkProps) {
    super(scope, id);
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      vpcName: environment.prefix,
      ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/16'),
      maxAzs: environment.availabilityZones.length,
      // Tasks have a public address of their own. A NAT gateway would cost some 38 USD a month and add
      // nothing: what keeps strangers out is the security group below.
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 22 },
        { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 22 },
      ],
      // It would take a Lambda function to empty the default security group, which nothing here uses.
      restrictDefaultSecurityGroup: false,
    });
    Validations.of(this.vpc).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: 'The zones are named in settings.json: looking them up at synth would take credentials.',
    });
    this.loadBalancerSecurityGroup = this.loadBalancerGroup(environment);
    this.taskSecurityGroup = this.taskGroup(environment);
    this.logFlows(logsBucket);
  }

  private loadBalancerGroup({ domain }: Environment): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'LoadBalancerSecurityGroup', {
      vpc: this.vpc,
      description: 'Load balancer: open to the internet',
      allowAllOutbound: false,
    });
    group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(80), 'HTTP from anywhere');
    if (domain) group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'HTTPS from anywhere');
    Validations.of(group).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'A public API is for the whole internet. Only the load balancer is open to it.',
    });
    return group;
  }

  private taskGroup({ container }: Environment): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'TaskSecurityGroup', {
      vpc: this.vpc,
      description: 'Tasks: reached by the load balancer only',
    });
    const port = ec2.Port.tcp(container.port);
    group.addIngressRule(this.loadBalancerSecurityGroup, port, 'From the load balancer');
    this.loadBalancerSecurityGroup.addEgressRule(group, port, 'To the tasks');
    return group;
  }

  private logFlows(bucket: IBucket | undefined): void {
    if (bucket) {
      this.vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toS3(bucket, 'flows') });
      return;
    }
    Validations.of(this.vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        'Flow logs cost by the GB and are kept where settings.json says that an incident would need them.',
    });
  }
}
