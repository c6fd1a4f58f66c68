import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Emulator } from './aws.ts';
import { region } from './aws.ts';
import { e2e, venv } from './paths.ts';
import { capture } from './process.ts';
import { accounts } from './render.ts';
import { admitted, toInternet } from './stack-values.ts';

// biome-ignore lint/suspicious/noExplicitAny: what twenty APIs answer, see emulator/describe_features.py
export type Found = any;

/** All of dev that can be read back: what every environment has, and what the features add. */
export async function readBack(emulator: Emulator): Promise<Found> {
  const script = join(e2e, 'emulator/describe_features.py');
  const options = { env: emulator.environment };
  const [common, features] = await Promise.all([
    emulator.describe('dev'),
    capture(join(venv, 'python'), [script, 'shop', 'dev', region], options),
  ]);
  return { ...common, ...JSON.parse(features) };
}

const named = <T extends { Name: string }>(list: T[]) => new Map(list.map((one) => [one.Name, one]));

/** The firewall before the load balancer: what its rules do, how they count bodies, and what it logs. */
export function assertFirewall({ firewall }: Found, mode: 'count' | 'block'): void {
  const { inFront, logging, logGroups } = firewall;
  assert.equal(inFront?.Name, 'shop-dev', 'no firewall before the load balancer');
  assert.deepEqual(inFront.DefaultAction, { Allow: {} });
  const rules = named<Found>(inFront.Rules);
  const groups = ['AmazonIpReputationList', 'KnownBadInputsRuleSet', 'CommonRuleSet', 'SQLiRuleSet'];
  assert.deepEqual([...rules.keys()].sort(), [...groups, 'RateLimit'].sort());
  for (const name of groups) {
    const rule = rules.get(name);
    const { VendorName, Name, RuleActionOverrides = [] } = rule.Statement.ManagedRuleGroupStatement;
    assert.deepEqual([VendorName, Name], ['AWS', `AWSManagedRules${name}`]);
    assert.deepEqual(rule.OverrideAction, mode === 'count' ? { Count: {} } : { None: {} }, name);
    for (const { Name: one, ActionToUse } of RuleActionOverrides) {
      assert.match(one, /_BODY$/);
      assert.deepEqual(ActionToUse, { Count: {} }, one);
    }
  }
  const counted = rules.get('CommonRuleSet').Statement.ManagedRuleGroupStatement.RuleActionOverrides;
  assert.ok(named(counted).has('SizeRestrictions_BODY'), 'long bodies are refused');
  const rate = rules.get('RateLimit');
  const limit = { Limit: 1000, EvaluationWindowSec: 300, AggregateKeyType: 'IP' };
  assert.deepEqual(rate.Statement.RateBasedStatement, limit);
  const refuse = { Block: { CustomResponse: { ResponseCode: 429 } } };
  assert.deepEqual(rate.Action, mode === 'count' ? { Count: {} } : refuse);
  assert.deepEqual(logging.LogDestinationConfigs, Object.keys(logGroups));
  assert.deepEqual(Object.values(logGroups), [30]);
  assert.equal(logging.LoggingFilter.DefaultBehavior, 'DROP');
  const hidden = [{ SingleHeader: { Name: 'authorization' } }, { SingleHeader: { Name: 'cookie' } }];
  assert.deepEqual(logging.RedactedFields, [...hidden, { QueryString: {} }]);
}

/** The names of all alarms. */
export const watches = [
  ...['task-cpu', 'task-memory', 'backend-5xx', 'load-balancer-5xx', 'unhealthy-targets', 'no-task'],
  ...['database-storage', 'database-connections', 'database-cpu', 'certificate-expiry'],
  ...['worker-emails', 'job-not-started'],
];

/** Every alarm, what it watches, and that it and everything else that tells something reaches the address. */
export function assertAlarms({ alarms, budgets, dns, ...found }: Found, names: readonly string[]): void {
  const [topic, ...others] = Object.keys(alarms.topics);
  assert.deepEqual(others, []);
  assert.equal(topic, `arn:aws:sns:${region}:${accounts.dev}:shop-dev-alarms`);
  const { subscriptions, policy } = alarms.topics[topic];
  const addresses = subscriptions.map(({ Protocol, Endpoint }: Found) => [Protocol, Endpoint]);
  assert.deepEqual(addresses, [['email', 'ada@example.com']]);
  for (const service of ['cloudwatch', 'budgets', 'events'])
    assert.ok(mayPublish(policy, `${service}.amazonaws.com`), `${service} may not publish`);
  const byName = new Map<string, Found>(alarms.alarms.map((alarm: Found) => [alarm.AlarmName, alarm]));
  assert.deepEqual([...byName.keys()].sort(), names.map((name) => `shop-dev-${name}`).sort());
  for (const alarm of byName.values()) {
    assert.deepEqual([alarm.AlarmActions, alarm.OKActions], [[topic], [topic]], alarm.AlarmName);
    assert.equal(alarm.ActionsEnabled, true);
  }
  assertWatched(byName, { dns, ...found });
  const rule = alarms.rules['shop-dev-deployment-failed'];
  assert.deepEqual(rule.pattern.detail, { eventName: ['SERVICE_DEPLOYMENT_FAILED'] });
  assert.deepEqual([rule.targets.length, rule.targets[0].Arn], [1, topic]);
  const [status, ...graphs] = alarms.dashboards['shop-dev'].widgets;
  const arns = [...byName.values()].map((alarm) => alarm.AlarmArn).sort();
  assert.deepEqual(status.properties.alarms.toSorted(), arns);
  const shown = graphs.flatMap(({ properties }: Found) => properties.annotations.alarms);
  assert.deepEqual(shown.toSorted(), arns);
  assertBudget(budgets['shop-dev'], topic);
}

function mayPublish({ Statement }: Found, service: string): boolean {
  return Statement.some(({ Effect, Action, Principal }: Found) => {
    const services = [Principal.Service ?? []].flat();
    return Effect === 'Allow' && Action === 'sns:Publish' && services.includes(service);
  });
}

/** That the dimensions of the alarms are those of something that is there: a wrong one is silent for ever. */
function assertWatched(byName: Map<string, Found>, { dns, loadBalancer, database, services }: Found): void {
  const group = loadBalancer.targetGroups[0].TargetGroupArn.split(':').at(-1);
  const there: Record<string, string[]> = {
    ClusterName: ['shop-dev'],
    ServiceName: Object.keys(services),
    LoadBalancer: [loadBalancer.LoadBalancerArn.split(':loadbalancer/')[1]],
    TargetGroup: [group],
    DBInstanceIdentifier: [database.DBInstanceIdentifier],
    CertificateArn: dns.certificates.map((one: Found) => one.CertificateArn),
    QueueName: ['shop-dev-jobs-not-started'],
  };
  for (const { AlarmName, Dimensions } of byName.values())
    for (const { Name, Value } of Dimensions)
      assert.ok(there[Name]?.includes(Value), `${AlarmName}: ${Name} ${Value}`);
}

function assertBudget(budget: Found, topic: string): void {
  assert.deepEqual([budget.BudgetLimit, budget.TimeUnit], [{ Amount: '200', Unit: 'USD' }, 'MONTHLY']);
  const notices = budget.notices.map((one: Found) => `${one.NotificationType} ${one.Threshold}`);
  assert.deepEqual(notices.sort(), ['ACTUAL 100', 'ACTUAL 80', 'FORECASTED 100']);
  for (const { subscribers } of budget.notices)
    assert.deepEqual(subscribers, [{ SubscriptionType: 'SNS', Address: topic }]);
}

/** Each schedule's time and call: what ECS would be asked for exists, may be asked for, and is missed aloud. */
export function assertSchedules(found: Found, expressions: readonly string[], command: string[]): void {
  const { schedules, roles, definitions, service } = found;
  const all: Found[] = Object.values(schedules.schedules);
  assert.deepEqual(all.map((one) => one.ScheduleExpression).sort(), [...expressions].sort());
  const definition = definitions['shop-dev-cleanup'];
  const [queue] = Object.keys(schedules.queues);
  for (const { Target, State, ScheduleExpressionTimezone, FlexibleTimeWindow } of all) {
    assert.deepEqual([State, ScheduleExpressionTimezone, FlexibleTimeWindow.Mode], ['ENABLED', 'UTC', 'OFF']);
    assert.equal(Target.Arn, 'arn:aws:scheduler:::aws-sdk:ecs:runTask');
    assert.equal(Target.DeadLetterConfig.Arn, queue);
    assert.deepEqual(Target.RetryPolicy, { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 });
    const call = JSON.parse(Target.Input);
    assert.deepEqual(
      [call.Cluster, call.LaunchType, call.TaskDefinition],
      ['shop-dev', 'FARGATE', definition.taskDefinitionArn],
    );
    assert.equal(call.ClientToken, 'cleanup-<aws.scheduler.scheduled-time>');
    const placed = service.networkConfiguration.awsvpcConfiguration;
    const { Subnets, SecurityGroups, AssignPublicIp } = call.NetworkConfiguration.AwsvpcConfiguration;
    assert.deepEqual(
      [Subnets.sort(), SecurityGroups, AssignPublicIp],
      [placed.subnets.sort(), placed.securityGroups, 'ENABLED'],
    );
    const allowed = new Map<string, string[]>(
      roles[Target.RoleArn].flatMap((policy: Found) =>
        policy.Statement.map(({ Action, Resource }: Found) => [Action, [Resource].flat().sort()]),
      ),
    );
    assert.deepEqual(allowed.get('ecs:RunTask'), [definition.taskDefinitionArn]);
    const passed = [definition.executionRoleArn, definition.taskRoleArn].sort();
    assert.deepEqual(allowed.get('iam:PassRole'), passed);
    assert.deepEqual(allowed.get('sqs:SendMessage'), [queue]);
  }
  assert.equal(schedules.queues[queue as string].MessageRetentionPeriod, String(14 * 24 * 3600));
  const [backend, turn] = definition.containerDefinitions;
  assert.deepEqual(backend.command.slice(-command.length), command);
  assert.equal(backend.image, service.definition.containerDefinitions[0].image);
  assert.deepEqual(backend.dependsOn, [{ containerName: turn.name, condition: 'SUCCESS' }]);
}

/** A worker is the service without its port: the same image, the same place, a command of its own. */
export function assertWorker({ services, service }: Found, command: string[]): void {
  const worker = services['shop-dev-emails'];
  assert.ok(worker, `no worker among ${Object.keys(services)}`);
  assert.deepEqual([worker.desiredCount, worker.loadBalancers], [1, []]);
  assert.equal(service.loadBalancers.length, 1);
  const place = ({ subnets, ...rest }: Found) => ({ ...rest, subnets: subnets.toSorted() });
  const { awsvpcConfiguration: beside } = service.networkConfiguration;
  assert.deepEqual(place(worker.networkConfiguration.awsvpcConfiguration), place(beside));
  const [container] = worker.definition.containerDefinitions;
  assert.deepEqual([container.command, container.portMappings], [command, []]);
  assert.equal(container.image, service.definition.containerDefinitions[0].image);
}

/** Valkey over TLS, where only the tasks get, and its address where all of them read it. */
export function assertCache({ cache, network, service, services, definitions }: Found): void {
  const { group, nodes, subnets, parameters } = cache;
  assert.deepEqual([group.Engine, group.TransitEncryptionMode], ['valkey', 'required']);
  assert.deepEqual([group.TransitEncryptionEnabled, group.AtRestEncryptionEnabled], [true, true]);
  assert.equal(subnets.length, 2);
  for (const { SubnetIdentifier } of subnets)
    assert.ok(!toInternet(network, SubnetIdentifier), `${SubnetIdentifier} is public`);
  const groups = nodes.flatMap((node: Found) => node.SecurityGroups.map((one: Found) => one.SecurityGroupId));
  const [tasks] = service.networkConfiguration.awsvpcConfiguration.securityGroups;
  assert.equal(groups.length, 1);
  assert.deepEqual(admitted(network, groups[0]), [{ port: 6379, groups: [tasks], ranges: [] }]);
  const { Address, Port } = group.NodeGroups[0].PrimaryEndpoint;
  assert.equal(parameters[0].Value, `rediss://${Address}:${Port}`);
  const running = [
    service.definition,
    services['shop-dev-emails'].definition,
    definitions['shop-dev-cleanup'],
  ];
  for (const { containerDefinitions, family } of running) {
    const secrets = new Map<string, string>(
      containerDefinitions[0].secrets.map((secret: Found) => [secret.name, secret.valueFrom]),
    );
    assert.equal(secrets.get('REDIS_URL'), parameters[0].ARN, family);
  }
}

/** The record of all calls, of the network and of the requests, each where nobody can read or change it unseen. */
export function assertTrail({ trail, buckets, network, loadBalancer }: Found): void {
  const [kept, logs] = ['trail', 'logs'].map((kind) => `shop-dev-${kind}-${accounts.dev}-${region}`);
  const [recorded, ...others] = trail.trails;
  assert.deepEqual(others, []);
  assert.deepEqual([recorded.S3BucketName, recorded.logging], [kept, true]);
  const { IsMultiRegionTrail, IncludeGlobalServiceEvents, LogFileValidationEnabled } = recorded;
  assert.deepEqual(
    [IsMultiRegionTrail, IncludeGlobalServiceEvents, LogFileValidationEnabled],
    [true, true, true],
  );
  for (const kind of ['trail', 'logs']) {
    const { encryption, publicAccess } = buckets[kind];
    assert.equal(encryption.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm, 'AES256');
    assert.ok(
      Object.values(publicAccess).every((on) => on === true),
      `${kind} is public`,
    );
  }
  const writers = buckets.trail.policy.Statement.filter(({ Effect }: Found) => Effect === 'Allow');
  assert.deepEqual(writers.map(({ Action }: Found) => Action).sort(), ['s3:GetBucketAcl', 's3:PutObject']);
  for (const { Principal, Condition } of writers) {
    assert.deepEqual(Principal, { Service: 'cloudtrail.amazonaws.com' });
    assert.deepEqual(Condition, { StringEquals: { 'aws:SourceArn': recorded.TrailARN } });
  }
  const expires = (bucket: string) => trail.lifecycles[bucket].map((rule: Found) => rule.Expiration?.Days);
  assert.deepEqual([expires(kept as string), expires(logs as string)], [[365], [30]]);
  const flows = trail.flowLogs.map((one: Found) => [one.ResourceId, one.TrafficType, one.LogDestination]);
  assert.deepEqual(flows, [[network.vpcs[0].VpcId, 'ALL', `arn:aws:s3:::${logs}/flows`]]);
  const { attributes } = loadBalancer;
  const access = ['enabled', 'bucket', 'prefix'].map((key) => attributes[`access_logs.s3.${key}`]);
  assert.deepEqual(access, ['true', logs, 'alb']);
}

/** That the listener has the certificate of that name and no other. */
export function assertCertificate({ loadBalancer, dns }: Found, name: string): void {
  const https = loadBalancer.listeners.find(({ Port }: Found) => Port === 443);
  const arns = https.Certificates.map((one: Found) => one.CertificateArn);
  const own = dns.certificates.filter(({ DomainName }: Found) => DomainName === name);
  assert.deepEqual(
    arns,
    own.map((one: Found) => one.CertificateArn),
  );
}

/** Nothing of firewall, job, worker, cache and trail; the service goes on without them. */
export function assertTurnedOff(left: Found): void {
  const { firewall, schedules, services, definitions, cache, trail, buckets, loadBalancer, service } = left;
  assert.deepEqual(firewall, { lists: [], inFront: null, logging: null, logGroups: {} });
  assert.deepEqual(schedules, { schedules: {}, queues: {} });
  assert.deepEqual(Object.keys(services), ['shop-dev']);
  assert.deepEqual(Object.keys(definitions).sort(), ['shop-dev', 'shop-dev-release']);
  assert.deepEqual(cache, { group: null, parameters: [] });
  assert.deepEqual([trail.trails, trail.flowLogs], [[], []]);
  assert.deepEqual(Object.keys(buckets).sort(), ['assets', 'builds', 'dumps']);
  assert.equal(loadBalancer.attributes['access_logs.s3.enabled'], 'false');
  const [container] = service.definition.containerDefinitions;
  assert.deepEqual(
    container.secrets.map(({ name }: Found) => name),
    ['DATABASE_PASSWORD'],
  );
}

/** What no feature may touch when it goes: what has data, what has an address, what serves. */
export function lasting({ network, database, dns, registry, build, budgets, ...found }: Found): object {
  const { tags: _grow, ...repository } = registry;
  const { LoadBalancerArn, DNSName, listeners } = found.loadBalancer;
  const { LatestRestorableTime: _moves, ...kept } = database;
  return {
    ...{ database: kept, dns, repository, build, budgets, listeners, LoadBalancerArn, DNSName },
    network: [network.vpcs, network.subnets.map(({ SubnetId }: Found) => SubnetId), network.routeTables],
  };
}
