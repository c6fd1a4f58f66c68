import assert from 'node:assert/strict';
import { it } from 'node:test';
import { forEachEnvironment, template } from './synthesized.ts';

forEachEnvironment('without a domain', (environment) => {
  const service = template(environment, 'service');

  it("the backend is served over HTTP at the load balancer's own name", () => {
    service.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 1);
    service.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward' }],
    });
    const [balancer] = Object.keys(service.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
    assert.deepEqual(service.toJSON().Outputs.Url.Value, {
      'Fn::Join': ['', ['http://', { 'Fn::GetAtt': [balancer, 'DNSName'] }]],
    });
  });
});
