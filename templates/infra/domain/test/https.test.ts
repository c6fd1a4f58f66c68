import assert from 'node:assert/strict';
import { it } from 'node:test';
import { forEachEnvironment, template } from './synthesized.ts';

forEachEnvironment('the domain', (environment) => {
  const dns = template(environment, 'dns');
  const service = template(environment, 'service');

  it('has a zone in this account and a certificate that is validated in it', () => {
    const [zone] = Object.keys(dns.findResources('AWS::Route53::HostedZone'));
    dns.hasResource('AWS::Route53::HostedZone', {
      Properties: { Name: `${environment.domain}.` },
      DeletionPolicy: environment.protected ? 'RetainExceptOnCreate' : 'Delete',
    });
    dns.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: environment.domain,
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: environment.domain, HostedZoneId: { Ref: zone } }],
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
