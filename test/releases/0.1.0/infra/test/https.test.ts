import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpsEndpoint } from '../lib/constructs/https-endpoint.ts';
import { parseSettings } from '../lib/settings.ts';
import { DnsStack } from '../lib/stacks/dns-stack.ts';
import { FoundationStack } from '../lib/stacks/foundation-stack.ts';
import { ServiceStack } from '../lib/stacks/service-stack.ts';
import { assertLogicalIds } from './logical-ids.ts';
import { forEachEnvironment, otherApp, template } from './synthesized.ts';

forEachEnvironment('the domain', (environment) => {
  const dns = template(environment, 'dns');
  const service = template(environment, 'service');

  it('has a certificate of its name that is validated by DNS', () => {
    dns.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: environment.domain,
      ValidationMethod: 'DNS',
    });
  });

  it('is served over HTTPS with a current TLS policy', () => {
    service.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
    });
  });

  it('is served over nothing else: HTTP is redirected for good', () => {
    service.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 2);
    service.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ],
    });
  });

  it('points to the load balancer by an alias, which may stand at the top of a zone', () => {
    const [balancer] = Object.keys(service.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
    service.hasResourceProperties('AWS::Route53::RecordSet', {
      Type: 'A',
      Name: `${environment.domain}.`,
      AliasTarget: { HostedZoneId: { 'Fn::GetAtt': [balancer, 'CanonicalHostedZoneID'] } },
    });
    assert.equal(service.toJSON().Outputs.Url.Value, `https://${environment.domain}`);
  });
});

describe('the zone of a domain', () => {
  it('is a new one whose name servers the stack tells', () => {
    const { dns } = stacksWith(undefined);
    assertLogicalIds(dns, 'AWS::Route53::HostedZone', ['DnsZone1A7256CF']);
    const [zone] = Object.keys(dns.findResources('AWS::Route53::HostedZone'));
    dns.hasResourceProperties('AWS::Route53::HostedZone', { Name: 'dev.api.example.com.' });
    dns.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainValidationOptions: [{ DomainName: 'dev.api.example.com', HostedZoneId: { Ref: zone } }],
    });
    assert.ok(dns.toJSON().Outputs.NameServers);
  });

  it('is one that was there before: certificate and address go into it', () => {
    const { dns, service } = stacksWith({ id: 'Z0123456789' });
    dns.resourceCountIs('AWS::Route53::HostedZone', 0);
    dns.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainValidationOptions: [{ DomainName: 'dev.api.example.com', HostedZoneId: 'Z0123456789' }],
    });
    service.hasResourceProperties('AWS::Route53::RecordSet', {
      Name: 'dev.api.example.com.',
      HostedZoneId: 'Z0123456789',
    });
  });

  it('is refused where it is not given by its id', () => {
    assert.throws(() => stacksWith({ id: 'example.com' }), /environments\.dev\.zone\.id is "example\.com"/);
  });
});

/** The stacks of a dev with a domain, in a zone of settings.json or in a new one. */
function stacksWith(zone: { id: string } | undefined): { dns: Template; service: Template } {
  const json = JSON.parse(readFileSync(join(__dirname, '..', 'settings.json'), 'utf8'));
  const domain = 'dev.api.example.com';
  const { zone: _, ...dev } = json.environments.dev;
  json.environments = { dev: { ...dev, domain, ...(zone && { zone }) } };
  const [environment] = parseSettings(json).environments;
  assert.ok(environment);
  const app = otherApp();
  const foundation = new FoundationStack(app, { environment });
  const service = new ServiceStack(app, { environment, foundation, attachments: [] });
  const stack = new DnsStack(app, { environment, domain });
  new HttpsEndpoint(service.loadBalancer, 'Endpoint', {
    loadBalancer: service.loadBalancer,
    dns: stack.dns,
  });
  return { dns: Template.fromStack(stack), service: Template.fromStack(service) };
}
