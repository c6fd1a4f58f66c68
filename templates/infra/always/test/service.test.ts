import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { FoundationStack } from '../lib/stacks/foundation-stack.ts';
import { ServiceStack } from '../lib/stacks/service-stack.ts';
import { forEachEnvironment, like, otherApp, template } from './synthesized.ts';

forEachEnvironment('the service', (environment) => {
  const service = template(environment, 'service');
  const [definition] = Object.values(service.findResources('AWS::ECS::TaskDefinition'));
  const [container] = definition?.Properties.ContainerDefinitions ?? [];

  it('takes the tag of its image as a parameter without default', () => {
    const parameter = service.toJSON().Parameters.ImageTag;
    assert.equal(parameter.Type, 'String');
    assert.equal(parameter.Default, undefined);
    assert.deepEqual(container.Image['Fn::Join'][1].at(-1), { Ref: 'ImageTag' });
  });

  it('remembers the commit that it was deployed from', () => {
    assert.equal(service.toJSON().Parameters.InfraCommit.Default, 'unknown');
  });

  it('has the size and the processor of settings.json', () => {
    service.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Family: environment.prefix,
      Cpu: String(environment.cpu),
      Memory: String(environment.memoryMiB),
      RuntimePlatform: {
        CpuArchitecture: environment.architecture === 'arm64' ? 'ARM64' : 'X86_64',
        OperatingSystemFamily: 'LINUX',
      },
    });
  });

  it('runs in public subnets with a public address and the security group of the tasks', () => {
    const [found] = Object.values(service.findResources('AWS::ECS::Service'));
    const { AssignPublicIp, SecurityGroups, Subnets } =
      found?.Properties.NetworkConfiguration.AwsvpcConfiguration ?? {};
    assert.equal(AssignPublicIp, 'ENABLED');
    assert.equal(Subnets.length, environment.availabilityZones.length);
    for (const subnet of Subnets) assert.match(subnet['Fn::ImportValue'], /VpcPublicSubnet/);
    assert.equal(SecurityGroups.length, 1);
    assert.match(SecurityGroups[0]['Fn::ImportValue'], /TaskSecurityGroup/);
  });

  it('goes back to the old image when the new one does not become healthy', () => {
    service.hasResourceProperties('AWS::ECS::Service', {
      ServiceName: environment.prefix,
      DeploymentConfiguration: {
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
      },
    });
  });

  it('has time to finish, and the process has to be done before ECS kills it', () => {
    assert.equal(container.StopTimeout, environment.stopTimeoutSeconds);
    assert.equal(variable('SHUTDOWN_GRACE_SECONDS'), String(environment.stopTimeoutSeconds - 10));
  });

  it('keeps connections open for longer than the load balancer', () => {
    assert.equal(variable('KEEP_ALIVE_SECONDS'), String(environment.idleTimeoutSeconds + 5));
  });

  it('tells the backend its version, its bucket and its front end', () => {
    assert.deepEqual(variable('APP_VERSION'), { Ref: 'ImageTag' });
    assert.match(variable('ASSETS_BUCKET')['Fn::ImportValue'], /StorageAssets/);
    assert.equal(variable('AWS_REGION'), environment.region);
    assert.equal(variable('FRONTEND_ORIGIN'), environment.frontendOrigin);
  });

  it('reads its secrets from the Parameter Store', () => {
    const names = [...(environment.database ? ['DATABASE_PASSWORD'] : []), ...environment.secrets];
    const secrets: string[] = (container.Secrets ?? []).map((secret: { Name: string }) => secret.Name);
    // REDIS_URL, where there is a cache, is no secret; it only comes the same way.
    assert.deepEqual(
      secrets.filter((name) => name !== 'REDIS_URL'),
      names,
    );
    for (const secret of container.Secrets ?? [])
      assert.ok(
        JSON.stringify(secret.ValueFrom).includes(`/${environment.app}/${environment.name}/${secret.Name}`),
      );
  });

  it('cannot write to its own file system and has no capabilities, unless settings.json lets it', () => {
    const { lockedDown } = environment.container;
    assert.equal(container.ReadonlyRootFilesystem, lockedDown);
    assert.deepEqual(container.LinuxParameters.Capabilities, lockedDown ? { Drop: ['ALL'] } : {});
  });

  it('may read and write uploads and nothing else', () => {
    const bucket = `${environment.prefix}-assets-${environment.account}-${environment.region}`;
    const policies = Object.entries(service.findResources('AWS::IAM::Policy'));
    const [, policy] = policies.find(([id]) => id.startsWith('ServiceTaskTaskRole')) ?? [];
    const [uploads, ...others] = policy?.Properties.PolicyDocument.Statement ?? [];
    assert.deepEqual(uploads, {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: `arn:aws:s3:::${bucket}/uploads/*`,
    });
    const actions = others.flatMap(({ Action }: { Action: string[] }) => Action);
    assert.equal(actions.length, environment.exec ? 4 : 0);
    for (const action of actions) assert.match(action, /^ssmmessages:/);
  });

  it('lets people in where settings.json says so, into folders that only their session writes to', () => {
    const [definition] = Object.values(service.findResources('AWS::ECS::Service'));
    assert.equal(definition?.Properties.EnableExecuteCommand ?? false, environment.exec);
    const folders = (container.MountPoints ?? []).map(
      ({ ContainerPath }: { ContainerPath: string }) => ContainerPath,
    );
    const written = ['/managed-agents', '/var/lib/amazon/ssm', '/var/log/amazon/ssm'];
    assert.deepEqual(folders, environment.exec ? written : []);
  });

  it('has the variables of settings.json', () => {
    for (const [name, value] of Object.entries(environment.variables)) assert.equal(variable(name), value);
  });

  it('scales on CPU where settings.json lets it, and keeps its number of tasks where not', () => {
    const { minTasks, maxTasks } = environment;
    const scales = maxTasks > minTasks;
    service.hasResourceProperties('AWS::ECS::Service', {
      DesiredCount: scales ? Match.absent() : minTasks,
    });
    service.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', scales ? 1 : 0);
    if (!scales) return;
    service.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: minTasks,
      MaxCapacity: maxTasks,
    });
    service.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: environment.scaleAtCpuPercent,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    });
  });

  function variable(name: string) {
    return container.Environment.find((entry: { Name: string }) => entry.Name === name)?.Value;
  }
});

forEachEnvironment('the load balancer', (environment) => {
  const service = template(environment, 'service');

  it('cuts silent connections after the time of settings.json and refuses smuggled requests', () => {
    service.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Name: environment.prefix,
      Scheme: 'internet-facing',
      LoadBalancerAttributes: Match.arrayWith([
        { Key: 'deletion_protection.enabled', Value: String(environment.protected) },
        { Key: 'idle_timeout.timeout_seconds', Value: String(environment.idleTimeoutSeconds) },
        { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
        { Key: 'routing.http.desync_mitigation_mode', Value: 'defensive' },
      ]),
    });
  });

  it('keeps access logs where settings.json says so', () => {
    const logs = { Key: 'access_logs.s3.enabled', Value: 'true' };
    service.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      LoadBalancerAttributes: environment.accessLogs
        ? Match.arrayWith([logs])
        : Match.not(Match.arrayWith([logs])),
    });
  });

  it('asks a task at the path of its container whether it is alive', () => {
    service.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Port: environment.container.port,
      TargetType: 'ip',
      HealthCheckPath: environment.container.healthPath,
      Matcher: { HttpCode: environment.container.healthCodes },
      TargetGroupAttributes: Match.arrayWith([
        {
          Key: 'deregistration_delay.timeout_seconds',
          Value: String(environment.deregistrationDelaySeconds),
        },
      ]),
    });
  });
});

forEachEnvironment('logs', (environment) => {
  const foundation = template(environment, 'foundation');

  it('are kept for as long as settings.json says, apart from the service', () => {
    foundation.allResourcesProperties('AWS::Logs::LogGroup', {
      RetentionInDays: environment.logRetentionDays,
    });
    foundation.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: `/${environment.app}/${environment.name}/backend`,
    });
    template(environment, 'service').resourceCountIs('AWS::Logs::LogGroup', 0);
  });

  it('come with Container Insights in production', () => {
    foundation.hasResourceProperties('AWS::ECS::Cluster', {
      ClusterName: environment.prefix,
      ClusterSettings: [
        { Name: 'containerInsights', Value: environment.production ? 'enhanced' : 'disabled' },
      ],
    });
  });
});

describe('a service whose secrets are variables of its tasks, too', () => {
  const { container } = like({});
  const own = { ...container, variables: { LOG_LEVEL: 'info' }, composed: { DATABASE_URL: 'postgres://$A' } };
  for (const name of ['PORT', 'FRONTEND_ORIGIN', 'LOG_LEVEL', 'DATABASE_URL'])
    it(`is refused, with the name of ${name}`, () => {
      const changes = { secrets: [name, 'FINE'], container: own, frontendOrigin: 'https://shop.example.com' };
      const [app, environment] = [otherApp(), like(changes)];
      const foundation = new FoundationStack(app, { environment });
      assert.throws(
        () => new ServiceStack(app, { environment, foundation, attachments: [] }),
        new RegExp(
          `^Error: infra/settings.json\\n  environments.${environment.name}.secrets has ${name}, which the tasks have anyway`,
        ),
      );
    });
});
