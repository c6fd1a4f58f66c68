import type { PlatformName } from './plan.ts';

/** A size of a Fargate task: `cpu` in units of 1/1024 vCPU, `memory` in MiB. */
export interface TaskSize {
  readonly cpu: number;
  readonly memory: number;
}

/** What a plan of another platform becomes. */
export interface Sized<Target> {
  readonly target: Target;
  /** List price there for one instance, in USD a month; absent where it depends on use. Taxes and discounts aside. */
  readonly usdThere?: number;
  /** What is not the same here; a sentence. */
  readonly remark?: string;
}

/** The pairs that Fargate takes: from AWS's table of task sizes. Memory in MiB: smallest, largest, step. */
const fargate: readonly (readonly [cpu: number, least: number, most: number, step: number])[] = [
  [256, 512, 2048, 512],
  [512, 1024, 4096, 1024],
  [1024, 2048, 8192, 1024],
  [2048, 4096, 16_384, 1024],
  [4096, 8192, 30_720, 1024],
  [8192, 16_384, 61_440, 4096],
  [16_384, 32_768, 122_880, 8192],
];

/** The smallest task with at least that much of both; `undefined` where Fargate has none: 16 vCPU and 120 GB are the top. */
export function smallestTask(cpu: number, memory: number): TaskSize | undefined {
  for (const [units, least, most, step] of fargate) {
    const rounded = least + Math.ceil(Math.max(0, memory - least) / step) * step;
    // 256 takes 512, 1024 and 2048 only.
    const legal = units === 256 && rounded === 1536 ? 2048 : rounded;
    if (units >= cpu && legal <= most) return { cpu: units, memory: legal };
  }
  return undefined;
}

/** Whether Fargate takes a pair. */
export const isTaskSize = ({ cpu, memory }: TaskSize): boolean => {
  const size = smallestTask(cpu, memory);
  return size?.cpu === cpu && size.memory === memory;
};

type Row = readonly [cpu: number, memory: number, usd?: number | undefined, remark?: string];

/** Render's instance types, by its own list; compute in vCPU there. */
const render: Readonly<Record<string, Row>> = {
  free: [256, 512, 0, 'It slept after 15 minutes without a request there; here it runs on, and is paid for.'],
  starter: [512, 1024, 7, '256 CPU units and 512 MB would have the same memory for half the price.'],
  standard: [1024, 2048, 25],
  pro: [2048, 4096, 85],
  'pro plus': [4096, 8192, 175],
  'pro max': [4096, 16_384, 225],
  'pro ultra': [8192, 32_768, 450],
};

const share = 'Heroku publishes no vCPU, only a share: watch the CPU in the first days.';

/** Heroku's dyno types, by its table of June 2024. */
const heroku: Readonly<Record<string, Row>> = {
  free: [256, 512, 0, 'It slept without requests there; here it runs on, and is paid for.'],
  hobby: [256, 512, 7, share],
  eco: [256, 512, 5, 'It slept after 30 minutes without a request there; here it runs on, and is paid for.'],
  basic: [256, 512, 7, share],
  'standard-1x': [256, 512, 25, share],
  'standard-2x': [512, 1024, 50, share],
  'private-s': [1024, 2048, undefined, share],
  'shield-s': [1024, 2048, undefined, share],
  // 2.5 GB there: 2048 MiB would be less.
  'performance-m': [1024, 3072, 250],
  'private-m': [1024, 3072],
  'shield-m': [1024, 3072],
  'performance-l': [4096, 14_336, 500],
  'private-l': [4096, 14_336],
  'shield-l': [4096, 14_336],
  'performance-l-ram': [4096, 30_720, 500],
  'private-l-ram': [4096, 30_720],
  'shield-l-ram': [4096, 30_720],
  // 62 GB there; 8 vCPU end at 60 GB.
  'performance-xl': [16_384, 65_536, 750],
  'private-xl': [16_384, 65_536],
  'shield-xl': [16_384, 65_536],
  'performance-2xl': [16_384, 122_880, 1500, 'It had 126 GB there; Fargate ends at 120 GB.'],
  'private-2xl': [16_384, 122_880, undefined, 'It had 126 GB there; Fargate ends at 120 GB.'],
  'shield-2xl': [16_384, 122_880, undefined, 'It had 126 GB there; Fargate ends at 120 GB.'],
};

/** `Pro_Plus`, `pro-plus` and `Pro Plus` are one plan. */
export const plainPlan = (name: string): string => name.trim().toLowerCase().replaceAll('_', '-');

function rowOf(table: Readonly<Record<string, Row>>, name: string): Row | undefined {
  const key = plainPlan(name);
  const found = Object.hasOwn(table, key) ? key : key.replaceAll('-', ' ');
  return Object.hasOwn(table, found) ? table[found] : undefined;
}

/**
 * A Fly machine as its settings give it: `shared-cpu-2x`, `performance-4x 16gb`, `shared-cpu-1x 512mb`. Memory is 256 MB
 * for each shared CPU and 2 GB for each of the others unless it is said. A shared CPU is a sixteenth of one for certain.
 */
export function flyTask(name: string): Sized<TaskSize> | undefined {
  const [, kind = '', count = '1', amount, unit] =
    /^(shared|performance)(?:-cpu)?-?(\d+)x(?:[ ,]+(\d+)\s*(mb|gb)?)?$/.exec(plainPlan(name)) ?? [];
  if (kind === '') return undefined;
  const cpus = Number(count);
  const usual = cpus * (kind === 'shared' ? 256 : 2048);
  const memory = amount === undefined ? usual : Number(amount) * (unit === 'gb' ? 1024 : 1);
  const target = smallestTask(kind === 'shared' ? Math.min(cpus * 256, 1024) : cpus * 1024, memory);
  if (!target) return undefined;
  const remark = `It had ${memory} MB there; Fargate's smallest size is ${target.memory} MB.`;
  return { target, ...(memory < 512 && { remark }) };
}

/** The size that a task has where nothing is known: 0.5 vCPU and 1 GB. */
export const usualTask: TaskSize = { cpu: 512, memory: 1024 };

/** What a service's size becomes on Fargate; `undefined` for a name that is not known. */
export function taskSize(platform: PlatformName, name: string): Sized<TaskSize> | undefined {
  if (platform === 'fly') return flyTask(name);
  if (platform !== 'render' && platform !== 'heroku') return undefined;
  const row = rowOf(platform === 'render' ? render : heroku, name);
  if (!row) return undefined;
  const [cpu, memory, usdThere, remark] = row;
  return {
    target: { cpu, memory },
    ...(usdThere !== undefined && { usdThere }),
    ...(remark !== undefined && { remark }),
  };
}
