import type { Answers } from './answers.ts';
import { allFeatures } from './features/all.ts';
import { regions } from './regions.ts';

/** One environment of the app, as far as the answers decide it. */
export interface Environment {
  /** `dev`, `prod`, or what its owner calls a further one, such as `staging`. */
  name: string;
  title: string;
  account: string;
  /** AWS CLI profile; empty for the default one. */
  profile: string;
  /** The profile as an argument of the AWS CLI, with a space before it; empty for the default one. */
  profileFlag: string;
  /** Host name of the API; empty without a domain. */
  domain: string;
  /** Hosted zone that was there before; empty where a new one is made. */
  zoneId: string;
  /** Fargate CPU units (1024 are one vCPU). */
  cpu: number;
  memoryMiB: number;
  /** RDS instance class, without `db.`. */
  instanceClass: string;
  /** Fewest and most tasks of the service. */
  tasks: { min: number; max: number };
}

/** The major version of PostgreSQL that new apps get. */
const usualPostgres = 16;

/** The major version of PostgreSQL: for an app from elsewhere one that can take its dump. */
export function postgresVersion({ migration }: Answers): number {
  return migration?.database?.version ?? usualPostgres;
}

/** The branch that the workflows deploy. */
export function deployedBranch({ migration }: Answers): string {
  return migration?.branch ?? 'main';
}

/** What an environment's task needs: the guide's size, or that of an app that ran elsewhere, which has shown what it needs. */
function sizeOf({ migration }: Answers, usual: { cpu: number; memoryMiB: number }) {
  return migration?.size ?? usual;
}

/**
 * A further environment behaves as prod does (promoted images, more than one task under load), since finding out
 * how prod will behave is what it is for; its sizes are dev's, since nobody lives in it.
 */
function furtherEnvironment(answers: Answers, name: string, account: string): Environment {
  const profile = `${name}-${answers.name}`;
  return {
    name,
    title: name.charAt(0).toUpperCase() + name.slice(1),
    account,
    profile,
    profileFlag: ` --profile ${profile}`,
    domain: answers.domain && `${name}.${answers.domain}`,
    zoneId: '',
    ...sizeOf(answers, { cpu: 512, memoryMiB: 1024 }),
    instanceClass: 't4g.micro',
    tasks: limited(answers, { min: 1, max: 2 }),
  };
}

/** No task outside of prod for an app that has no web service. */
function limited({ migration }: Answers, tasks: Environment['tasks']): Environment['tasks'] {
  return migration?.tasks.max === 0 ? migration.tasks : tasks;
}

/**
 * dev, prod and the further ones, in the order in which they were added. The sizes are the guide's: dev 0.5 vCPU,
 * 1 GB, db.t4g.micro; prod 1 vCPU, 2 GB, db.t4g.small.
 */
export function environmentsOf(
  answers: Answers,
): [dev: Environment, prod: Environment, ...further: Environment[]] {
  const profile = `prod-${answers.name}`;
  return [
    {
      name: 'dev',
      title: 'Development',
      account: answers.devAccount,
      profile: '',
      profileFlag: '',
      domain: answers.domain && `dev.${answers.domain}`,
      zoneId: answers.features.https?.devZone ?? '',
      ...sizeOf(answers, { cpu: 512, memoryMiB: 1024 }),
      instanceClass: 't4g.micro',
      tasks: limited(answers, { min: 1, max: 1 }),
    },
    {
      name: 'prod',
      title: 'Production',
      account: answers.prodAccount,
      profile,
      profileFlag: ` --profile ${profile}`,
      domain: answers.domain,
      zoneId: answers.features.https?.zone ?? '',
      ...sizeOf(answers, { cpu: 1024, memoryMiB: 2048 }),
      instanceClass: answers.migration?.database?.instanceClass ?? 't4g.small',
      tasks: answers.migration?.tasks ?? { min: 1, max: 4 },
    },
    ...Object.entries(answers.features.environment ?? {}).map(([name, { account }]) =>
      furtherEnvironment(answers, name, account),
    ),
  ];
}

/** First labels that say of a host that it is an API's: `api`, `shop-api`, `api-v2`, `backend`. */
const apiLabel = /^(.*-)?(api|backend|server|rest|graphql)(-.*|\d*)$/;

/**
 * The origin of the front end in production, where nobody has said another: what the domain of the API leaves when
 * `api.` is taken off. Any other label may be the owner's own, as in `shop.co.uk`, and what is left then a stranger's.
 * `null` without a domain: the browser then calls the API through Vercel's rewrite, which needs no CORS.
 */
export function assumedOrigin({ domain, migration }: Answers): string | null {
  if (domain === '' || migration) return null;
  const [first = '', ...others] = domain.split('.');
  return others.length > 1 && apiLabel.test(first) ? `https://${others.join('.')}` : `https://www.${domain}`;
}

/** The accounts of the environments that images are promoted to. */
function promotedTo(answers: Answers): string[] {
  const [, ...others] = environmentsOf(answers);
  return [...new Set(others.map(({ account }) => account))];
}

/** Where a browser's calls come from; a further environment has a front end of its own only if its owner says so. */
function frontendOrigin(answers: Answers, { name }: Environment): string | null {
  if (name === 'prod') return assumedOrigin(answers);
  return name === 'dev' && !answers.migration ? 'http://localhost:3000' : null;
}

function settingsOf(answers: Answers, environment: Environment): object {
  const prod = environment.name === 'prod';
  const dev = environment.name === 'dev';
  const long = answers.sse;
  return {
    account: environment.account,
    region: answers.region,
    availabilityZones: regions[answers.region]?.zones.map((letter) => answers.region + letter),
    architecture: answers.architecture,
    cpu: environment.cpu,
    memoryMiB: environment.memoryMiB,
    minTasks: environment.tasks.min,
    maxTasks: environment.tasks.max,
    ...(answers.migration?.scaleAtCpuPercent !== undefined && {
      scaleAtCpuPercent: answers.migration.scaleAtCpuPercent,
    }),
    idleTimeoutSeconds: long ? 3600 : 60,
    deregistrationDelaySeconds: long ? 120 : 60,
    stopTimeoutSeconds: answers.migration?.stopSeconds ?? (long ? 120 : 60),
    logRetentionDays: prod ? 90 : 30,
    protected: prod,
    accessLogs: prod,
    ...(answers.domain && { domain: environment.domain }),
    frontendOrigin: frontendOrigin(answers, environment),
    secrets: answers.migration?.secrets ?? [],
    githubOidcProvider: 'create',
    imagesFrom: dev ? null : answers.devAccount,
    imagesTo: dev ? promotedTo(answers) : [],
    ...Object.assign({}, ...allFeatures.map((feature) => feature.settings?.(answers, environment))),
    ...(answers.database && { database: databaseSettings(answers, environment) }),
  };
}

function databaseSettings(answers: Answers, { name, instanceClass }: Environment): object {
  const { storageGiB = 20, multiAz = false } = answers.migration?.database ?? {};
  const version = postgresVersion(answers);
  return {
    ...(version !== usualPostgres && { version }),
    instanceClass,
    storageGiB,
    maxStorageGiB: Math.max(100, 2 * storageGiB),
    backupDays: 7,
    multiAz: multiAz && name === 'prod',
  };
}

const releaseCommands = {
  fastapi: ['alembic', 'upgrade', 'head'],
  node: ['node', 'dist/migrate.js'],
} satisfies Record<Exclude<Answers['backend'], 'existing'>, string[]>;

/**
 * Whether there is a task that runs before each deployment, and with whose roles dumps are restored: with a database, or
 * where an app from elsewhere has a command for it.
 */
export function hasRelease({ database, migration }: Answers): boolean {
  return database || (migration?.release.length ?? 0) > 0;
}

/** Words of the command that runs before each deployment; `undefined` where there is no such step. */
export function releaseCommand(answers: Answers): readonly string[] | undefined {
  if (!hasRelease(answers)) return undefined;
  return answers.backend === 'existing' ? answers.migration?.release : releaseCommands[answers.backend];
}

/** The value of `infra/settings.json`: what the CDK code reads, one block per environment. */
export function infraSettings(answers: Answers): object {
  const blocks = environmentsOf(answers).map((one) => [one.name, settingsOf(answers, one)]);
  const release = releaseCommand(answers);
  return {
    app: answers.name,
    github: answers.github || null,
    ...(deployedBranch(answers) !== 'main' && { branch: deployedBranch(answers) }),
    // Apps that were not made for it write to their own disk, and begin as root.
    ...(answers.migration && { container: { ...answers.migration.container, lockedDown: false } }),
    ...(release && { releaseCommand: release }),
    environments: Object.fromEntries(blocks),
  };
}
