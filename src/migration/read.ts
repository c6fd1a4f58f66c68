import { allPlatforms } from '../platforms/all.ts';
import { lockFile, storedLock } from '../state.ts';
import { withCleanCommands } from './commands-secrets.ts';
import { exportedBefore, sortedExport } from './exported.ts';
import { gap, tidied, warning } from './findings.ts';
import { readCode } from './findings-in-code.ts';
import { type BuildReading, readBuild } from './language.ts';
import { manifestSecrets } from './manifest-secrets.ts';
import { otherNeeds } from './needs.ts';
import type { Evidence, Finding, MigrationPlan, PlatformReading, Service, Variable } from './plan.ts';
import { disagreements, type HowToChoose, liveReading } from './read-live.ts';
import type { SourceRepo } from './repo.ts';
import type { Migration } from './stored.ts';
import { mergedVariables } from './variables.ts';
import { withDefaults } from './variables-defaults.ts';
import { completeVariables, type VariablesFile } from './variables-files.ts';
import { platformVariable } from './variables-platform.ts';
import { vercelFindings } from './vercel.ts';

/** What the reading of a repo is given beside the repo. */
export interface HowToRead extends HowToChoose {
  /** An export of the platform's variables. */
  readonly variables?: VariablesFile | undefined;
  /** What an earlier run has kept of one: it counts where no new one is given. */
  readonly earlier?: Migration['exported'];
}

/** A repo without the files that were generated into it: a second run sees what the first saw. */
export function withoutGenerated(repo: SourceRepo): SourceRepo {
  if (!repo.has(lockFile)) return repo;
  const { files } = storedLock(repo.directory);
  const generated = new Set([...Object.keys(files), lockFile, '.yo-rc.json']);
  const paths = repo.paths.filter((path) => !generated.has(path));
  const known = new Set(paths);
  return {
    ...repo,
    paths,
    has: (path) => known.has(path),
    text: (path) => (known.has(path) ? repo.text(path) : undefined),
  };
}

/** Names that a runtime, a shell or AWS sets, or that have a default everywhere. */
const usual =
  /^(NODE_ENV|PORT|HOST|HOSTNAME|PATH|HOME|PWD|USER|SHELL|LANG|TZ|TMPDIR|TERM|CI|DEBUG|LOG_LEVEL|NODE_OPTIONS|PYTHON\w*|DJANGO_SETTINGS_MODULE|VIRTUAL_ENV|npm_\w+|VERCEL\w*|GITHUB_\w+|NETLIFY\w*|AWS_(REGION|DEFAULT_REGION)|ECS_\w+|MODE|DEV|PROD|SSR|BASE_URL|NEXT_\w+|VITE_\w+|REACT_APP_\w+|WEB_CONCURRENCY|DATABASE_URL|REDIS_URL)$/;

/** `export A=1`, `A=1`, `for A in`, `read A`. */
const setsInLine =
  /(?:(?<![^\s;&(])([A-Z_]\w*)=(?:"[^"]*"|'[^']*'|[^\s;&|"'])*|\bfor\s+([A-Z_]\w*)\s+in\b|\bread\s+(?:-\w+\s+)*([A-Z_]\w*))/g;

/** Variables that a line for a shell uses before it sets them, without those that bring their default: `${PORT:-8000}`. */
function usedIn(text: string): string[] {
  const set = new Map<string, number>();
  for (const match of text.matchAll(setsInLine)) {
    const name = match.slice(1).find(Boolean) ?? '';
    if (!set.has(name)) set.set(name, match.index + match[0].length);
  }
  return [...text.matchAll(/\$\{?([A-Z_][A-Z0-9_]*)\b(?!:?[-=])/g)].flatMap(({ 1: name = '', index }) =>
    index < (set.get(name) ?? Number.POSITIVE_INFINITY) ? [name] : [],
  );
}

function usedInLines(services: readonly Service[]): Map<string, readonly Evidence[]> {
  const used = new Map<string, readonly Evidence[]>();
  for (const { build, start, release } of services)
    for (const { text, evidence } of [build, start, release].filter((line) => line !== undefined))
      for (const name of usedIn(text)) used.set(name, [...(used.get(name) ?? []), ...evidence]);
  return used;
}

function unsetFinding(
  services: readonly Service[],
  read: ReadonlyMap<string, readonly Evidence[]>,
): Finding[] {
  const known = new Set(services.flatMap(({ variables }) => variables.map(({ name }) => name)));
  const missing = [...read].filter(
    ([name]) => !known.has(name) && !usual.test(name) && platformVariable(name) === undefined,
  );
  if (missing.length === 0) return [];
  const names = missing.map(([name]) => name).sort();
  return [
    warning(
      'variables-unset',
      `Variables that are read, and that no file sets (${names.length}): ${names.join(', ')}.`,
      'Export the variables of the platform and give them with --variables FILE, or set those that have no default.',
      [
        ...new Map(
          missing.flatMap(([, [place]]) => (place ? [[`${place.file}:${place.line}`, place] as const] : [])),
        ).values(),
      ].slice(0, 20),
    ),
  ];
}

/** The app's own address under the platform's name for it, where the code reads that. */
function ownAddresses(service: Service, read: ReadonlyMap<string, readonly Evidence[]>): Service {
  if (service.kind === 'static') return service;
  const added = [...read].flatMap(([name, places]): Variable[] => {
    const source = platformVariable(name)?.source;
    const evidence = places.filter(({ file }) => service.root === '' || file.startsWith(`${service.root}/`));
    if (source === undefined || evidence.length === 0) return [];
    return [
      {
        name,
        source,
        reason: 'The code reads it, and the platform sets it.',
        evidence: evidence.slice(0, 3),
      },
    ];
  });
  return added.length === 0 ? service : { ...service, variables: mergedVariables(service.variables, added) };
}

/** Findings of platforms that have a file but tell of nothing that runs: a file of comments, or one that is broken. */
const ofSilent = (readings: readonly PlatformReading[]): readonly Finding[] =>
  readings
    .filter(
      ({ platform, services, databases }) => platform !== 'none' && services.length + databases.length === 0,
    )
    .flatMap(({ findings }) => findings);

/** Web services without a path for health checks, where the platform's reader has not said so. */
function healthFindings({ services, findings }: PlatformReading): Finding[] {
  if (findings.some(({ id }) => id === 'health-path-missing')) return [];
  const silent = services.filter(({ kind, healthPath }) => kind === 'web' && healthPath === undefined);
  return silent.map(({ name, evidence }) =>
    warning(
      'health-path-missing',
      `${name} has no health check path.`,
      'The load balancer asks /; give the app a path that is cheap to answer.',
      evidence,
    ),
  );
}

function nothingFound(reading: PlatformReading): Finding[] {
  if (reading.services.length > 0) return [];
  return [
    gap(
      'nothing-runs',
      'Nothing was found that runs: no file of a platform, and no app of Node or Python.',
      'Go to the folder of the app, or bring a Dockerfile and a Procfile with the line web: COMMAND.',
      { file: '.', line: 1 },
    ),
  ];
}

/** How the images come about; a static site, a ready image and a service of another repo have none. */
function buildsOf(
  repo: SourceRepo,
  platform: PlatformReading['platform'],
  services: readonly Service[],
): Map<string, BuildReading> {
  const built = services.filter(
    ({ kind, image, repo: elsewhere }) => kind !== 'static' && image === undefined && elsewhere === undefined,
  );
  return new Map(built.map((service) => [service.name, readBuild(repo, platform, service)]));
}

/**
 * Reads a repo: what runs, what it needs, and what is not carried over. Nothing of it is run, and no value of a
 * secret is in the plan.
 * @throws Problem VIB100 or VIB101 where it is not clear which platform is live.
 */
export async function readPlan(repo: SourceRepo, how: HowToRead): Promise<MigrationPlan> {
  const read = await Promise.all(allPlatforms.map((platform) => platform.read(repo)));
  const readings = read.map(withCleanCommands);
  const live = await liveReading(readings, how);
  const others = readings.filter(
    (one) => one !== live && one.platform !== 'none' && one.services.length + one.databases.length > 0,
  );
  const code = readCode(repo);
  const around = { databases: live.databases, platform: live.platform };
  const exported = how.variables
    ? sortedExport(how.variables, around)
    : how.earlier && exportedBefore(how.earlier, around);
  const completed = completeVariables(live.services, repo, exported, around);
  const services = completed.services.map((service) =>
    ownAddresses(withDefaults(service, live.platform), code.variables),
  );
  const builds = buildsOf(repo, live.platform, services);
  return {
    ...live,
    services,
    builds: Object.fromEntries(builds),
    ...(exported && { exported }),
    findings: tidied([
      ...live.findings,
      ...[...builds.values()].flatMap(({ findings }) => findings),
      ...ofSilent(readings.filter((one) => one !== live)),
      ...manifestSecrets(repo),
      ...otherNeeds(repo, live.services, live.databases),
      ...healthFindings(live),
      ...nothingFound(live),
      ...vercelFindings(repo, live),
      ...completed.findings,
      ...code.findings,
      ...unsetFinding(services, new Map([...code.variables, ...usedInLines(services)])),
      ...repo.findings,
    ]),
    others: others.map((other) => ({
      platform: other.platform,
      evidence: other.evidence,
      disagreements: disagreements(live, other),
    })),
  };
}
