import { posix } from 'node:path';
import { gap, note, warning } from '../migration/findings.ts';
import type { Deploys, Finding, Service } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';
import { child, entriesOf, type Located, numberOf, placeOf, textOf, withPlaces } from '../migration/tree.ts';
import { type BuilderReading, readBuilder, shellLine, watched } from './railway-builders.ts';

/** A service with what is to be said about it. */
export interface ServiceReading {
  readonly service: Service;
  readonly findings: readonly Finding[];
}

/** What a service's settings are read from: the same in railway.json and in railway.ts. */
export interface Settings {
  /** Empty for one that is called after its kind. */
  readonly name: string;
  readonly root: string;
  readonly build: Located | undefined;
  readonly deploy: Located | undefined;
  /** Whether the world reaches it, where a file says so. */
  readonly isPublic?: boolean;
  readonly image?: string;
  readonly evidence: Service['evidence'];
}

const builders = ['RAILPACK', 'NIXPACKS', 'DOCKERFILE'];

/** Names and commands of processes that nobody asks. */
const background =
  /(^|[\W_])(workers?|celery|beat|scheduler|consumer|queue|rq|arq|dramatiq|huey|bot|clock)($|[\W_])/i;

/** Whether a file says that the world reaches a service, or its command that it listens. */
const isSeenOpen = ({ deploy, isPublic }: Settings, start: string): boolean =>
  isPublic === true || child(deploy, 'healthcheckPath') !== undefined || /\$\{?PORT\b/.test(start);

function kindOf(settings: Settings, start: string): Service['kind'] {
  const { deploy, name, isPublic } = settings;
  if (textOf(child(deploy, 'cronSchedule'))) return 'cron';
  if (isSeenOpen(settings, start)) return 'web';
  if (background.test(name) || background.test(start)) return 'worker';
  return isPublic === false ? 'private' : 'web';
}

/** A Dockerfile that is found always wins, whatever the builder (Railway's documents). */
function dockerOf({ root, build, image }: Settings, repo: SourceRepo): Service['docker'] {
  if (image !== undefined) return undefined;
  const given = textOf(child(build, 'dockerfilePath'));
  const below = (path: string): string => posix.join(root, path);
  const candidates = given?.startsWith('/')
    ? [given.slice(1)]
    : [below(given ?? 'Dockerfile'), ...(given === undefined ? [] : [posix.normalize(given)])];
  const found = candidates.find((path) => repo.has(path));
  const wanted = given !== undefined || textOf(child(build, 'builder'))?.toUpperCase() === 'DOCKERFILE';
  const file = found ?? (wanted ? candidates[0] : undefined);
  return file === undefined ? undefined : { file, context: root };
}

function tasksOf(deploy: Located | undefined, kind: Service['kind']): Service['tasks'] {
  if (kind === 'cron') return { min: 0, max: 0 };
  const regions = [...entriesOf(child(deploy, 'multiRegionConfig')).values()];
  const spread = regions.map((one) => numberOf(child(one, 'numReplicas')) ?? numberOf(one) ?? 0);
  const count = numberOf(child(deploy, 'numReplicas')) ?? (spread.reduce((sum, one) => sum + one, 0) || 1);
  return { min: count, max: count };
}

function deploysOf(build: Located | undefined): Deploys | undefined {
  const { paths, ignored } = watched(child(build, 'watchPatterns'));
  const deploys: Deploys = { ...(paths.length > 0 && { paths }), ...(ignored.length > 0 && { ignored }) };
  return Object.keys(deploys).length > 0 ? deploys : undefined;
}

const placesOf = (node: Located | undefined, otherwise: Service['evidence']): Service['evidence'] =>
  node ? [placeOf(node)] : otherwise;

function buildFindings({ name, build, evidence }: Settings, service: Service, repo: SourceRepo): Finding[] {
  const builder = child(build, 'builder');
  const findings: Finding[] = [];
  if (builder && !builders.includes(textOf(builder)?.toUpperCase() ?? ''))
    findings.push(
      gap(
        'railway-builder',
        `${name} is built by ${textOf(builder)}.`,
        'Bring a Dockerfile that builds the same.',
        placeOf(builder),
      ),
    );
  if (service.docker && !repo.has(service.docker.file))
    findings.push(
      gap(
        'dockerfile-missing',
        `${name} is built from ${service.docker.file}, which is not there.`,
        'Give dockerfilePath the path of the Dockerfile.',
        placesOf(child(build, 'dockerfilePath') ?? builder, evidence),
      ),
    );
  return findings;
}

function deployFindings(settings: Settings, { kind, start }: Service): Finding[] {
  const { name, deploy, evidence } = settings;
  const findings: Finding[] = [];
  const health = child(deploy, 'healthcheckPath');
  const restart = child(deploy, 'restartPolicyType');
  const regions = child(deploy, 'multiRegionConfig');
  if (health)
    findings.push(
      note(
        'railway-health-check',
        `Railway asks ${name} at ${textOf(health)} when it deploys only; the load balancer asks for ever.`,
        'Let the path answer within 5 s, also while the database is slow.',
        placeOf(health),
      ),
    );
  else if (kind === 'web')
    findings.push(
      warning(
        'health-path-missing',
        `${name} has no health check path.`,
        'The load balancer asks /; give the app a path that is cheap to answer.',
        deploy ? placeOf(deploy) : evidence,
      ),
    );
  if (kind === 'web' && !isSeenOpen(settings, start?.text ?? ''))
    findings.push(
      warning(
        'railway-kind',
        `Whether the world reaches ${name} stands in the dashboard alone; it is taken for a web service.`,
        'If nobody asks it, make it a worker: vibely worker NAME.',
        evidence,
      ),
    );
  if (restart && textOf(restart)?.toUpperCase() === 'NEVER' && kind !== 'cron')
    findings.push(
      gap(
        'railway-restart-never',
        `${name} is not started again when it ends.`,
        'A service of ECS always is: run it as a job (vibely cron), or as a task by hand.',
        placeOf(restart),
      ),
    );
  if (entriesOf(regions).size > 1 && regions)
    findings.push(
      gap(
        'railway-regions',
        `${name} runs in several regions.`,
        'Choose one: all data lies in one region.',
        placeOf(regions),
      ),
    );
  return findings;
}

/** A service by its settings, completed by what its builder's file or Procfile says. */
export function readService(
  settings: Settings,
  repo: SourceRepo,
): ServiceReading & { builder: BuilderReading } {
  const { root, build, deploy, image, evidence } = settings;
  const config = textOf(child(build, 'nixpacksConfigPath')) ?? textOf(child(build, 'railpackConfigPath'));
  const builder = readBuilder(repo, root, config && posix.join(root, config));
  const start = shellLine(child(deploy, 'startCommand')) ?? builder.start;
  const kind = kindOf(settings, start?.text ?? '');
  const name = settings.name || kind;
  const drain = numberOf(child(deploy, 'drainingSeconds'));
  const docker = dockerOf(settings, repo);
  const known = {
    docker,
    image,
    build: shellLine(child(build, 'buildCommand')) ?? (docker ? undefined : builder.build),
    start,
    release: shellLine(child(deploy, 'preDeployCommand')) ?? (docker ? undefined : builder.release),
    schedule: shellLine(child(deploy, 'cronSchedule')),
    healthPath: shellLine(child(deploy, 'healthcheckPath')),
    shutdownSeconds: drain,
    deploys: deploysOf(build),
  };
  const present = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  const service: Service = {
    name,
    kind,
    root,
    ...(present as Partial<Service>),
    tasks: tasksOf(deploy, kind),
    domains: [],
    variables: builder.variables,
    ...withPlaces({
      tasks: child(deploy, 'numReplicas') ?? child(deploy, 'multiRegionConfig'),
      stop: child(deploy, 'drainingSeconds'),
    }),
    evidence,
  };
  return {
    service,
    builder,
    findings: [
      ...buildFindings({ ...settings, name }, service, repo),
      ...deployFindings({ ...settings, name }, service),
      ...builder.findings,
    ],
  };
}
