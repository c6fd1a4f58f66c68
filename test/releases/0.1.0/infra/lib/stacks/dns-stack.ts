import { CfnOutput, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Dns } from '../constructs/dns.ts';
import { EnvironmentStack, type EnvironmentStackProps } from './environment-stack.ts';

export interface DnsStackProps extends EnvironmentStackProps {
  readonly domain: string;
}

/** Apart from the service, because it may wait for a step at the registrar that only a person can take. */
export class DnsStack extends EnvironmentStack {
  readonly dns: Dns;

  constructor(scope: Construct, { environment, domain }: DnsStackProps) {
    super(scope, 'dns', `zone and certificate of ${domain}`, environment);
    this.dns = new Dns(this, 'Dns', { environment, domain });
    new CfnOutput(this, 'ZoneId', { value: this.dns.zone.hostedZoneId });
    const { nameServers } = this.dns;
    if (nameServers) new CfnOutput(this, 'NameServers', { value: Fn.join(',', nameServers) });
  }
}
