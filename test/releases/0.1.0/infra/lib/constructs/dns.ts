import { RemovalPolicy } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone, type IHostedZone, PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';

export interface DnsProps {
  readonly environment: Environment;
  readonly domain: string;
}

/** A certificate for the environment's name, and the zone that the name is in: its own, or one that was there. */
export class Dns extends Construct {
  readonly domain: string;
  readonly zone: IHostedZone;
  /** Of a zone that is made here; what they are of another zone is not known at synth. */
  readonly nameServers: string[] | undefined;
  readonly certificate: Certificate;

  constructor(scope: Construct, id: string, props: DnsProps) {
    super(scope, id);
    const { environment, domain } = props;
    this.domain = domain;
    const existing = environment.part('zone', (part) =>
      part.text('id', /^Z[A-Z0-9]+$/, 'Z0123456789ABCDEFGHIJ'),
    );
    // By its id alone: the zone may be that of a name further up, and nothing here needs to know which.
    this.zone = existing ? HostedZone.fromHostedZoneId(this, 'Zone', existing) : this.newZone(props);
    this.nameServers = this.zone.hostedZoneNameServers;
    // ACM waits until it finds its record: the deployment only ends once the world asks this zone for the
    // name.
    this.certificate = new Certificate(this, 'Certificate', {
      domainName: domain,
      validation: CertificateValidation.fromDns(this.zone),
    });
  }

  private newZone({ environment, domain }: DnsProps): PublicHostedZone {
    const zone = new PublicHostedZone(this, 'Zone', { zoneName: domain });
    // A new zone gets other name servers, and the delegation at the registrar would point nowhere.
    zone.applyRemovalPolicy(
      environment.protected ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    );
    return zone;
  }
}
