import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { readWorkers } from '../lib/constructs/workers.ts';
import { parseSettings } from '../lib/settings.ts';
import { forEachEnvironment, template } from './synthesized.ts';

forEachEnvironment('the workers', (environment) => {
  const service = template(environment, 'service');
  const definitions = Object.values(service.findResources('AWS::ECS::TaskDefinition'));
  const [backend] = containersOf(environment.prefix);

  for (const { name, command, cpu, memoryMiB, tasks, port } of readWorkers(environment)) {
    const family = `${environment.prefix}-${name}`;
    const [container, ...others] = containersOf(family);

    it(`run ${name} with its command and without a shell, on a port only where it has one`, () => {
      assert.deepEqual(container.Command, command);
      const ports = container.PortMappings?.map(
        ({ ContainerPort }: { ContainerPort: number }) => ContainerPort,
      );
      assert.deepEqual(ports, port === undefined ? undefined : [port]);
      assert.deepEqual(others, []);
      service.hasResourceProperties('AWS::ECS::TaskDefinition', {
        Family: family,
        Cpu: String(cpu),
        Memory: String(memoryMiB),
      });
    });

    it(`give ${name} the image, the settings and the secrets of the service, and its time to end`, () => {
      for (const key of ['Image', 'Secrets', 'StopTimeout', 'ReadonlyRootFilesystem'])
        assert.deepEqual(container[key], backend[key], key);
      const own = ({ Name }: { Name: string }) => port === undefined || Name !== 'PORT';
      assert.deepEqual(container.Environment.filter(own), backend.Environment.filter(own));
      assert.deepEqual(container.Image['Fn::Join'][1].at(-1), { Ref: 'ImageTag' });
    });

    it(`keep ${name} running where nobody reaches it, and go back when a deployment kills it`, () => {
      service.hasResourceProperties('AWS::ECS::Service', {
        ServiceName: family,
        DesiredCount: tasks,
        LoadBalancers: [],
        DeploymentConfiguration: {
          DeploymentCircuitBreaker: { Enable: true, Rollback: true },
          MinimumHealthyPercent: 100,
          MaximumPercent: 200,
        },
        NetworkConfiguration: { AwsvpcConfiguration: Match.objectLike({ AssignPublicIp: 'ENABLED' }) },
      });
      assert.deepEqual(container.HealthCheck.Command, ['CMD', 'true']);
    });

    it(`log ${name} under its name, in the log group that outlives the stack`, () => {
      const { Options } = container.LogConfiguration;
      assert.equal(Options['awslogs-stream-prefix'], name);
      assert.deepEqual(Options['awslogs-group'], backend.LogConfiguration.Options['awslogs-group']);
    });
  }

  const reached = readWorkers(environment).filter(({ port }) => port !== undefined);
  if (reached.length > 0)
    it('can be called by name where they have a port, by every service and by nobody else', () => {
      const services = Object.values(service.findResources('AWS::ECS::Service'));
      for (const { Properties } of services)
        assert.equal(Properties.ServiceConnectConfiguration.Enabled, true);
      for (const { name, port } of reached) {
        service.hasResourceProperties('AWS::ECS::Service', {
          ServiceName: `${environment.prefix}-${name}`,
          ServiceConnectConfiguration: Match.objectLike({
            Services: [Match.objectLike({ ClientAliases: [{ DnsName: name, Port: port }] })],
          }),
        });
        service.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { FromPort: port, ToPort: port });
      }
      const rules = Object.values(service.findResources('AWS::EC2::SecurityGroupIngress'));
      for (const { Properties } of rules)
        assert.deepEqual(Properties.SourceSecurityGroupId, Properties.GroupId);
    });

  function containersOf(family: string) {
    const found = definitions.find((definition) => definition.Properties.Family === family);
    return found?.Properties.ContainerDefinitions ?? [];
  }
});

describe('the settings of a worker', () => {
  const worker = { command: ['a'], cpu: 256, memoryMiB: 512, tasks: 1 };
  for (const [changes, message] of [
    [{ command: 'python -m app.worker' }, /workers\.x\.command is "python -m app\.worker"\. Use a list like/],
    [{ command: [] }, /workers\.x\.command is empty/],
    [{ memoryMiB: 4096 }, /workers\.x\.memoryMiB is 4096\. Use one of 512, 1024, 2048/],
    [{ tasks: -1 }, /workers\.x\.tasks is -1/],
    [{ port: 'http' }, /workers\.x\.port is "http"/],
    [{ image: 'x' }, /workers\.x\.image is not a setting/],
  ] as const)
    it(`are refused with ${JSON.stringify(changes)}, and the error says where and how to fix it`, () => {
      const json = JSON.parse(readFileSync(join(__dirname, '..', 'settings.json'), 'utf8'));
      json.environments.dev.workers = { x: { ...worker, ...changes } };
      const [dev] = parseSettings(json).environments;
      assert.throws(() => dev && readWorkers(dev), message);
    });
});
