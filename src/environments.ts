import type { Answers } from './answers.ts';
import { allFeatures } from './features/all.ts';
import { regions } from './regions.ts';

/** One environment of the app, as far as the answers decide it. */
export interface Environment {
  name: 'dev' | 'prod';
  title: 'Development' | 'Production';
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

/** The sizes are the guide's: dev 0.5 vCPU, 1 GB, db.t4g.micro; prod 1 vCPU, 2 GB, db.t4g.small. */
export function environmentsOf(answers: Answers): [dev: Environment, prod: Environment] {
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

function settingsOf(answers: Answers, environment: Environment): object {
  const prod = environment.name === 'prod';
  const long = answers.sse;
  return {
    account: environment.account,
    region: answers.region,
    availabilityZones: regions[answers.region]?.zones.map((letter) => answers.region + letter),
    architecture: answers.architecture,
    cpu: environment.cpu,
    memoryMiB: environment.memoryMiB,
    minTasks: 1,
    maxTasks: prod ? 4 : 1,
    idleTimeoutSeconds: long ? 3600 : 60,
    deregistrationDelaySeconds: long ? 120 : 60,
    stopTimeoutSeconds: long ? 120 : 60,
    logRetentionDays: prod ? 90 : 30,
    protected: prod,
    ...(answers.domain && { domain: environment.domain }),
    frontendOrigin: prod ? productionOrigin(answers.domain) : 'http://localhost:3000',
    secrets: [],
    githubOidcProvider: 'create',
    imagesFrom: prod ? answers.devAccount : null,
    imagesTo: prod ? null : answers.prodAccount,
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
  const [dev, prod] = environmentsOf(answers);
  return {
    app: answers.name,
    github: answers.github || null,
    ...(answers.database && { releaseCommand: releaseCommands[answers.backend] }),
    environments: { dev: settingsOf(answers, dev), prod: settingsOf(answers, prod) },
  };
}
