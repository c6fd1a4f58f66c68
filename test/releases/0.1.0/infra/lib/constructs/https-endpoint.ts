import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ARecord, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Dns } from './dns.ts';
import type { LoadBalancer } from './load-balancer.ts';

export interface HttpsEndpointProps {
  readonly loadBalancer: LoadBalancer;
  readonly dns: Dns;
}

/** The backend at its own name, over HTTPS only. */
export class HttpsEndpoint extends Construct {
  constructor(scope: Construct, id: string, { loadBalancer, dns }: HttpsEndpointProps) {
    super(scope, id);
    const { alb, targetGroup } = loadBalancer;
    // `open: false`, here and below: the network says who may come.
    alb.addListener('Https', {
      protocol: elb.ApplicationProtocol.HTTPS,
      port: 443,
      open: false,
      certificates: [dns.certificate],
      // TLS 1.2 and 1.3 with strong ciphers, and a key exchange that a quantum computer does not break.
      sslPolicy: elb.SslPolicy.TLS13_12_RES_PQ,
      defaultAction: elb.ListenerAction.forward([targetGroup]),
    });
    alb.addListener('Http', {
      protocol: elb.ApplicationProtocol.HTTP,
      port: 80,
      open: false,
      defaultAction: elb.ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
    });
    // An alias, not a CNAME: DNS allows no CNAME at the top of a zone.
    new ARecord(this, 'Address', {
      zone: dns.zone,
      // With the dot at its end it is the whole name, whatever the name of the zone is.
      recordName: `${dns.domain}.`,
      target: RecordTarget.fromAlias(new LoadBalancerTarget(alb)),
    });
    new CfnOutput(Stack.of(this), 'Url', { value: `https://${dns.domain}` });
  }
}
