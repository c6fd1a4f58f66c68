import { resolveNs } from 'node:dns/promises';
import { ACMClient, type CertificateSummary, paginateListCertificates } from '@aws-sdk/client-acm';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { call } from './called.ts';
import { Problem } from './problem.ts';
import type { Environment } from './settings.ts';
import { findStack } from './stacks.ts';
import type { Target } from './target.ts';

const runbook = 'docs/runbooks/domain-and-https.md';

/** How far the way from the domain's name to the service is. */
export interface Domain {
  name: string;
  /** The zone that the name is in: its own, or one further up. */
  zone: { id: string; name: string };
  /** Name servers that have the zone. */
  servers: string[];
  /** Name servers that the world asks for the zone's name. */
  asked: string[];
  /** As ACM calls the certificate's state; `undefined` where there is none. */
  certificate: string | undefined;
}

/** The zone of an environment. @throws Problem where there is none yet */
export async function zoneId(target: Target): Promise<string> {
  const { environment, client } = target;
  if (environment.zone) return environment.zone.id;
  // From the stack's resources and not from its outputs: the zone is there long before the stack is ready.
  const StackName = `${environment.prefix}-dns`;
  const { StackResources = [] } = (await findStack(target, 'dns'))
    ? await client(CloudFormationClient).send(new DescribeStackResourcesCommand({ StackName }))
    : {};
  const zone = StackResources.find(({ ResourceType }) => ResourceType === 'AWS::Route53::HostedZone');
  if (zone?.PhysicalResourceId) return zone.PhysicalResourceId;
  throw new Problem({
    what: `There is no zone of ${environment.prefix} yet.`,
    why: `The stack ${StackName} makes it.`,
    fix: `${call} stacks --env ${environment.name}`,
  });
}

async function certificateState({ client }: Target, domain: string): Promise<string | undefined> {
  const own: CertificateSummary[] = [];
  for await (const page of paginateListCertificates({ client: client(ACMClient) }, {}))
    own.push(...(page.CertificateSummaryList ?? []).filter(({ DomainName }) => DomainName === domain));
  const states = own.map(({ Status }) => Status);
  return states.find((state) => state === 'ISSUED') ?? states[0];
}

const plain = (name: string) => name.replace(/\.$/, '').toLowerCase();

/** Looks at the domain of an environment. @throws Problem where it has none, or no zone yet */
export async function domainOf(target: Target): Promise<Domain> {
  const { environment, client } = target;
  const { domain, name } = environment;
  if (!domain)
    throw new Problem({
      what: `${name} has no domain.`,
      why: 'infra/settings.json names none for it.',
      fix: `npx generator-vibely https --domain api.example.com (${runbook})`,
    });
  const id = await zoneId(target);
  const { HostedZone, DelegationSet } = await client(Route53Client).send(
    new GetHostedZoneCommand({ Id: id }),
  );
  const zone = { id, name: plain(HostedZone?.Name ?? '') };
  // Nobody who knows the name is the same as no server that has it.
  const asked = await resolveNs(zone.name).catch(() => []);
  return {
    name: domain,
    zone,
    servers: (DelegationSet?.NameServers ?? []).map(plain).sort(),
    asked: asked.map(plain).sort(),
    certificate: await certificateState(target, domain),
  };
}

/** What a domain still waits for; `undefined` where all is done. */
export function missingOf({ name, zone, servers, asked, certificate }: Domain, environment: Environment) {
  if (asked.join() !== servers.join())
    return new Problem({
      what: `The world does not ask this zone for ${zone.name} yet.`,
      why:
        asked.length === 0
          ? 'Its NS records are missing, or name servers still remember that there were none: up to an hour.'
          : `It asks ${asked.join(', ')}.`,
      fix: `Make an NS record for each of ${servers.join(', ')}: ${runbook}`,
    });
  if (certificate === 'ISSUED') return undefined;
  return new Problem({
    what: `The certificate of ${name} is not issued yet: ${certificate ?? 'there is none'}.`,
    why: 'AWS looks for its record in the zone every few minutes, and gives up after 72 hours.',
    fix: `Wait for: ${call} stacks --env ${environment.name}`,
  });
}
