import type { Database, PlatformName } from './plan.ts';
import { plainPlan, type Sized } from './sizes.ts';

/** Classes of RDS by memory in GiB, smallest first, without their `db.`, as settings.json has them. */
const databaseClasses: readonly (readonly [memory: number, name: string])[] = [
  [1, 't4g.micro'],
  [2, 't4g.small'],
  [4, 't4g.medium'],
  [8, 'm7g.large'],
  [16, 'm7g.xlarge'],
  [32, 'm7g.2xlarge'],
  [64, 'm7g.4xlarge'],
  [128, 'm7g.8xlarge'],
  [192, 'm7g.12xlarge'],
  [256, 'm7g.16xlarge'],
  [384, 'r7g.12xlarge'],
  [512, 'r7g.16xlarge'],
];

const memoryClasses: readonly (readonly [memory: number, name: string])[] = [
  [16, 'r7g.large'],
  [32, 'r7g.xlarge'],
  [64, 'r7g.2xlarge'],
  [128, 'r7g.4xlarge'],
  [256, 'r7g.8xlarge'],
  [384, 'r7g.12xlarge'],
  [512, 'r7g.16xlarge'],
];

const cacheClasses: readonly (readonly [memory: number, name: string])[] = [
  [0.5, 'cache.t4g.micro'],
  [1.37, 'cache.t4g.small'],
  [3.09, 'cache.t4g.medium'],
  [13.07, 'cache.r7g.large'],
  [26.32, 'cache.r7g.xlarge'],
  [52.82, 'cache.r7g.2xlarge'],
  [105.81, 'cache.r7g.4xlarge'],
];

const smallest = (classes: readonly (readonly [number, string])[], memory: number): string | undefined =>
  classes.find(([has]) => has >= memory)?.[1];

/** Memory in GiB of the numbered plans of Heroku Postgres; `standard-1` and its like are plans of the past. */
const herokuPostgres: Readonly<Record<string, number>> = {
  '0': 4,
  '1': 4,
  '2': 8,
  '3': 16,
  '4': 32,
  '5': 64,
  '6': 128,
  '7': 256,
  '8': 512,
  '9': 768,
};

/** Memory in GiB of the plans of Heroku Data for Redis; `mini` has 25 MB. */
const herokuRedis: Readonly<Record<string, number>> = {
  '0': 0.05,
  '1': 0.1,
  '2': 0.25,
  '3': 0.5,
  '5': 1,
  '7': 7,
  '9': 10,
  '10': 25,
  '12': 50,
  '14': 100,
};

const renderRedis: Readonly<Record<string, readonly [memory: number, usd: number]>> = {
  free: [0.025, 0],
  starter: [0.25, 10],
  standard: [1, 32],
  pro: [5, 135],
  'pro plus': [10, 250],
  'pro max': [20, 550],
  'pro ultra': [40, 1100],
};

const usdOfPostgres: Readonly<Record<string, number>> = {
  free: 0,
  'basic-256mb': 6,
  'basic-1gb': 19,
  'basic-4gb': 75,
  'pro-4gb': 55,
  'pro-8gb': 100,
  'pro-16gb': 200,
  'pro-32gb': 400,
  'pro-64gb': 800,
  starter: 7,
  standard: 20,
  pro: 95,
  mini: 5,
  basic: 9,
  'essential-0': 5,
  'essential-1': 9,
  'essential-2': 20,
  'standard-0': 50,
  'standard-2': 200,
  'standard-3': 400,
  'standard-4': 750,
  'premium-0': 200,
  'premium-2': 350,
  'premium-3': 750,
  'premium-4': 1200,
};

/** Render's plans of before 2024, which still stand in files: memory in GiB. */
const oldRenderPostgres: Readonly<Record<string, number>> = {
  free: 0.25,
  starter: 0.25,
  standard: 1,
  pro: 4,
  'pro-plus': 8,
  'pro plus': 8,
};

function postgresMemory(plan: string): number | undefined {
  const size = /^(basic|pro|accelerated)-(\d+)(mb|gb)$/.exec(plan);
  if (size) return size[3] === 'mb' ? Number(size[2]) / 1024 : Number(size[2]);
  if (/^(hobby|mini|essential)(-|$)|^basic$|^dev$/.test(plan)) return 1;
  const number = /^(?:standard|premium|private|shield)-(?:l-)?(\d)$/.exec(plan)?.[1];
  if (number !== undefined) return herokuPostgres[number];
  return Object.hasOwn(oldRenderPostgres, plan) ? oldRenderPostgres[plan] : undefined;
}

function withPrice(target: string, usdThere: number | undefined, remark?: string): Sized<string> {
  return { target, ...(usdThere !== undefined && { usdThere }), ...(remark !== undefined && { remark }) };
}

function postgresClass(plan: string): Sized<string> | undefined {
  const memory = postgresMemory(plan);
  if (memory === undefined) return undefined;
  const classes = plan.startsWith('accelerated-') ? memoryClasses : databaseClasses;
  const top = classes.at(-1)?.[1] ?? 't4g.micro';
  const target = smallest(classes, memory) ?? top;
  const usd = Object.hasOwn(usdOfPostgres, plan) ? usdOfPostgres[plan] : undefined;
  const standby = /^(premium|private|shield)-/.test(plan)
    ? 'The plan had a stand-by there: switch on Multi-AZ for the same, at twice the price.'
    : undefined;
  const free = plan === 'free' ? 'A free database of Render ends after 30 days: dump it in time.' : undefined;
  const less = memory > 512 ? `It had ${memory} GB there; ask for a larger class.` : undefined;
  return withPrice(target, usd, less ?? free ?? standby);
}

function cacheClass(platform: PlatformName, plan: string): Sized<string> | undefined {
  if (platform === 'render') {
    const key = plan.replaceAll('-', ' ');
    const row = Object.hasOwn(renderRedis, key) ? renderRedis[key] : undefined;
    return row && withPrice(smallest(cacheClasses, row[0]) ?? 'cache.r7g.xlarge', row[1]);
  }
  if (platform !== 'heroku') return undefined;
  const number = /^(?:premium|private|shield)-(\d+)$/.exec(plan)?.[1];
  const memory = /^(mini|hobby-dev|\d+)$/.test(plan)
    ? 0.03
    : number === undefined
      ? undefined
      : herokuRedis[number];
  const target = memory === undefined ? undefined : smallest(cacheClasses, memory);
  return target === undefined
    ? undefined
    : withPrice(target, plan === 'mini' ? 3 : plan === 'premium-0' ? 15 : undefined);
}

/** What the plan of a database or cache becomes: a class of RDS or ElastiCache; `undefined` where it is not known. */
export function databaseClass(
  platform: PlatformName,
  { kind, size }: Pick<Database, 'kind' | 'size'>,
): Sized<string> | undefined {
  if (size === undefined) return undefined;
  const plan = plainPlan(size);
  if (kind === 'postgres') return postgresClass(plan);
  return kind === 'redis' ? cacheClass(platform, plan) : undefined;
}
