import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { readCache } from '../lib/constructs/cache.ts';
import { Reader } from '../lib/reader.ts';
import { CacheStack } from '../lib/stacks/cache-stack.ts';
import { FoundationStack } from '../lib/stacks/foundation-stack.ts';
import { assertLogicalIds } from './logical-ids.ts';
import { forEachEnvironment, like, otherApp, template } from './synthesized.ts';

forEachEnvironment('the cache', (environment) => {
  const cache = template(environment, 'cache');

  it('keeps its logical id', () => {
    assertLogicalIds(cache, 'AWS::ElastiCache::ReplicationGroup', ['CacheValkey8BCB8589']);
  });

  it('is Valkey of the size that settings.json gives', () => {
    const settings = readCache(environment);
    cache.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      ReplicationGroupId: environment.prefix,
      Engine: 'valkey',
      CacheNodeType: settings?.nodeType,
      NumCacheClusters: settings?.nodes,
    });
  });

  it('is encrypted, and speaks TLS only', () => {
    cache.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      AtRestEncryptionEnabled: true,
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
    });
  });

  it('lies in the isolated subnets', () => {
    const [group] = Object.values(cache.findResources('AWS::ElastiCache::SubnetGroup'));
    const subnets = group?.Properties.SubnetIds ?? [];
    assert.equal(subnets.length, environment.availabilityZones.length);
    for (const subnet of subnets) assert.match(subnet['Fn::ImportValue'], /VpcIsolatedSubnet/);
  });

  it('admits nobody but the tasks, on port 6379', () => {
    cache.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
    const rules = Object.values(cache.findResources('AWS::EC2::SecurityGroupIngress'));
    assert.equal(rules.length, 1);
    const { SourceSecurityGroupId, FromPort, ToPort, IpProtocol } = rules[0]?.Properties ?? {};
    assert.match(SourceSecurityGroupId['Fn::ImportValue'], /TaskSecurityGroup/);
    assert.deepEqual([FromPort, ToPort, IpProtocol], [6379, 6379, 'tcp']);
  });

  it('tells every task where it is, by the Parameter Store', () => {
    const name = `/${environment.app}/${environment.name}/REDIS_URL`;
    cache.hasResourceProperties('AWS::SSM::Parameter', {
      Name: name,
      Type: 'String',
      Value: { 'Fn::Join': ['', ['rediss://', Match.anyValue(), ':6379']] },
    });
    const service = template(environment, 'service');
    for (const { Properties } of Object.values(service.findResources('AWS::ECS::TaskDefinition'))) {
      const [{ Secrets }] = Properties.ContainerDefinitions;
      const url = Secrets.find((secret: { Name: string }) => secret.Name === 'REDIS_URL');
      assert.ok(JSON.stringify(url.ValueFrom).includes(`parameter${name}`), JSON.stringify(url));
    }
  });

  it('is nothing that the service imports, so either can go without the other', () => {
    assert.ok(
      !JSON.stringify(template(environment, 'service').toJSON()).includes(`${environment.prefix}-cache`),
    );
  });
});

describe('a cache of several nodes', () => {
  it('goes on in another zone when a node fails', () => {
    const app = otherApp();
    const environment = like({});
    const foundation = new FoundationStack(app, { environment });
    const settings = { nodeType: 'cache.t4g.small', nodes: 2 };
    Template.fromStack(new CacheStack(app, { environment, settings, foundation })).hasResourceProperties(
      'AWS::ElastiCache::ReplicationGroup',
      { NumCacheClusters: 2, AutomaticFailoverEnabled: true, MultiAZEnabled: true },
    );
  });
});

describe('the settings of the cache', () => {
  it('are refused beside a secret of the same name', () => {
    const problems: string[] = [];
    const part = new Reader({ nodeType: 'cache.t4g.micro', nodes: 1 }, 'cache', problems);
    readCache(like({ secrets: ['REDIS_URL'], part: (_, read) => read(part) }));
    assert.match(
      problems.join(),
      /cache gives the tasks REDIS_URL, and so does "secrets"\. Remove REDIS_URL/,
    );
  });
});
