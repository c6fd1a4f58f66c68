import { gap, note, warning } from './findings.ts';
import type { Database, Finding, PlatformName, Variable } from './plan.ts';
import { databaseClass } from './sizes-databases.ts';
import type { Migration } from './stored.ts';
import { databaseNamed } from './variables-names.ts';

/** The newest major version of PostgreSQL that RDS has; it reads a dump of each older one. */
const newestPostgres = 18;

/** The oldest one that is set up: those below it are near their end. */
const oldestPostgres = 16;

/** The major version that a file names: 15 of `15.4`; `undefined` where it names none. */
function majorOf({ version }: Database): number | undefined {
  const major = Number(/^\s*v?(\d+)/.exec(version ?? '')?.[1] ?? 0);
  return major > 0 ? major : undefined;
}

/** The database as RDS is to have it. */
export function databaseAnswer(
  platform: PlatformName,
  postgres: Database | undefined,
): Migration['database'] {
  if (!postgres) return undefined;
  const there = majorOf(postgres);
  return {
    name: postgres.name,
    version: Math.min(newestPostgres, Math.max(oldestPostgres, there ?? newestPostgres)),
    versionKnown: there !== undefined,
    instanceClass: databaseClass(platform, postgres)?.target ?? 't4g.small',
    storageGiB: Math.min(16_384, Math.max(20, Math.ceil(postgres.storageGb ?? 20))),
    multiAz: postgres.standby ?? false,
  };
}

/** The cache as ElastiCache is to have it. */
export function cacheAnswer(platform: PlatformName, redis: Database | undefined): Migration['cache'] {
  if (!redis) return undefined;
  return { name: redis.name, nodeType: databaseClass(platform, redis)?.target ?? 'cache.t4g.micro' };
}

/** Databases that are not set up here. */
function elsewhereGaps(
  databases: readonly Database[],
  postgres: Database | undefined,
  redis: Database | undefined,
): Finding[] {
  return databases
    .filter((database) => database !== postgres && database !== redis)
    .map(({ name, kind, evidence }) => {
      const what =
        kind === 'postgres' || kind === 'redis'
          ? `${name} is a further ${kind === 'postgres' ? 'PostgreSQL' : 'Redis'}.`
          : `${name} is a database of the kind ${kind}.`;
      const elsewhere: Readonly<Record<Database['kind'], string>> = {
        postgres:
          'Make it a second database of the same server (CREATE DATABASE), and give its address as a secret.',
        redis:
          'Use one cache with two prefixes or database numbers, or run a second one and give its address as a secret.',
        mongo:
          'MongoDB Atlas in the same region of AWS goes on as it is: give its address as a secret. DocumentDB lacks commands that MongoDB has.',
        mysql:
          'RDS for MySQL is not set up here: make it by hand in the isolated subnets, or move to PostgreSQL (pgloader); give its address as a secret.',
        other: 'Find out where it can run, and give its address as a secret.',
      };
      return gap('database-elsewhere', what, elsewhere[kind], evidence);
    });
}

function versionFindings(postgres: Database, here: number): Finding[] {
  const there = majorOf(postgres);
  const { name, evidence } = postgres;
  if (there === undefined)
    return [
      warning(
        'database-version-unknown',
        `No file says which version of PostgreSQL ${name} is.`,
        `The newest, ${here}, was taken: it reads a dump of every older one. Ask the old server: SELECT version()`,
        evidence,
      ),
    ];
  if (there === here) return [];
  const what = `${name} is PostgreSQL ${there} there and ${here} here.`;
  return [
    there > here
      ? gap(
          'database-version-newer',
          what,
          `RDS has none that is newer than ${here}, and an older server does not take every dump of a newer one. Rehearse it, and let the app do without what is new in ${there}; or wait until RDS has it, and set "version" of "database" in infra/settings.json.`,
          evidence,
        )
      : warning(
          'database-version-changes',
          what,
          `Those before ${here} are near their end on RDS, and ${here} reads their dumps. Run the app's tests against ${here}, and let the rehearsal tell whether its extensions are there. For ${there} itself, set "version" of "database" in infra/settings.json before the first deployment.`,
          evidence,
        ),
  ];
}

function sizeFindings(platform: PlatformName, { name, kind, size, evidence }: Database): Finding[] {
  if (size === undefined) return [];
  const sized = databaseClass(platform, { kind, size });
  if (sized === undefined)
    return [
      warning(
        'database-size-unknown',
        `The size '${size}' of ${name} is not known.`,
        `${kind === 'postgres' ? '"instanceClass" of "database"' : '"nodeType" of "cache"'} in infra/settings.json changes what was taken instead.`,
        evidence,
      ),
    ];
  const what = `${name} has the size '${size}'.`;
  return sized.remark === undefined ? [] : [note('database-size', what, sized.remark, evidence)];
}

/** Packages that keep work in a cache that is not done yet. */
const queuePackages = ['celery', 'rq', 'django-rq', 'bull', 'bullmq', 'bee-queue', 'arq'];

function queueFindings({ name, evidence }: Database, packages: ReadonlySet<string>): Finding[] {
  const queues = queuePackages.filter((one) => packages.has(one));
  if (queues.length === 0) return [];
  return [
    warning(
      'cache-as-queue',
      `${queues.join(', ')} keeps work in ${name} that is not done yet.`,
      'The cache has one node here, and what is in it is lost when that fails: set "nodes" to 2 in infra/settings.json, or let the work be found again. Let the old queue run empty before the switch.',
      evidence,
    ),
  ];
}

/** The databases of an app, and what two of them become here. */
export interface DatabasesHere {
  readonly platform: PlatformName;
  readonly databases: readonly Database[];
  readonly postgres: Database | undefined;
  readonly redis: Database | undefined;
  readonly database: Migration['database'];
  readonly cache: Migration['cache'];
}

/** What is said of databases that are not set up here, or not as they were there. */
export function databaseFindings(here: DatabasesHere, packages: ReadonlySet<string>): Finding[] {
  const { platform, databases, postgres, redis, database } = here;
  return [
    ...elsewhereGaps(databases, postgres, redis),
    ...(postgres && database ? versionFindings(postgres, database.version) : []),
    ...[postgres, redis].flatMap((one) => (one ? sizeFindings(platform, one) : [])),
    ...(redis ? queueFindings(redis, packages) : []),
  ];
}

/** How a database or cache becomes one that is set up here. */
function naming(platform: PlatformName, kind: 'postgres' | 'redis'): string {
  if (platform === 'heroku') return 'name it among the addons of app.json';
  if (platform !== 'render') return 'name its driver in a manifest of the app';
  const entry = kind === 'postgres' ? 'under databases:' : 'as a service of the type keyvalue';
  return `name it ${entry} in render.yaml, on a branch that Render does not follow,`;
}

/** Addresses that are secrets where nothing of that kind is known: nobody would think of the data behind them. */
export function addressGaps(
  platform: PlatformName,
  databases: readonly Database[],
  secrets: readonly Variable[],
): Finding[] {
  const isKnown = (kind: 'postgres' | 'redis'): boolean =>
    databases.some((one) => (one.kind === 'redis') === (kind === 'redis'));
  return secrets.flatMap(({ name, evidence }) => {
    const { kind, property } = databaseNamed(name) ?? {};
    if (kind === undefined || property !== 'url' || isKnown(kind)) return [];
    const [what, then] =
      kind === 'postgres'
        ? ['database', 'then it is set up here, and the move has its dump']
        : ['cache', 'then there is one here'];
    return [
      gap(
        'database-not-named',
        `${name} is the address of a ${what} that no file names: it is neither set up here nor moved.`,
        `If it runs with somebody who goes on, give that address as the secret. If it ends with the old platform, ${naming(platform, kind)} and run this again: ${then}.`,
        evidence,
      ),
    ];
  });
}

/** What a database is there, in a few words. */
export const databaseThere = ({ kind, version, size, storageGb, standby }: Database): string =>
  [
    [kind, version].filter(Boolean).join(' '),
    size,
    storageGb === undefined ? undefined : `${storageGb} GB`,
    standby && 'with a stand-by',
  ]
    .filter(Boolean)
    .join(', ');

/** What becomes of a database, in a few words. */
export function databaseFate(one: Database, { postgres, redis, database, cache }: DatabasesHere): string {
  if (one === postgres && database) {
    const { version, instanceClass, storageGiB, multiAz } = database;
    return `RDS for PostgreSQL ${version}, db.${instanceClass}, ${storageGiB} GB, ${multiAz ? 'Multi-AZ' : 'without a stand-by'}`;
  }
  if (one === redis && cache) return `Valkey on ElastiCache, ${cache.nodeType}, empty at the start`;
  return 'not set up here: see the list of what is not carried over';
}
