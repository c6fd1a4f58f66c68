import { emptyBucket, findBuckets, isEmpty } from './buckets.ts';
import { confirmName } from './confirm.ts';
import { zoneId } from './domain.ts';
import { takeFinalSnapshot } from './final-snapshot.ts';
import { say, step } from './output.ts';
import { Problem } from './problem.ts';
import { showRemains } from './remains.ts';
import { deleteProofs, removeStack, unprotectDatabase, unprotectLoadBalancer } from './removal.ts';
import type { Environment } from './settings.ts';
import { findStack, stacksLeftOver } from './stacks.ts';
import { cliFlags, operate, type Target, type TargetOptions } from './target.ts';

interface TeardownOptions extends TargetOptions {
  /** The environment's full name, instead of typing it. */
  confirm?: string;
  /** Deletes what is in the buckets that go with their stack. */
  emptyBuckets?: boolean;
  /** Default true. */
  snapshot?: boolean;
}

/**
 * The stacks in the order in which they can go: each before what it stands on.
 * @param left those that the settings do not name any more: features, between the service and what all stand on
 */
export function removalOrder(
  { stacks, releaseStack }: Pick<Environment, 'stacks' | 'releaseStack'>,
  left: readonly string[] = [],
): string[] {
  return ['service', ...(releaseStack ? ['release'] : []), ...left, ...stacks.toReversed()];
}

/** CloudFormation deletes these with their stack, and cannot as long as something is in them. */
function goesWithItsStack(bucket: string, { protected: kept, prefix }: Environment): boolean {
  return !kept || bucket.startsWith(`${prefix}-builds-`);
}

/** @throws Problem where the buckets would stop the work half-way */
async function assertBuckets(target: Target): Promise<void> {
  const { environment } = target;
  const full: string[] = [];
  for (const bucket of await findBuckets(target))
    if (goesWithItsStack(bucket, environment) && !(await isEmpty(target, bucket))) full.push(bucket);
  if (full.length === 0) return;
  throw new Problem({
    what: 'Nothing was changed: there is something in the buckets.',
    why: `${full.join(', ')}: a bucket can only be deleted when it is empty.`,
    fix: `Copy what you need (aws s3 sync s3://${full[0]} . ${cliFlags(environment)}), then add --empty-buckets`,
  });
}

async function emptyBucketsOf(target: Target, stack: string): Promise<void> {
  const { environment } = target;
  const { prefix } = environment;
  // What outlives its stack is kept as it is.
  const buckets = (await findBuckets(target)).filter((bucket) => goesWithItsStack(bucket, environment));
  const isTrail = (bucket: string) => bucket.startsWith(`${prefix}-trail-`);
  const own = buckets.filter((bucket) => (stack === 'audit' ? isTrail(bucket) : !isTrail(bucket)));
  // What is written when the others are emptied ends up in the logs.
  const last = (bucket: string) => Number(bucket.startsWith(`${prefix}-logs-`));
  for (const bucket of own.sort((a, b) => last(a) - last(b))) await emptyBucket(target, bucket);
}

interface Plan {
  emptyBuckets: boolean;
  snapshot: boolean;
  /** Whether an earlier run has taken the service away already. */
  resumed: boolean;
}

/** What has to be done before a stack can go. */
async function prepare(
  target: Target,
  stack: string,
  { emptyBuckets, snapshot, resumed }: Plan,
): Promise<void> {
  const { environment } = target;
  if (stack === 'service') await unprotectLoadBalancer(target);
  if (stack === 'data') {
    if (snapshot) await takeFinalSnapshot(target, resumed);
    await unprotectDatabase(target);
  }
  if (stack === 'dns' && !environment.zone && !environment.protected)
    await deleteProofs(target, await zoneId(target));
  if (emptyBuckets && (stack === 'audit' || stack === 'foundation')) await emptyBucketsOf(target, stack);
}

/** Removes an environment from AWS. Run again, it goes on where it stopped. */
export async function teardown(options: TeardownOptions): Promise<void> {
  const { confirm, emptyBuckets = false, snapshot = true } = options;
  const what = ({ prefix, account }: Environment) => `removes ${prefix} from account ${account}`;
  await operate({ env: options.env }, { what, changes: false }, async (target) => {
    const { environment } = target;
    const left = await stacksLeftOver(target, removalOrder(environment));
    const order = removalOrder(environment, left);
    const found = await Promise.all(order.map((name) => findStack(target, name)));
    const there = order.filter((_, index) => found[index]);
    if (there.length > 0) {
      if (!emptyBuckets) await assertBuckets(target);
      for (const line of planOf(environment, there, { emptyBuckets, snapshot, left })) say(line);
      await confirmName(environment.prefix, confirm);
      const plan = { emptyBuckets, snapshot, resumed: !there.includes('service') };
      for (const stack of there) {
        await prepare(target, stack, plan);
        await removeStack(target, stack);
      }
    }
    step(`nothing of ${environment.prefix} runs any more; what stays:`);
    await showRemains(target);
  });
}

/** What a person is told before anything is removed, a line each. */
export function planOf(
  { prefix, database, protected: kept }: Pick<Environment, 'prefix' | 'database' | 'protected'>,
  stacks: readonly string[],
  { emptyBuckets, snapshot, left = [] }: Omit<Plan, 'resumed'> & { left?: readonly string[] },
): string[] {
  const named = (names: readonly string[]) => names.map((name) => `${prefix}-${name}`).join(', ');
  return [
    `In this order: ${named(stacks)}.`,
    ...(left.length > 0
      ? [
          `infra/settings.json does not have ${named(left)} any more; they run, and cost, until they are deleted.`,
        ]
      : []),
    ...(database && stacks.includes('data') ? [snapshotsPlanned(kept, snapshot)] : []),
    ...(emptyBuckets
      ? [kept ? 'The buckets are kept, all but that of the builds.' : 'All that is in the buckets is lost.']
      : []),
  ];
}

function snapshotsPlanned(kept: boolean, snapshot: boolean): string {
  if (snapshot)
    return `A last snapshot of the database is taken, and stays${kept ? '; CloudFormation takes another one as it deletes it, since it is protected' : ''}.`;
  // infra/ tells it to: the data of a protected environment is never lost with its stack.
  if (kept)
    return 'CloudFormation alone takes a snapshot of the database, which stays, since it is protected.';
  return 'No snapshot is taken: what is in the database is lost.';
}
