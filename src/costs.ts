import type { Answers } from './answers.ts';
import { type Environment, environmentsOf, postgresVersion } from './environments.ts';
import { allFeatures } from './features/all.ts';

type ChargedBy =
  | 'Amazon Elastic Container Service'
  | 'Amazon ElastiCache'
  | 'Amazon Elastic Load Balancing'
  | 'Amazon Relational Database Service'
  | 'Amazon Route 53'
  | 'Amazon Virtual Private Cloud'
  | 'AmazonCloudWatch'
  | 'AWS WAF';

/** One line of a monthly bill. */
export interface CostRow {
  item: string;
  detail: string;
  /** As Cost Explorer calls the service that charges it. */
  service: ChargedBy;
  /** US dollars a month of 730 hours, without VAT. */
  usd: number;
}

/** Something that can be turned, and what that changes a month. */
export interface CostLever {
  change: string;
  /** As text: `-16.58`, `+38`, `about +10`. */
  usd: string;
}

/** The estimate of one environment. */
export interface EnvironmentCosts {
  name: Environment['name'];
  title: Environment['title'];
  rows: CostRow[];
  total: number;
}

/** Date of the price list below. */
export const pricesAsOf = 'July 2026';

/** The region that the price list is of. */
export const pricesRegion = 'eu-central-1';

/** Hours in the month that AWS's own calculator counts with. */
export const hours = 730;

/**
 * US dollars in eu-central-1, without VAT: a bill of June 2026 and the rate tables of July 2026. The
 * load-balancer capacity unit, NAT gateway, S3, ECR, WAF, Container Insights, Valkey and databases larger than
 * t4g.small are list prices that no bill has confirmed.
 */
export const prices = {
  fargate: {
    arm64: { vcpuHour: 0.03725, gbHour: 0.00409 },
    x86_64: { vcpuHour: 0.04656, gbHour: 0.00511 },
  },
  databaseHour: {
    't4g.micro': 0.019,
    't4g.small': 0.037,
    't4g.medium': 0.074,
    'm7g.large': 0.203,
    'm7g.xlarge': 0.405,
    'm7g.2xlarge': 0.81,
    'm7g.4xlarge': 1.62,
    'm7g.8xlarge': 3.24,
    'm7g.12xlarge': 4.86,
    'm7g.16xlarge': 6.48,
    'r7g.large': 0.286,
    'r7g.xlarge': 0.572,
    'r7g.2xlarge': 1.144,
    'r7g.4xlarge': 2.288,
    'r7g.8xlarge': 4.576,
    'r7g.12xlarge': 6.864,
    'r7g.16xlarge': 9.152,
  } as Record<string, number>,
  gp3GbMonth: 0.137,
  loadBalancerHour: 0.027,
  publicIpv4Hour: 0.005,
  natGatewayHour: 0.052,
  zoneMonth: 0.5,
  metricMonth: 0.3,
  cacheHour: {
    'cache.t4g.micro': 0.0152,
    'cache.t4g.small': 0.0304,
    'cache.t4g.medium': 0.0608,
    'cache.r7g.large': 0.208,
    'cache.r7g.xlarge': 0.416,
    'cache.r7g.2xlarge': 0.832,
    'cache.r7g.4xlarge': 1.664,
  } as Record<string, number>,
};

/** Metrics that Container Insights makes of a cluster with one service: 8 of the cluster, 6 of the task family, 11 of the service. */
const containerInsightsMetrics = 25;

/** Usage-dependent items that a small app pays little for: load-balancer capacity, logs, S3, ECR. */
export const usageRange = '1–5';

const cents = (usd: number): number => Math.round(usd * 100) / 100;

/** What a task of that size costs an hour, without its address. */
export function fargateHour(
  architecture: Answers['architecture'],
  { cpu, memoryMiB }: { cpu: number; memoryMiB: number },
): number {
  const price = prices.fargate[architecture];
  return (cpu / 1024) * price.vcpuHour + (memoryMiB / 1024) * price.gbHour;
}

function fargateMonth(answers: Answers, environment: Environment): number {
  return fargateHour(answers.architecture, environment) * hours;
}

function databaseRow(answers: Answers, { name, instanceClass }: Environment): CostRow {
  const { storageGiB = 20, multiAz = false } = answers.migration?.database ?? {};
  const zones = multiAz && name === 'prod' ? 2 : 1;
  const one = (prices.databaseHour[instanceClass] ?? Number.NaN) * hours + storageGiB * prices.gp3GbMonth;
  return {
    item: `RDS PostgreSQL ${postgresVersion(answers)}`,
    detail: `db.${instanceClass}, ${zones === 1 ? 'one zone' : 'two zones'}, ${storageGiB} GB gp3`,
    service: 'Amazon Relational Database Service',
    usd: zones * one,
  };
}

const counted = (count: number, one: string): string => (count === 1 ? `one ${one}` : `${count} ${one}s`);

function rowsOf(answers: Answers, environment: Environment): CostRow[] {
  const { cpu, memoryMiB, tasks } = environment;
  const rows: (CostRow | false)[] = [
    {
      item: 'Fargate',
      detail: `${counted(tasks.min, 'task')}, ${cpu / 1024} vCPU, ${memoryMiB / 1024} GB, ${answers.architecture}`,
      service: 'Amazon Elastic Container Service',
      usd: tasks.min * fargateMonth(answers, environment),
    },
    answers.database && databaseRow(answers, environment),
    {
      item: 'Load balancer',
      detail: 'one ALB, without its capacity units',
      service: 'Amazon Elastic Load Balancing',
      usd: prices.loadBalancerHour * hours,
    },
    {
      item: 'Public IPv4 addresses',
      detail: `two of the ALB, ${tasks.min === 1 ? 'one of the task' : `${tasks.min} of the tasks`}`,
      service: 'Amazon Virtual Private Cloud',
      usd: (2 + tasks.min) * prices.publicIpv4Hour * hours,
    },
    answers.domain !== '' &&
      environment.zoneId === '' && {
        item: 'Route 53',
        detail: `zone ${environment.domain}`,
        service: 'Amazon Route 53',
        usd: prices.zoneMonth,
      },
    environment.name === 'prod' && {
      item: 'Container Insights',
      detail: `${containerInsightsMetrics} metrics`,
      service: 'AmazonCloudWatch',
      usd: containerInsightsMetrics * prices.metricMonth,
    },
  ];
  const features = allFeatures.flatMap((feature) => feature.costs?.(answers, environment) ?? []);
  return [...rows.filter((row) => row !== false), ...features].map((row) => ({
    ...row,
    usd: cents(row.usd),
  }));
}

/** The monthly estimate of dev and of prod, one task each, everything running all day. */
export function costsOf(answers: Answers): EnvironmentCosts[] {
  return environmentsOf(answers).map((environment) => {
    const rows = rowsOf(answers, environment);
    return {
      name: environment.name,
      title: environment.title,
      rows,
      total: cents(rows.reduce((sum, row) => sum + row.usd, 0)),
    };
  });
}

/** `ops/costs.json`: the estimate as the generated repo's own command compares it with the bill. */
export function costData(answers: Answers): object {
  const environments = environmentsOf(answers);
  const block = ({ name, rows }: EnvironmentCosts, index: number) => {
    const { cpu, memoryMiB, instanceClass } = environments[index] as Environment;
    const { architecture, database } = answers;
    const assumes = { architecture, cpu, memoryMiB, minTasks: 1, ...(database && { instanceClass }) };
    return [name, { assumes, rows: rows.map(({ item, service, usd }) => ({ item, service, usd })) }];
  };
  return {
    pricesAsOf,
    pricesRegion,
    usageRange,
    environments: Object.fromEntries(costsOf(answers).map(block)),
  };
}

/** What can be changed to pay less, or to get more, with its price a month. */
export function leversOf(answers: Answers): CostLever[] {
  const [dev, prod] = environmentsOf(answers);
  const other = answers.architecture === 'arm64' ? 'x86_64' : 'arm64';
  const signed = (usd: number): string => `${usd < 0 ? '−' : '+'}${Math.abs(usd).toFixed(2)}`;
  const switched = (environment: Environment): number =>
    fargateMonth({ ...answers, architecture: other }, environment) - fargateMonth(answers, environment);
  const databaseHours = (prices.databaseHour[dev.instanceClass] ?? Number.NaN) * hours;
  const multiAz = databaseRow(answers, prod).usd;
  const levers: (CostLever | false)[] = [
    {
      change: 'dev: no task while nobody works on it (minTasks and maxTasks 0)',
      usd: signed(-fargateMonth(answers, dev) - prices.publicIpv4Hour * hours),
    },
    answers.database && {
      change: 'dev: database stopped (AWS starts it again after seven days)',
      usd: signed(-databaseHours),
    },
    { change: `dev: ${other} instead of ${answers.architecture}`, usd: signed(switched(dev)) },
    { change: `prod: ${other} instead of ${answers.architecture}`, usd: signed(switched(prod)) },
    {
      change: 'prod: one more task',
      usd: signed(fargateMonth(answers, prod) + prices.publicIpv4Hour * hours),
    },
    answers.database &&
      answers.migration?.database?.multiAz !== true && {
        change: 'prod: database in two zones (multiAz true)',
        usd: signed(multiAz),
      },
    {
      change: 'a NAT gateway, which this setup does without (each environment)',
      usd: signed(prices.natGatewayHour * hours),
    },
    answers.features.waf === undefined && {
      change: 'a WAF with four rule groups and a rate rule',
      usd: 'about +10',
    },
  ];
  const features = allFeatures.flatMap((feature) => feature.levers?.(answers) ?? []);
  return [...levers.filter((lever) => lever !== false), ...features];
}
