import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { readJobs } from '../lib/constructs/job-settings.ts';
import { parseSettings } from '../lib/settings.ts';
import { forEachEnvironment, template } from './synthesized.ts';

forEachEnvironment('the jobs', (environment) => {
  const service = template(environment, 'service');
  const definitions = Object.entries(service.findResources('AWS::ECS::TaskDefinition'));
  const schedules = Object.values(service.findResources('AWS::Scheduler::Schedule'));
  const [queue] = Object.keys(service.findResources('AWS::SQS::Queue'));
  const [backend] = taskOf(environment.prefix).containers;

  for (const { name, command, timeLimitMinutes, enabled, timeZone, ...job } of readJobs(environment)) {
    const family = `${environment.prefix}-${name}`;
    const { id, containers } = taskOf(family);
    const [container, turn] = containers;
    const own = schedules.filter(({ Properties }) => inputOf(Properties).includes(`"${name}-<`));

    it(`run ${name} with its command and a limit, with image, settings and secrets of the service`, () => {
      assert.deepEqual(container.Command, ['timeout', '-k', '30', String(timeLimitMinutes * 60), ...command]);
      for (const key of ['Image', 'Environment', 'Secrets', 'ReadonlyRootFilesystem'])
        assert.deepEqual(container[key], backend[key], key);
      assert.equal(container.PortMappings, undefined);
      assert.equal(container.LogConfiguration.Options['awslogs-stream-prefix'], name);
    });

    it(`start ${name} only when no other run of it is there`, () => {
      assert.deepEqual(container.DependsOn, [{ ContainerName: 'turn', Condition: 'SUCCESS' }]);
      assert.equal(turn.Essential, false);
      assert.ok(turn.Command[0].includes(`--cluster ${environment.prefix} --family ${family} `));
      assert.match(turn.Command[0], /-gt 1 .*exit 1/);
      const statements = Object.values(service.findResources('AWS::IAM::Policy')).flatMap(
        ({ Properties }) => Properties.PolicyDocument.Statement,
      );
      const { account, region, prefix } = environment;
      assert.deepEqual(statements.find(({ Action }) => Action === 'ecs:ListTasks')?.Condition, {
        ArnEquals: { 'ecs:cluster': `arn:aws:ecs:${region}:${account}:cluster/${prefix}` },
      });
    });

    it(`call for ${name} at its times, once for each`, () => {
      assert.deepEqual(
        own.map(({ Properties }) => Properties.ScheduleExpression).sort(),
        [...job.schedules].sort(),
      );
      for (const { Properties } of own) {
        assert.equal(Properties.ScheduleExpressionTimezone, timeZone);
        assert.equal(Properties.State, enabled ? 'ENABLED' : 'DISABLED');
        assert.equal(
          Properties.Target.Arn['Fn::Join']?.[1].at(-1) ?? Properties.Target.Arn,
          ':scheduler:::aws-sdk:ecs:runTask',
        );
        const input = inputOf(Properties);
        assert.ok(input.includes(`"ClientToken":"${name}-<aws.scheduler.scheduled-time>"`), input);
        assert.ok(input.includes('"AssignPublicIp":"ENABLED"'), input);
        assert.ok(input.includes(`"Ref":"${id}"`), 'runs another task definition');
      }
    });

    it(`try again when ${name} could not be started, and put it aside after an hour`, () => {
      for (const { Properties } of own) {
        assert.deepEqual(Properties.Target.RetryPolicy, {
          MaximumRetryAttempts: 10,
          MaximumEventAgeInSeconds: 3600,
        });
        assert.deepEqual(Properties.Target.DeadLetterConfig, { Arn: { 'Fn::GetAtt': [queue, 'Arn'] } });
      }
    });
  }

  it('are started by a role that can start them only', () => {
    const policies = Object.entries(service.findResources('AWS::IAM::Policy'));
    const statements = policies
      .filter(([id]) => /SchedulerRole/.test(id))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    assert.ok(statements.length > 0);
    for (const { Action, Resource } of statements) {
      assert.ok(['ecs:RunTask', 'iam:PassRole', 'sqs:SendMessage'].includes(Action), JSON.stringify(Action));
      assert.ok(!JSON.stringify(Resource).includes('*'), JSON.stringify(Resource));
    }
  });

  it('leave what could not be started in a queue, encrypted, for two weeks', () => {
    service.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: `${environment.prefix}-jobs-not-started`,
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86400,
    });
    service.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      }),
    });
  });

  function taskOf(family: string) {
    const [id, found] = definitions.find(([, { Properties }]) => Properties.Family === family) ?? [];
    return { id, containers: found?.Properties.ContainerDefinitions ?? [] };
  }

  /** The input of a schedule as it is with its references written out in their JSON. */
  function inputOf({ Target }: { Target: { Input: { 'Fn::Join': [string, unknown[]] } } }): string {
    const parts = Target.Input['Fn::Join'][1];
    return parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join('');
  }
});

describe('the settings of a job', () => {
  const job = {
    schedules: ['rate(1 hour)'],
    timeZone: 'UTC',
    enabled: true,
    command: ['a'],
    timeLimitMinutes: 60,
    cpu: 256,
    memoryMiB: 512,
  };
  for (const [changes, message] of [
    [{ schedules: ['0 3 * * *'] }, /jobs\.x\.schedules is \["0 3 \* \* \*"\]\. Use a list like/],
    [{ schedules: ['cron(0 3 * * * *)'] }, /jobs\.x\.schedules has cron\(0 3 \* \* \* \*\)\. Use six fields/],
    [{ schedules: ['cron(0 3 ? * 2)'] }, /jobs\.x\.schedules has cron\(0 3 \? \* 2\)\. Use six fields/],
    [{ schedules: [] }, /jobs\.x\.schedules is empty/],
    [{ timeZone: 'CET-ish' }, /jobs\.x\.timeZone is "CET-ish"\. Use something like "Europe\/Berlin"/],
    [{ command: [] }, /jobs\.x\.command is empty/],
    [{ timeLimitMinutes: 0 }, /jobs\.x\.timeLimitMinutes is 0/],
  ] as const)
    it(`are refused with ${JSON.stringify(changes)}, and the error says where and how to fix it`, () => {
      const json = JSON.parse(readFileSync(join(__dirname, '..', 'settings.json'), 'utf8'));
      json.environments.dev.jobs = { x: { ...job, ...changes } };
      const [dev] = parseSettings(json).environments;
      assert.throws(() => dev && readJobs(dev), message);
    });
});
