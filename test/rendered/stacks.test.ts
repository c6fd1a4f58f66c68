import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { answersWith } from '../support.ts';
import { type Row, rows, title } from './pairs.ts';
import { type Resource, rendered, resources, synth, type Templates, typecheck } from './synth.ts';

const accounts = { devAccount: '111122223333', prodAccount: '444455556666' };
const environments = ['dev', 'prod'] as const;

/** The only resource of its type in a stack. */
function only(templates: Templates, type: string, stack: string): Resource {
  const found = resources(templates, type, stack);
  assert.equal(found.length, 1, `${found.length} × ${type} in ${stack}`);
  return found[0] as Resource;
}

function attributes(resource: Resource): Record<string, string> {
  const list: { Key: string; Value: string }[] =
    resource.Properties.LoadBalancerAttributes ?? resource.Properties.TargetGroupAttributes;
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
}

function network(templates: () => Templates): void {
  it('have no NAT gateway, and tasks with a public IP that only the load balancer reaches', () => {
    assert.equal(resources(templates(), 'AWS::EC2::NatGateway').length, 0);
    for (const { Properties } of resources(templates(), 'AWS::ECS::Service'))
      assert.equal(Properties.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp, 'ENABLED');
    const rules = resources(templates(), 'AWS::EC2::SecurityGroupIngress', 'foundation');
    assert.equal(rules.length, 2);
    for (const { Properties } of rules) {
      assert.deepEqual([Properties.FromPort, Properties.ToPort], [8000, 8000]);
      assert.ok(Properties.SourceSecurityGroupId, 'open to more than a security group');
    }
    for (const { Properties } of resources(templates(), 'AWS::EC2::SecurityGroup'))
      for (const rule of Properties.SecurityGroupIngress ?? [])
        assert.ok([80, 443].includes(rule.FromPort), JSON.stringify(rule));
  });
}

function loadBalancer(row: Row, templates: () => Templates): void {
  it(`wait ${row.sse ? 3600 : 60} s for an idle connection and drain within two minutes`, () => {
    for (const environment of environments) {
      const balancer = only(
        templates(),
        'AWS::ElasticLoadBalancingV2::LoadBalancer',
        `${environment}-service`,
      );
      assert.equal(attributes(balancer)['idle_timeout.timeout_seconds'], row.sse ? '3600' : '60');
      const group = only(templates(), 'AWS::ElasticLoadBalancingV2::TargetGroup', `${environment}-service`);
      const delay = Number(attributes(group)['deregistration_delay.timeout_seconds']);
      assert.ok(delay >= 60 && delay <= 120, String(delay));
      const task = only(templates(), 'AWS::ECS::TaskDefinition', `${environment}-service`);
      const [container] = task.Properties.ContainerDefinitions;
      assert.ok(container.StopTimeout <= 120 && container.StopTimeout >= 30, container.StopTimeout);
      const keepAlive = container.Environment.find(
        ({ Name }: { Name: string }) => Name === 'KEEP_ALIVE_SECONDS',
      );
      assert.ok(Number(keepAlive.Value) > (row.sse ? 3600 : 60), keepAlive.Value);
    }
  });

  it(row.domain ? 'answer on HTTPS alone' : 'answer on HTTP where there is no domain', () => {
    for (const environment of environments) {
      const listeners = resources(
        templates(),
        'AWS::ElasticLoadBalancingV2::Listener',
        `${environment}-service`,
      );
      const [https, http] = [443, 80].map(
        (port) => listeners.find(({ Properties }) => Properties.Port === port)?.Properties,
      );
      if (!row.domain) {
        assert.equal(https, undefined);
        assert.equal(http.DefaultActions[0].Type, 'forward');
        continue;
      }
      assert.match(https.SslPolicy, /^ELBSecurityPolicy-TLS13-1-2-Res-PQ/);
      assert.equal(http.DefaultActions[0].RedirectConfig.StatusCode, 'HTTP_301');
      assert.ok(
        only(templates(), 'AWS::Route53::RecordSet', `${environment}-service`).Properties.AliasTarget,
      );
    }
  });
}

function service(row: Row, templates: () => Templates): void {
  it('have the sizes, the processor and the roll-back of the guide', () => {
    for (const [environment, cpu, memory] of [
      ['dev', '512', '1024'],
      ['prod', '1024', '2048'],
    ] as const) {
      const { Properties: task } = only(templates(), 'AWS::ECS::TaskDefinition', `${environment}-service`);
      assert.deepEqual([task.Cpu, task.Memory], [cpu, memory]);
      assert.equal(task.RuntimePlatform.CpuArchitecture, row.architecture.toUpperCase());
      const { Properties: running } = only(templates(), 'AWS::ECS::Service', `${environment}-service`);
      assert.deepEqual(running.DeploymentConfiguration.DeploymentCircuitBreaker, {
        Enable: true,
        Rollback: true,
      });
    }
    assert.equal(
      resources(templates(), 'AWS::ApplicationAutoScaling::ScalingPolicy', 'prod-service').length,
      1,
    );
  });

  it('take the image by a tag that has no default', () => {
    for (const environment of environments) {
      const parameter = templates().get(`shop-${environment}-service`)?.Parameters?.ImageTag;
      assert.ok(parameter && parameter.Default === undefined);
    }
  });
}

function database(row: Row, templates: () => Templates): void {
  if (!row.database) {
    it('have no database and no release step', () => {
      assert.equal(resources(templates(), 'AWS::RDS::DBInstance').length, 0);
      assert.deepEqual(
        [...templates().keys()].filter((name) => /-(data|release)$/.test(name)),
        [],
      );
    });
    return;
  }
  it('keep the database private, encrypted, backed up, on TLS, with its password in SSM', () => {
    for (const [environment, size] of [
      ['dev', 'db.t4g.micro'],
      ['prod', 'db.t4g.small'],
    ] as const) {
      const instance = only(templates(), 'AWS::RDS::DBInstance', `${environment}-data`).Properties;
      assert.deepEqual(
        [
          instance.DBInstanceClass,
          instance.StorageType,
          instance.StorageEncrypted,
          instance.EngineVersion,
          instance.BackupRetentionPeriod,
          instance.PubliclyAccessible,
        ],
        [size, 'gp3', true, '16', 7, false],
      );
      assert.equal(instance.DeletionProtection, environment === 'prod');
      assert.match(
        JSON.stringify(instance.MasterUserPassword),
        new RegExp(`resolve:ssm-secure:/shop/${environment}/`),
      );
      const parameters = only(templates(), 'AWS::RDS::DBParameterGroup', `${environment}-data`).Properties
        .Parameters;
      assert.equal(parameters['rds.force_ssl'], '1');
    }
    for (const { Properties } of resources(templates(), 'AWS::EC2::SecurityGroupIngress', '-data')) {
      assert.equal(Properties.FromPort, 5432);
      assert.ok(Properties.SourceSecurityGroupId);
    }
  });
}

function storage(row: Row, templates: () => Templates): void {
  it('close every bucket to the public, encrypt it and demand TLS', () => {
    const buckets = resources(templates(), 'AWS::S3::Bucket');
    assert.ok(buckets.length >= 4);
    for (const { Properties } of buckets) {
      assert.deepEqual(new Set(Object.values(Properties.PublicAccessBlockConfiguration)), new Set([true]));
      assert.equal(
        Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault
          .SSEAlgorithm,
        'AES256',
      );
    }
    const policies = resources(templates(), 'AWS::S3::BucketPolicy');
    assert.equal(policies.length, buckets.length);
    for (const policy of policies) assert.match(JSON.stringify(policy), /"aws:SecureTransport":"false"/);
  });

  it('keep images immutable and scanned, and build them on the processor of the task', () => {
    for (const { Properties } of resources(templates(), 'AWS::ECR::Repository')) {
      assert.equal(Properties.ImageTagMutability, 'IMMUTABLE');
      assert.equal(Properties.ImageScanningConfiguration.ScanOnPush, true);
    }
    for (const { Properties } of resources(templates(), 'AWS::CodeBuild::Project')) {
      assert.equal(Properties.Environment.PrivilegedMode, true);
      assert.equal(
        Properties.Environment.Type,
        row.architecture === 'arm64' ? 'ARM_CONTAINER' : 'LINUX_CONTAINER',
      );
    }
  });
}

function github(row: Row, templates: () => Templates): void {
  it(
    row.github
      ? 'let only this GitHub repository deploy, in both forms of its subject'
      : 'let no GitHub repository deploy',
    () => {
      const roles = resources(templates(), 'AWS::IAM::Role', '-github').filter(({ Properties }) =>
        JSON.stringify(Properties).includes('token.actions'),
      );
      assert.equal(roles.length, row.github ? 4 : 0);
      for (const { Properties } of roles) {
        const trust = JSON.stringify(Properties.AssumeRolePolicyDocument);
        const claim = Properties.RoleName.endsWith('-drift')
          ? 'ref:refs/heads/main'
          : 'environment:(dev|prod)';
        assert.match(trust, new RegExp(`repo:acme/shop:${claim}`));
        assert.match(trust, new RegExp(`repo:acme@\\*/shop@\\*:${claim}`));
      }
    },
  );
}

for (const row of rows)
  describe(`the stacks of ${title(row)}`, { concurrency: 1 }, () => {
    const folder = rendered(answersWith({ ...row, ...accounts, name: 'shop' }));
    let synthesised: Templates;
    const templates = (): Templates => synthesised;
    before(async () => {
      synthesised = await synth(folder);
    });
    it('pass their own type check', async () => {
      await typecheck(folder);
    });
    it('are the ones of the design, for dev and prod', () => {
      const parts = [
        'foundation',
        ...(row.database ? ['data', 'release'] : []),
        ...(row.domain ? ['dns'] : []),
        'service',
        ...(row.github ? ['github'] : []),
      ];
      const expected = environments.flatMap((environment) =>
        parts.map((part) => `shop-${environment}-${part}`),
      );
      assert.deepEqual([...templates().keys()].sort(), expected.sort());
    });
    for (const check of [loadBalancer, service, database, storage, github]) check(row, templates);
    network(templates);
  });
