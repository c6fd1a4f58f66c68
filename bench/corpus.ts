import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { answersFrom, draftOf } from '../src/migration/answers-from.ts';
import type { Mapped } from '../src/migration/mapping.ts';
import type { MigrationPlan, PlatformName, Service } from '../src/migration/plan.ts';
import { readPlan } from '../src/migration/read.ts';
import { openRepo, type SourceRepo } from '../src/migration/repo.ts';
import { allPlatforms } from '../src/platforms/all.ts';
import { Problem } from '../src/problem.ts';
import { render } from '../src/render.ts';

// npm run corpus -- DIR: reads every repo in a folder of repos and prints a table. Where a repo has a META.json,
// what that lists is looked for in the plan. Exit code 1 where a repo crashes or something is missing.

/** What is known of a repo beside its files: a corpus may hold names of files whose text is not in it. */
interface Meta {
  readonly kinds?: readonly string[];
  readonly features?: Readonly<Record<string, unknown>>;
  readonly dockerfiles?: readonly string[];
  readonly lock_files?: readonly string[];
}

function metaOf(folder: string): Meta {
  const path = join(folder, 'META.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Meta) : {};
}

/** The repo with the files that META.json names, as if they were there, and without META.json itself. */
function overlaid(repo: SourceRepo, { dockerfiles = [], lock_files = [] }: Meta): SourceRepo {
  const named = [...dockerfiles, ...lock_files].filter((path) => !repo.has(path));
  const paths = [...repo.paths.filter((path) => path !== 'META.json'), ...named].sort();
  const known = new Set(paths);
  return {
    ...repo,
    paths,
    has: (path) => known.has(path),
    text: (path) => (named.includes(path) ? '' : known.has(path) ? repo.text(path) : undefined),
  };
}

const speaks = ({ services, databases }: Pick<MigrationPlan, 'services' | 'databases'>): boolean =>
  services.length + databases.length > 0;

/** The plans of a repo: one, or one for each platform where several speak. */
async function plansOf(repo: SourceRepo): Promise<{ plans: MigrationPlan[]; outcome: string }> {
  try {
    const plan = await readPlan(repo, {});
    return {
      plans: [plan],
      outcome: speaks(plan) ? 'plan' : plan.findings.length > 0 ? 'finding' : 'NOTHING',
    };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'VIB100') throw error;
    const readings = await Promise.all(allPlatforms.map((platform) => platform.read(repo)));
    const names = readings
      .filter((one) => one.platform !== 'none' && speaks(one))
      .map(({ platform }) => platform);
    const plans = await Promise.all(names.map((platform: PlatformName) => readPlan(repo, { platform })));
    return { plans, outcome: `asks: ${names.join('/')}` };
  }
}

const kindNames: Readonly<Record<string, Service['kind']>> = {
  web: 'web',
  pserv: 'private',
  worker: 'worker',
  cron: 'cron',
  static: 'static',
};

/** A plan, and what it comes to on AWS. */
interface Outcome {
  readonly plan: MigrationPlan;
  readonly mapped: Mapped;
}

const howToAnswer = (repo: SourceRepo) => ({
  stored: {},
  given: {},
  yes: true,
  ask: undefined,
  surroundings: { directory: basename(repo.directory), origin: '' },
});

/** A text as words alone, with a space before and behind each. */
const plain = (text: string): string => ` ${text.split(/[^\w-]+/).join(' ')} `.replace(/ +/g, ' ');

/** The services and databases that neither go anywhere nor are named in a gap. */
function dropped({ plan, mapped }: Outcome): string[] {
  const { migration, names, findings } = mapped;
  const gaps = findings.filter(({ level }) => level === 'gap').map(({ what }) => what);
  const isTold = (name: string): boolean => gaps.some((what) => plain(what).includes(plain(name)));
  const kept = [migration.service, migration.database?.name, migration.cache?.name, ...names.keys()];
  return [...plan.services, ...plan.databases]
    .map(({ name }) => name)
    .filter((name) => !kept.includes(name) && !isTold(name))
    .map((name) => `dropped: ${name}`);
}

/** What META.json lists and neither the plans nor their findings have. */
function missing({ kinds = [], features = {} }: Meta, outcomes: readonly Outcome[]): string[] {
  const plans = outcomes.map(({ plan }) => plan);
  const services = plans.flatMap((plan) => plan.services);
  const databases = plans.flatMap((plan) => plan.databases);
  const variables = services.flatMap((service) => service.variables);
  const findings = outcomes.flatMap(({ mapped }) => mapped.findings);
  const told = (pattern: RegExp): boolean =>
    findings.some(({ id, what }) => pattern.test(id) || pattern.test(what));
  const releases = outcomes.some(({ mapped: { migration } }) => migration.release.length > 0);
  const lacks = {
    postgres: () => databases.some(({ kind }) => kind === 'postgres') || told(/postgres|database-unknown/i),
    postgres_declared: () => databases.some(({ kind }) => kind === 'postgres'),
    redis: () => databases.some(({ kind }) => kind === 'redis') || told(/redis|key value/i),
    redis_declared: () =>
      databases.some(({ kind }) => kind === 'redis') || services.some(({ name }) => /redis/.test(name)),
    mongo: () => databases.some(({ kind }) => kind === 'mongo') || told(/mongo/i),
    amqp: () => told(/amqp|rabbit/i),
    release: () => releases || told(/release/i),
    postdeploy: () => releases || told(/postdeploy/i),
    healthcheck: () => services.some(({ healthPath }) => healthPath !== undefined) || told(/health/),
    disk: () => services.some(({ disk }) => disk !== undefined) || told(/disk|volume|mount/i),
    image: () => services.some(({ image }) => image !== undefined),
    env_generateValue: () => variables.some(({ source }) => source.kind === 'generated'),
    env_sync: () => variables.some(({ source }) => source.kind === 'secret'),
    env_fromDatabase: () => variables.some(({ source }) => source.kind === 'database'),
    multi_buildpack: () => told(/buildpack/i),
    sets_PORT: () => services.some(({ port }) => port !== undefined),
    multi_service: () => services.length > 1,
  } satisfies Readonly<Record<string, () => boolean>>;
  return [
    ...outcomes.flatMap(dropped),
    ...kinds.filter(
      (kind) => !services.some((one) => one.kind === kindNames[kind]) && !told(new RegExp(`\\b${kind}\\b`)),
    ),
    ...Object.entries(lacks)
      .filter(([feature, has]) => features[feature] && !has())
      .map(([feature]) => feature),
  ];
}

/** How many files each plan renders to, or the code of the question that the owner has to answer first. */
async function rendered(repo: SourceRepo, plans: readonly MigrationPlan[]): Promise<string> {
  const counts = plans.map(async (plan) => {
    if (!speaks(plan)) return 'nothing';
    try {
      return String(render(await answersFrom(repo, plan, howToAnswer(repo))).size);
    } catch (error) {
      if (error instanceof Problem) return error.code;
      throw error;
    }
  });
  return (await Promise.all(counts)).join(' / ');
}

const kindsOf = (services: readonly Service[]): string =>
  [...Map.groupBy(services, ({ kind }) => kind)].map(([kind, list]) => `${kind} ${list.length}`).join(', ');

async function rowOf(folder: string): Promise<{ cells: string[]; isBad: boolean }> {
  const meta = metaOf(folder);
  const begin = performance.now();
  const name = basename(folder);
  try {
    const repo = overlaid(openRepo(folder), meta);
    const { plans, outcome } = await plansOf(repo);
    const seconds = ((performance.now() - begin) / 1000).toFixed(2);
    const files = await rendered(repo, plans);
    const outcomes = await Promise.all(
      plans.map(async (plan) => ({ plan, mapped: await draftOf(repo, plan, howToAnswer(repo)) })),
    );
    const lost = missing(meta, outcomes);
    const gaps = outcomes.flatMap(({ mapped }) => mapped.findings).filter(({ level }) => level === 'gap');
    const databases = new Set(plans.flatMap((plan) => plan.databases.map(({ kind }) => kind)));
    const cells = [
      name,
      plans.map(({ platform }) => platform).join('/'),
      plans.map(({ services }) => kindsOf(services)).join(' / '),
      [...databases].join(', '),
      String(gaps.length),
      seconds,
      files,
      lost.length === 0 ? outcome : `${outcome}; missing: ${lost.join(', ')}`,
    ];
    return { cells, isBad: lost.length > 0 || outcome === 'NOTHING' };
  } catch (error) {
    const [first = ''] = String((error as Error).stack ?? error).split('\n');
    return { cells: [name, '', '', '', '', '', '', `CRASH: ${first}`], isBad: true };
  }
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  for (const row of rows)
    process.stdout.write(
      `${row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
}

const [directory] = process.argv.slice(2);
if (directory === undefined || !statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
  process.stderr.write('npm run corpus -- DIR: a folder of repos\n');
  process.exitCode = 2;
} else {
  const folders = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const rows: { cells: string[]; isBad: boolean }[] = [];
  for (const { name } of folders) rows.push(await rowOf(join(directory, name)));
  const bad = rows.filter(({ isBad }) => isBad).length;
  printTable([
    ['repo', 'platform', 'services', 'databases', 'gaps', 'seconds', 'files', 'outcome'],
    ...rows.map(({ cells }) => cells),
  ]);
  process.stdout.write(`\n${rows.length} repos, ${bad} with something missing\n`);
  process.exitCode = bad > 0 ? 1 : 0;
}
