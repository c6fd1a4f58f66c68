import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { readAlarms, topicArn } from '../lib/constructs/notices.ts';
import { parseSettings } from '../lib/settings.ts';
import { forEachEnvironment, template } from './synthesized.ts';

forEachEnvironment('alarms', (environment) => {
  const settings = readAlarms(environment);
  const service = template(environment, 'service');
  const foundation = template(environment, 'foundation');
  const alarms = Object.values(service.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties,
  );
  const named = (name: string) =>
    alarms.find(({ AlarmName }) => AlarmName === `${environment.prefix}-${name}`) ??
    assert.fail(`there is no alarm ${name}`);

  it('are where settings.json has them', () => {
    foundation.resourceCountIs('AWS::SNS::Topic', settings ? 1 : 0);
    service.resourceCountIs('AWS::CloudWatch::Dashboard', settings ? 1 : 0);
    assert.equal(alarms.length > 0, settings !== undefined);
  });

  if (!settings) return;

  it('mail when they begin and when they are over, and say where to read on', () => {
    for (const { AlarmName, AlarmActions, OKActions, AlarmDescription } of alarms) {
      assert.deepEqual(AlarmActions, [topicArn(environment)], AlarmName);
      assert.deepEqual(OKActions, [topicArn(environment)], AlarmName);
      assert.match(AlarmDescription, /docs\/runbooks\/alarms\.md/);
    }
    foundation.hasResourceProperties('AWS::SNS::Topic', {
      TopicName: topicArn(environment).split(':').at(-1),
    });
    foundation.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: settings.email,
    });
  });

  it('have each a place in the runbook and on the dashboard', () => {
    const runbook = readFileSync(join(__dirname, '../../docs/runbooks/alarms.md'), 'utf8');
    const [dashboard] = Object.values(service.findResources('AWS::CloudWatch::Dashboard'));
    const body = JSON.stringify(dashboard?.Properties.DashboardBody);
    assert.equal(dashboard?.Properties.DashboardName, environment.prefix);
    for (const { AlarmName } of alarms) {
      const name = AlarmName.slice(environment.prefix.length + 1);
      assert.ok(runbook.includes(`\n## ${name}\n`), `${name} is not in docs/runbooks/alarms.md`);
      assert.ok(body.includes(`\\"${name}\\"`), `${name} is not on the dashboard`);
    }
  });

  for (const [name, metric, comparison, threshold, seconds, silence] of [
    ['task-cpu', 'CPUUtilization', 'GreaterThanThreshold', 80, 900, 'missing'],
    ['task-memory', 'MemoryUtilization', 'GreaterThanThreshold', 85, 900, 'missing'],
    ['backend-5xx', 'HTTPCode_Target_5XX_Count', 'GreaterThanThreshold', 5, 300, 'notBreaching'],
    ['load-balancer-5xx', 'HTTPCode_ELB_5XX_Count', 'GreaterThanThreshold', 5, 300, 'notBreaching'],
    ['unhealthy-targets', 'UnHealthyHostCount', 'GreaterThanThreshold', 0, 300, 'missing'],
    ...(environment.minTasks > 0
      ? [['no-task', 'HealthyHostCount', 'LessThanThreshold', 1, 180, 'breaching'] as const]
      : []),
  ] as const)
    it(`${name} looks at ${metric}`, () => {
      const found = named(name);
      assert.equal(found.MetricName, metric);
      assert.equal(found.ComparisonOperator, comparison);
      assert.equal(found.Threshold, threshold);
      assert.equal(found.Period * found.EvaluationPeriods, seconds);
      assert.equal(found.TreatMissingData, silence);
    });

  it('of the tasks and the load balancer look at those of this environment', () => {
    const { prefix } = environment;
    assert.deepEqual(named('task-cpu').Dimensions, [
      { Name: 'ClusterName', Value: prefix },
      { Name: 'ServiceName', Value: prefix },
    ]);
    const [balancer] = Object.keys(service.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
    assert.deepEqual(named('backend-5xx').Dimensions, [
      { Name: 'LoadBalancer', Value: { 'Fn::GetAtt': [balancer, 'LoadBalancerFullName'] } },
    ]);
    const [group] = Object.keys(service.findResources('AWS::ElasticLoadBalancingV2::TargetGroup'));
    assert.deepEqual(named('unhealthy-targets').Dimensions[1], {
      Name: 'TargetGroup',
      Value: { 'Fn::GetAtt': [group, 'TargetGroupFullName'] },
    });
  });

  it('come after the service, or its first deployment would begin with one', () => {
    const [id] = Object.keys(service.findResources('AWS::ECS::Service'));
    for (const { DependsOn } of Object.values(service.findResources('AWS::CloudWatch::Alarm')))
      assert.ok(DependsOn.includes(id));
  });

  it('tell of a deployment that ECS has taken back', () => {
    const { account, region, prefix } = environment;
    service.hasResourceProperties('AWS::Events::Rule', {
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.ecs'],
        'detail-type': ['ECS Deployment State Change'],
        resources: [{ prefix: `arn:aws:ecs:${region}:${account}:service/${prefix}/` }],
        detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
      },
      Targets: [Match.objectLike({ Arn: topicArn(environment) })],
    });
  });

  it('are published by AWS alone, and by TLS only', () => {
    const [policy] = Object.values(foundation.findResources('AWS::SNS::TopicPolicy'));
    const statements: Statement[] = policy?.Properties.PolicyDocument.Statement;
    assert.deepEqual(
      statements.map(({ Effect, Principal, Condition }) => [Effect, Principal, Condition]),
      [
        ['Deny', '*', { Bool: { 'aws:SecureTransport': 'false' } }],
        [
          'Allow',
          { Service: ['budgets.amazonaws.com', 'cloudwatch.amazonaws.com'] },
          { StringEquals: { 'aws:SourceAccount': environment.account } },
        ],
        ['Allow', { Service: 'events.amazonaws.com' }, undefined],
      ],
    );
    for (const { Action } of statements) assert.equal(Action, 'sns:Publish');
  });

  it('have a budget that looks ahead', () => {
    foundation.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: {
        BudgetName: environment.prefix,
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: { Amount: settings.budgetUsd, Unit: 'USD' },
      },
    });
    const [budget] = Object.values(foundation.findResources('AWS::Budgets::Budget'));
    const [topic] = Object.keys(foundation.findResources('AWS::SNS::Topic'));
    const notices: BudgetNotice[] = budget?.Properties.NotificationsWithSubscribers;
    assert.deepEqual(
      notices.map(({ Notification }) => `${Notification.NotificationType} ${Notification.Threshold}`),
      ['FORECASTED 100', 'ACTUAL 80', 'ACTUAL 100'],
    );
    for (const { Subscribers } of notices)
      assert.deepEqual(Subscribers, [{ SubscriptionType: 'SNS', Address: { Ref: topic } }]);
  });
});

describe('the block alarms of settings.json', () => {
  it('is refused with all that is wrong in it', () => {
    const json = JSON.parse(readFileSync(join(__dirname, '..', 'settings.json'), 'utf8'));
    json.environments.dev.alarms = { email: 'ada', budgetUsd: 0 };
    const [dev] = parseSettings(json).environments;
    assert.throws(() => dev && readAlarms(dev), /dev\.alarms\.email is "ada"[\s\S]*budgetUsd is 0/);
  });
});

interface Statement {
  Effect: string;
  Principal: unknown;
  Action: string;
  Condition?: object;
}

interface BudgetNotice {
  Notification: { NotificationType: string; Threshold: number };
  Subscribers: object[];
}
