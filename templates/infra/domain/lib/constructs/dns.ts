import { RemovalPolicy } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';

export interface DnsProps {
  readonly environment: Environment;
  readonly domain: string;
}

/** The environment's own zone and a certificate for its name. */
export class Dns extends Construct {
  readonly zone: PublicHostedZone;
  readonly certificate: Certificate;

  constructor(scope: Construct, id: string, { environment, domain }: DnsProps) {
    super(scope, id);
    this.zone = new PublicHostedZone(this, 'Zone', { zoneName: domain });
    // A new zone gets other name servers, and the delegation at the registrar would point nowhere.
    this.zone.applyRemovalPolicy(
      environment.protected ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    );
    // ACM waits until it finds its record: the deployment only ends once the registrar delegates the name
    // to the zone's name servers.
    this.certificate = new Certificate(this, 'Certificate', {
      domainName: domain,
      validation: CertificateValidation.fromDns(this.zone),
    });
  }
}
