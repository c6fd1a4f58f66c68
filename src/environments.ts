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
    cpu: 512,
    memoryMiB: 1024,
    instanceClass: 't4g.micro',
  };
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
      cpu: 512,
      memoryMiB: 1024,
      instanceClass: 't4g.micro',
    },
    {
      name: 'prod',
      title: 'Production',
      account: answers.prodAccount,
      profile,
      profileFlag: ` --profile ${profile}`,
      domain: answers.domain,
      zoneId: answers.features.https?.zone ?? '',
      cpu: 1024,
      memoryMiB: 2048,
      instanceClass: 't4g.small',
    },
    ...Object.entries(answers.features.environment ?? {}).map(([name, { account }]) =>
      furtherEnvironment(answers, name, account),
    ),
  ];
}

/**
 * The origin of the front end in production: what the domain of the API leaves when `api.` is taken off.
 * `null` without a domain: the browser then calls the API through Vercel's rewrite, which needs no CORS.
 */
function productionOrigin(domain: string): string | null {
  if (domain === '') return null;
  const parent = domain.replace(/^[^.]+\./, '');
  return parent.includes('.') ? `https://${parent}` : `https://www.${domain}`;
}

/** The accounts of the environments that images are promoted to. */
function promotedTo(answers: Answers): string[] {
  const [, ...others] = environmentsOf(answers);
  return [...new Set(others.map(({ account }) => account))];
}

/** Where a browser's calls come from; a further environment has a front end of its own only if its owner says so. */
function frontendOrigin({ domain }: Answers, { name }: Environment): string | null {
  if (name === 'prod') return productionOrigin(domain);
  return name === 'dev' ? 'http://localhost:3000' : null;
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
    minTasks: 1,
    maxTasks: prod ? 4 : dev ? 1 : 2,
    idleTimeoutSeconds: long ? 3600 : 60,
    deregistrationDelaySeconds: long ? 120 : 60,
    stopTimeoutSeconds: long ? 120 : 60,
    logRetentionDays: prod ? 90 : 30,
    protected: prod,
    accessLogs: prod,
    ...(answers.domain && { domain: environment.domain }),
    frontendOrigin: frontendOrigin(answers, environment),
    secrets: [],
    githubOidcProvider: 'create',
    imagesFrom: dev ? null : answers.devAccount,
    imagesTo: dev ? promotedTo(answers) : [],
    ...Object.assign({}, ...allFeatures.map((feature) => feature.settings?.(answers, environment))),
    ...(answers.database && {
      database: {
        instanceClass: environment.instanceClass,
        storageGiB: 20,
        maxStorageGiB: 100,
        backupDays: 7,
        multiAz: false,
      },
    }),
  };
}

const releaseCommands = {
  fastapi: ['alembic', 'upgrade', 'head'],
  node: ['node', 'dist/migrate.js'],
} satisfies Record<Answers['backend'], string[]>;

/** The value of `infra/settings.json`: what the CDK code reads, one block per environment. */
export function infraSettings(answers: Answers): object {
  const blocks = environmentsOf(answers).map((one) => [one.name, settingsOf(answers, one)]);
  return {
    app: answers.name,
    github: answers.github || null,
    ...(answers.database && { releaseCommand: releaseCommands[answers.backend] }),
    environments: Object.fromEntries(blocks),
  };
}
