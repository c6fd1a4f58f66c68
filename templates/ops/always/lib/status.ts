import type { Service } from '@aws-sdk/client-ecs';
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { findDatabase } from './database-instance.ts';
import { print } from './output.ts';
import { deployedTag, describeServices, primaryOf, runningTag } from './services.ts';
import { findStack } from './stacks.ts';
import { operate, type Target, type TargetOptions } from './target.ts';

/** Events of each service that are shown. */
const lastEvents = 5;

/** One page: what is in service, and how it is. */
export async function status(options: TargetOptions): Promise<void> {
  const what = ({ prefix }: { prefix: string }) => `looks at ${prefix}`;
  await operate(options, { what, changes: false }, async (target) => {
    const parts = [version, stacks, services, database];
    // All at once; printed in their order.
    const pages = await Promise.all(parts.map((part) => part(target)));
    for (const line of pages.flat()) print(line);
  });
}

function line(title: string, text: string): string {
  return `${title.padEnd(12)}${text}`;
}

async function version(target: Target): Promise<string[]> {
  const tag = await deployedTag(target);
  if (tag === undefined) return [line('version', 'nothing is in service')];
  const stack = await findStack(target, 'service');
  const since = (stack?.LastUpdatedTime ?? stack?.CreationTime)?.toISOString().slice(0, 16);
  const url = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'Url')?.OutputValue;
  return [line('version', `${tag} (stack changed ${since}Z)`), line('address', url ?? 'not known')];
}

async function stacks(target: Target): Promise<string[]> {
  const { environment } = target;
  const names = [
    ...environment.stacks,
    ...(environment.releaseStack ? ['release'] : []),
    'service',
    ...(environment.github ? ['github'] : []),
  ];
  const found = await Promise.all(names.map((name) => findStack(target, name)));
  return names.map((name, index) => {
    const { StackStatus = 'not deployed', StackStatusReason: reason } = found[index] ?? {};
    return line(
      index === 0 ? 'stacks' : '',
      `${name.padEnd(12)}${StackStatus}${reason ? `: ${reason}` : ''}`,
    );
  });
}

async function services(target: Target): Promise<string[]> {
  const stack = await findStack(target, 'foundation');
  if (!stack) return [];
  const found = await describeServices(target);
  return (await Promise.all(found.map((service) => pageOf(target, service)))).flat();
}

async function pageOf(target: Target, service: Service): Promise<string[]> {
  const { serviceName = '', runningCount, desiredCount, deployments = [], events = [] } = service;
  const tag = await runningTag(target, service);
  const progress = deployments
    .map(({ rolloutState, rolloutStateReason, failedTasks }) =>
      [rolloutState, rolloutStateReason, failedTasks ? `${failedTasks} tasks have failed` : '']
        .filter(Boolean)
        .join(', '),
    )
    .join('; ');
  const since = primaryOf(service)?.createdAt?.toISOString().slice(0, 16);
  return [
    line(
      'service',
      `${serviceName}: ${runningCount} of ${desiredCount} tasks run, with ${tag} since ${since}Z`,
    ),
    line('', progress),
    ...(await targetsOf(target, service)),
    ...events
      .slice(0, lastEvents)
      .map(({ createdAt, message }, index) =>
        line(index === 0 ? 'events' : '', `${createdAt?.toISOString().slice(0, 19)}Z  ${message}`),
      ),
  ];
}

async function targetsOf({ client }: Target, { loadBalancers = [] }: Service): Promise<string[]> {
  const TargetGroupArn = loadBalancers[0]?.targetGroupArn;
  if (!TargetGroupArn) return [];
  const { TargetHealthDescriptions = [] } = await client(ElasticLoadBalancingV2Client).send(
    new DescribeTargetHealthCommand({ TargetGroupArn }),
  );
  if (TargetHealthDescriptions.length === 0) return [line('targets', 'none: no task takes requests')];
  return TargetHealthDescriptions.map(({ Target: one, TargetHealth: health }, index) => {
    const why = [health?.Reason, health?.Description].filter(Boolean).join(': ');
    return line(
      index === 0 ? 'targets' : '',
      `${one?.Id}:${one?.Port} ${health?.State}${why ? ` (${why})` : ''}`,
    );
  });
}

async function database(target: Target): Promise<string[]> {
  if (!target.environment.database || !(await findStack(target, 'data'))) return [];
  const found = await findDatabase(target);
  if (!found) return [line('database', 'gone, though its stack is there')];
  const { DBInstanceStatus, DBInstanceClass, EngineVersion, AllocatedStorage } = found;
  return [
    line(
      'database',
      `${DBInstanceStatus}: PostgreSQL ${EngineVersion}, ${DBInstanceClass}, ${AllocatedStorage} GiB`,
    ),
  ];
}
