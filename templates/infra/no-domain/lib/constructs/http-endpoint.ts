import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { LoadBalancer } from './load-balancer.ts';

export interface HttpEndpointProps {
  readonly loadBalancer: LoadBalancer;
}

/** The backend at the load balancer's own name. No certificate can be had for that, so it is HTTP. */
export class HttpEndpoint extends Construct {
  constructor(scope: Construct, id: string, { loadBalancer }: HttpEndpointProps) {
    super(scope, id);
    loadBalancer.alb.addListener('Http', {
      protocol: elb.ApplicationProtocol.HTTP,
      port: 80,
      // The network says who may come.
      open: false,
      defaultAction: elb.ListenerAction.forward([loadBalancer.targetGroup]),
    });
    new CfnOutput(Stack.of(this), 'Url', { value: `http://${loadBalancer.alb.loadBalancerDnsName}` });
  }
}
