import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { forEachEnvironment, template } from './synthesized.ts';

forEachEnvironment('the network', (environment) => {
  const foundation = template(environment, 'foundation');

  it('has no NAT gateway', () => {
    foundation.resourceCountIs('AWS::EC2::NatGateway', 0);
  });

  it('spreads public and isolated subnets over the zones of settings.json', () => {
    for (const [type, isPublic] of [
      ['Public', true],
      ['Isolated', false],
    ]) {
      const subnets = foundation.findResources('AWS::EC2::Subnet', {
        Properties: {
          MapPublicIpOnLaunch: isPublic,
          Tags: Match.arrayWith([{ Key: 'aws-cdk:subnet-type', Value: type }]),
        },
      });
      const zones = Object.values(subnets).map((subnet) => subnet.Properties.AvailabilityZone);
      assert.deepEqual(zones.sort(), [...environment.availabilityZones].sort());
    }
  });

  it('routes only the public subnets to the internet', () => {
    const routes = Object.values(foundation.findResources('AWS::EC2::Route'));
    assert.equal(routes.length, environment.availabilityZones.length);
    for (const route of routes) assert.match(route.Properties.RouteTableId.Ref, /PublicSubnet/);
  });

  it('opens the load balancer to the internet, on the ports that it listens on', () => {
    foundation.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Load balancer: open to the internet',
      SecurityGroupIngress: (environment.domain ? [80, 443] : [80]).map((port) =>
        Match.objectLike({ CidrIp: '0.0.0.0/0', FromPort: port, ToPort: port, IpProtocol: 'tcp' }),
      ),
    });
  });

  it('admits nobody to the tasks but the load balancer, on its port', () => {
    const group = idOf(/TaskSecurityGroup/);
    foundation.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Tasks: reached by the load balancer only',
      SecurityGroupIngress: Match.absent(),
    });
    const rules = Object.values(foundation.findResources('AWS::EC2::SecurityGroupIngress'));
    const admitted = rules.filter((rule) => rule.Properties.GroupId['Fn::GetAtt'][0] === group);
    assert.equal(admitted.length, 1);
    const { SourceSecurityGroupId, FromPort, ToPort, IpProtocol } = admitted[0]?.Properties ?? {};
    assert.deepEqual(SourceSecurityGroupId, { 'Fn::GetAtt': [idOf(/LoadBalancerSecurityGroup/), 'GroupId'] });
    assert.deepEqual(
      [FromPort, ToPort, IpProtocol],
      [environment.container.port, environment.container.port, 'tcp'],
    );
  });

  it('logs the flows where access is logged', () => {
    foundation.resourceCountIs('AWS::EC2::FlowLog', environment.accessLogs ? 1 : 0);
  });

  function idOf(pattern: RegExp): string | undefined {
    return Object.keys(foundation.findResources('AWS::EC2::SecurityGroup')).find((id) => pattern.test(id));
  }
});
