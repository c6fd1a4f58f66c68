import type { Features } from '../features/all.ts';
import { joinLines } from './commands.ts';
import { containerCommand } from './commands-exec.ts';
import { dockerfile, dockerignore } from './dockerfile.ts';
import { storedExport } from './exported.ts';
import { tidied, warning } from './findings.ts';
import { healthOf, noWeb, startGaps, stopFindings } from './mapping-checks.ts';
import { addressGaps, cacheAnswer, databaseAnswer, databaseFindings } from './mapping-databases.ts';
import { domainsOf } from './mapping-domains.ts';
import { taskEnvironment } from './mapping-environment.ts';
import { besideApp, leftOut, repoWarnings } from './mapping-gaps.ts';
import { type AppImage, imageOf } from './mapping-image.ts';
import { packageNames } from './mapping-packages.ts';
import { rowsOf, storedFinding } from './mapping-rows.ts';
import { companionsOf, runningThere, sizeNotes, sizeOf } from './mapping-services.ts';
import { costsOf, deploymentOf, scalingFindings, tasksOf } from './mapping-sizes.ts';
import { documentBeside } from './places.ts';
import type { Database, Finding, MigrationPlan, Service } from './plan.ts';
import type { SourceRepo } from './repo.ts';
import type { Migration } from './stored.ts';

/** What a plan comes to. */
export interface Mapped {
  readonly migration: Migration;
  readonly database: boolean;
  /** Whether it holds connections open, as far as its packages tell. */
  readonly sse: boolean;
  /** The domain that it has on the old platform; empty for none. */
  readonly domain: string;
  readonly features: Pick<Features, 'worker' | 'cron' | 'cache'>;
  /** All that is to be said of the app, with every place: what was read, and what was made of it. */
  readonly findings: readonly Finding[];
  /** What each worker and job is called here, by its name there. */
  readonly names: ReadonlyMap<string, string>;
}

/** What the mapping says itself, with what was made of it. */
const saidBetter = new Set([
  'disk',
  'health-path-missing',
  'postgres-version-unknown',
  'database-version-unknown',
]);

/** What is known beside the plan. */
export interface HowToMap {
  /** Name of the app on AWS. */
  readonly name: string;
  /** Name of the service behind the load balancer, where several could be. */
  readonly web?: string | undefined;
  /** The domain that was chosen; `undefined` before it was asked for. */
  readonly domain?: string | undefined;
  /** What was asked, and answered. */
  readonly questions: Migration['questions'];
}

/** The services that could be behind the load balancer. */
export function webCandidates({ services }: MigrationPlan): readonly Service[] {
  return services.filter(({ kind }) => kind === 'web');
}

function chosenWeb(plan: MigrationPlan, name: string | undefined): Service | undefined {
  const candidates = webCandidates(plan);
  return candidates.find((one) => one.name === name) ?? candidates[0];
}

/** The database of a kind that the web service speaks with, else the first one. */
function databaseOf(
  plan: MigrationPlan,
  kind: Database['kind'],
  web: Service | undefined,
): Database | undefined {
  const all = plan.databases.filter((one) => one.kind === kind);
  const named = web?.variables.flatMap(({ source }) => (source.kind === 'database' ? [source.database] : []));
  const used = all.find(({ name }) => named?.includes(name));
  // The cache gives every task its REDIS_URL, which would hide one that leads elsewhere.
  const isHidden = web?.variables.some(
    ({ name, source }) => name === 'REDIS_URL' && source.kind === 'secret',
  );
  return used ?? (kind === 'redis' && isHidden ? undefined : all[0]);
}

function written(image: AppImage, repo: SourceRepo, database: boolean): Record<string, string> {
  const folder = image.context === '.' ? '' : `${image.context}/`;
  const ignore = repo.has(`${folder}.dockerignore`)
    ? {}
    : { [`${folder}.dockerignore`]: dockerignore(image.language, folder === '' ? besideApp(repo) : []) };
  if (image.ready !== undefined) return { [image.dockerfile]: `FROM ${image.ready}\n`, ...ignore };
  if (image.build === undefined) return repo.has(image.dockerfile) ? ignore : {};
  const text = dockerfile(image.build, { database, command: image.command });
  return { [image.dockerfile]: text, ...ignore };
}

/** A Dockerfile that Render or Heroku did not use is the owner's all the same: ours gets another name. */
function besideOwn(image: AppImage, repo: SourceRepo): AppImage {
  const isWritten = image.build !== undefined || image.ready !== undefined;
  if (!isWritten || !repo.has(image.dockerfile)) return image;
  const name = image.dockerfile.replace(/Dockerfile$/, 'Dockerfile.aws');
  return {
    ...image,
    dockerfile: name,
    findings: [
      ...image.findings,
      warning(
        'dockerfile-unused',
        `${image.dockerfile} is there, and the old platform did not build with it.`,
        `${name} builds what ran there. If yours is better, name it at "dockerfile" in infra/settings.json.`,
        { file: image.dockerfile, line: 1 },
      ),
    ],
  };
}

const streams =
  /^(sse-starlette|socket\.io|ws|websockets|channels|python-socketio|flask-socketio|@fastify\/websocket|express-ws|better-sse|graphql-ws|uwebsockets\.js|@modelcontextprotocol\/sdk|mcp|fastmcp|gradio|streamlit|nicegui|chainlit)$/;

/** The AWS side of an app, as far as its plan decides it. Pure: nothing is written, and nobody is asked. */
export function mapPlan(
  repo: SourceRepo,
  plan: MigrationPlan,
  { name, web: asked, domain, questions }: HowToMap,
): Mapped {
  const { platform, databases } = plan;
  const web = chosenWeb(plan, asked);
  const runs = plan.services.filter(({ kind }) => kind !== 'static');
  const lead = web ?? runs[0];
  const { kept, findings: gaps } = leftOut(repo, platform, web, lead, plan.services);
  const sharing = [...(web ? [web] : []), ...kept];
  const image = besideOwn(imageOf(repo, platform, lead ?? nobody), repo);
  const companions = companionsOf(repo, platform, name, kept);
  const packages = packageNames(
    repo,
    runs.map(({ root }) => root),
  );
  const [postgres, redis] = [databaseOf(plan, 'postgres', lead), databaseOf(plan, 'redis', lead)];
  const client = { packages, hasAuthorities: image.build !== undefined };
  const inner = new Map(
    [...companions.names].flatMap(([there, here]) => {
      const port = companions.others[here]?.port;
      return port === undefined ? [] : [[there, { name: here, port }] as const];
    }),
  );
  const around = {
    platform,
    web,
    services: plan.services,
    sharing,
    inner,
    postgres,
    redis,
    databases,
    client,
  };
  const told = { ...image.variables, ...gunicornArguments(packages, image) };
  const environment = taskEnvironment(sharing, around, image.language, told);
  const health = healthOf(web, packages);
  const domains = domainsOf(platform, web, domain);
  const isComposed = Object.keys(environment.composed).length > 0;
  const own = image.build === undefined ? image.command : [];
  const container = {
    context: image.context,
    dockerfile: image.dockerfile,
    ...(image.target !== undefined && { target: image.target }),
    port: image.port,
    healthPath: health.path,
    healthCodes: health.codes,
    entryPoint: isComposed ? image.entryPoint : [],
    command: isComposed ? knownCommand(image) : own,
    variables: environment.variables,
    composed: environment.composed,
    address: environment.address,
  };
  const releases = releaseLines(image, kept, repo, platform);
  const release = releases.length === 0 ? [] : containerCommand(joinLines(releases)).words;
  const sized = lead && sizeOf(platform, lead);
  const size = sized?.size ?? { cpu: 512, memoryMiB: 1024 };
  const tasks = tasksOf(web);
  const stopSeconds = Math.min(120, Math.max(15, web?.shutdownSeconds ?? 30));
  const database = databaseAnswer(platform, postgres);
  const cache = cacheAnswer(platform, redis);
  const data = { platform, databases, postgres, redis, database, cache };
  const decided = {
    web,
    services: plan.services,
    image,
    companions,
    data,
    domains,
    placed: environment.placed,
    usual: environment.usual,
    size,
    tasks,
    stopSeconds,
    region: plan.region,
    regionThere: plan.regionThere,
    container,
    release,
  };
  const findings = tidied([
    ...plan.findings.filter(({ id }) => !saidBetter.has(id)),
    ...gaps,
    ...image.findings,
    ...companions.findings,
    ...environment.findings,
    ...health.findings,
    ...domains.findings,
    ...databaseFindings(data, packages),
    ...addressGaps(
      platform,
      databases,
      environment.placed.filter(({ place }) => place.to === 'secret').map(({ variable }) => variable),
    ),
    ...startGaps(image, Object.keys(environment.composed).length),
    ...(sized?.findings ?? []),
    ...sizeNotes(
      platform,
      sharing.filter((one) => one === web || companions.names.has(one.name)),
    ),
    ...(web ? [...stopFindings(web), ...scalingFindings(web)] : [noWeb(plan)]),
    ...repoWarnings(repo),
  ]);
  const files = written(image, repo, postgres !== undefined);
  const there = runningThere(platform, plan.services);
  return {
    migration: {
      platform,
      service: web?.name ?? '',
      container,
      release,
      secrets: environment.secrets,
      generated: environment.generated,
      stopSeconds,
      size,
      tasks,
      others: companions.others,
      findings: findings.map(storedFinding),
      rows: rowsOf(decided),
      questions,
      costs: costsOf(plan),
      ...(database && { database }),
      ...(cache && { cache }),
      ...(environment.toGive.length > 0 && { toGive: environment.toGive }),
      ...(Object.keys(files).length > 0 && { files }),
      ...(companions.names.size > 0 && { carried: [...companions.names.values()] }),
      ...(plan.exported && { exported: storedExport(plan.exported) }),
      ...(plan.app !== undefined && { app: plan.app }),
      ...(there && there.length > 0 && { there }),
      ...documentBeside(repo),
      ...deploymentOf(web),
    },
    database: postgres !== undefined,
    sse: [...packages].some((one) => streams.test(one)),
    domain: domains.chosen,
    features: {
      ...(Object.keys(companions.worker).length > 0 && { worker: companions.worker }),
      ...(Object.keys(companions.cron).length > 0 && { cron: companions.cron }),
      ...(redis && { cache: {} }),
    },
    findings,
    names: companions.names,
  };
}

/** Stands for an app in which nothing was found that runs. */
const nobody: Service = {
  name: 'app',
  kind: 'web',
  root: '',
  tasks: { min: 1, max: 1 },
  domains: [],
  variables: [],
  evidence: [],
};

/** The shell that composes variables has to be told the command. One that nobody knows says in the log what is missing. */
function knownCommand({ entryPoint, command, ownCommand }: AppImage): readonly string[] {
  if (command.length > 0) return command;
  const missing = 'infra/settings.json: "command" of "container" has to name the command of the image';
  const own = ownCommand ?? (entryPoint.length > 0 ? [] : undefined);
  return own ?? ['sh', '-c', `echo '${missing}' >&2; exit 1`];
}

/** gunicorn closes idle connections after 2 s; what the command says itself counts more than this. */
function gunicornArguments(packages: ReadonlySet<string>, { variables }: AppImage): Record<string, string> {
  if (!packages.has('gunicorn')) return {};
  return { GUNICORN_CMD_ARGS: [variables.GUNICORN_CMD_ARGS, '--keep-alive 65'].filter(Boolean).join(' ') };
}

/** The release lines of all services that share the image, each once. */
function releaseLines(
  image: AppImage,
  kept: readonly Service[],
  repo: SourceRepo,
  platform: MigrationPlan['platform'],
): string[] {
  const others = kept.flatMap((service) => imageOf(repo, platform, service).releases);
  return [...new Set([...image.releases, ...others].map(({ text }) => text))];
}
