import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type Container, readContainer, readVariables, VARIABLE } from './container.ts';
import { Reader } from './reader.ts';

/** What `settings.json` says. */
export interface Settings {
  readonly app: string;
  /** `owner/repo` whose workflows may deploy; without it there is no GitHub stack. */
  readonly github: string | undefined;
  readonly environments: readonly Environment[];
  /** Throws when `part` of an environment was not called for one of its objects: nobody knows that key. */
  readonly refuseUnread: () => void;
}

/** One environment: its block in `settings.json` and the names and figures that follow from it. */
export interface Environment {
  readonly app: string;
  readonly name: string;
  /** `shop-dev`: what every name in AWS begins with. */
  readonly prefix: string;
  /** Production is logged and measured in full; elsewhere that only costs money. */
  readonly production: boolean;
  readonly account: string;
  readonly region: string;
  readonly availabilityZones: readonly string[];
  readonly architecture: 'arm64' | 'x86_64';
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly minTasks: number;
  readonly maxTasks: number;
  /** CPU load that the number of tasks is kept at, in percent. */
  readonly scaleAtCpuPercent: number;
  readonly idleTimeoutSeconds: number;
  /** Above the load balancer's idle timeout: were the task the first to close, the client would see a 502. */
  readonly keepAliveSeconds: number;
  readonly deregistrationDelaySeconds: number;
  readonly stopTimeoutSeconds: number;
  /** Below the stop timeout: the process has to be gone before ECS kills it. */
  readonly shutdownGraceSeconds: number;
  readonly logRetentionDays: RetentionDays;
  /** Neither the stacks nor the data in them can be deleted by accident. */
  readonly protected: boolean;
  /** Who calls what is kept: flows of the network, requests to the load balancer and to the buckets. */
  readonly accessLogs: boolean;
  readonly frontendOrigin: string | undefined;
  /** Further environment variables of the tasks. They are in the repo and in the template: no place for secrets. */
  readonly variables: Readonly<Record<string, string>>;
  /**
   * Lets the command `exec` of ops/ into running tasks. Who may do that sees every secret, and what is done there is in
   * no image: off in production unless `settings.json` says otherwise.
   */
  readonly exec: boolean;
  /** Names of further secrets, each a SecureString `/app/environment/NAME` in the Parameter Store. */
  readonly secrets: readonly string[];
  /** IAM knows one GitHub provider per account: create it, or import the one that is there. */
  readonly githubOidcProvider: 'create' | 'import';
  /** Account whose images are promoted to this environment. */
  readonly imagesFrom: string | undefined;
  /** Accounts that may pull this environment's images to promote them. */
  readonly imagesTo: readonly string[];
  readonly domain: string | undefined;
  readonly database: DatabaseSettings | undefined;
  /** Branch that the workflows deploy. */
  readonly branch: string;
  /** How the image is built and run; the same everywhere. */
  readonly container: Container;
  /** Command of the image that migrates the schema. */
  readonly releaseCommand: readonly string[];
  /**
   * Reads an object of the block that one construct alone understands; undefined where there is none. Throws
   * with all that is wrong in it.
   */
  readonly part: <T>(key: string, read: (part: Reader) => T) => T | undefined;
}

export interface DatabaseSettings {
  /** Major version of PostgreSQL. */
  readonly version: number;
  readonly instanceClass: string;
  readonly storageGiB: number;
  readonly maxStorageGiB: number;
  readonly backupDays: number;
  readonly multiAz: boolean;
}

const ACCOUNT = /^\d{12}$/;
const GIB = 1024;

/** Memory that Fargate offers for each CPU size, in MiB: from, to, step. */
const FARGATE_MEMORY: Record<number, readonly number[]> = {
  256: [512, 1024, 2 * GIB],
  512: steps(1, 4, 1),
  1024: steps(2, 8, 1),
  2048: steps(4, 16, 1),
  4096: steps(8, 30, 1),
  8192: steps(16, 60, 4),
  16384: steps(32, 120, 8),
};

const RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);

/** Reads `infra/settings.json`. Throws with all that is wrong in it. */
export function readSettings(file = join(__dirname, '..', 'settings.json')): Settings {
  return parseSettings(parseJson(readFileSync(file, 'utf8')));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`infra/settings.json\n  ${cause instanceof Error ? cause.message : cause}`);
  }
}

export function parseSettings(json: unknown): Settings {
  const problems: string[] = [];
  const root = new Reader(json, '', problems);
  const app = root.text('app', /^[a-z][a-z0-9-]*[a-z0-9]$/, 'shop');
  const github = root.optionalText('github', /^[\w-]+\/[\w.-]+$/, 'owner/repo');
  const releaseCommand = root.has('releaseCommand')
    ? root.texts('releaseCommand', /./, '["alembic", "upgrade", "head"]')
    : [];
  const branch = root.has('branch') ? root.text('branch', /^[\w./-]+$/, 'main') : 'main';
  const container = readContainer(root);
  const found = root.object('environments');
  const blocks = found.names().map((name) => ({ name, block: found.object(name) }));
  const environments = blocks.map(({ name, block }) => ({
    ...readEnvironment(block, app, name),
    branch,
    container,
    releaseCommand,
    part: <T>(key: string, read: (part: Reader) => T) => readPart(block, key, read, problems),
  }));
  if (environments.length === 0) root.problem('environments', 'is empty', 'Describe dev and prod there');
  root.refuseOthers();
  finish(problems);
  const refuseUnread = () => {
    for (const { block } of blocks) block.refuseOthers();
    finish(problems);
  };
  return { app, github, environments, refuseUnread };
}

function finish(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(`infra/settings.json\n  ${problems.join('\n  ')}`);
}

function readPart<T>(
  block: Reader,
  key: string,
  read: (part: Reader) => T,
  problems: readonly string[],
): T | undefined {
  if (!block.has(key)) return undefined;
  const part = block.object(key);
  const value = read(part);
  part.refuseOthers();
  finish(problems);
  return value;
}

type OwnSettings = Omit<Environment, 'branch' | 'container' | 'releaseCommand' | 'part'>;

function readEnvironment(block: Reader, app: string, name: string): OwnSettings {
  const region = block.text('region', /^[a-z]{2}(-[a-z]+)+-\d$/, 'eu-central-1');
  const idleTimeoutSeconds = block.integer('idleTimeoutSeconds', 1, 4000);
  const stopTimeoutSeconds = block.integer('stopTimeoutSeconds', 15, 120);
  const environment = {
    app,
    name,
    prefix: `${app}-${name}`,
    production: name === 'prod',
    account: block.text('account', ACCOUNT, '123456789012'),
    region,
    availabilityZones: readAvailabilityZones(block, region),
    architecture: block.oneOf('architecture', ['arm64', 'x86_64']),
    ...readSize(block),
    scaleAtCpuPercent: block.has('scaleAtCpuPercent') ? block.integer('scaleAtCpuPercent', 10, 90) : 60,
    idleTimeoutSeconds,
    keepAliveSeconds: idleTimeoutSeconds + 5,
    deregistrationDelaySeconds: block.integer('deregistrationDelaySeconds', 0, 3600),
    stopTimeoutSeconds,
    shutdownGraceSeconds: stopTimeoutSeconds - 10,
    logRetentionDays: block.oneOf('logRetentionDays', RETENTION_DAYS),
    protected: block.boolean('protected'),
    accessLogs: block.boolean('accessLogs'),
    frontendOrigin: block.optionalText('frontendOrigin', /^https?:\/\/[^/\s*]+$/, 'https://shop.example.com'),
    variables: block.has('variables') ? readVariables(block.object('variables')) : {},
    exec: block.has('exec') ? block.boolean('exec') : name !== 'prod',
    secrets: readSecrets(block),
    githubOidcProvider: block.oneOf('githubOidcProvider', ['create', 'import']),
    imagesFrom: block.optionalText('imagesFrom', ACCOUNT, '123456789012'),
    imagesTo: block.texts('imagesTo', ACCOUNT, '["123456789012"]'),
    domain: block.has('domain')
      ? block.text('domain', /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'api.example.com')
      : undefined,
    database: block.has('database') ? readDatabase(block.object('database')) : undefined,
  };
  checkLengths(block, environment);
  for (const secret of environment.secrets.filter((secret) => secret in environment.variables))
    block.problem('secrets', `has ${secret}, which is in "variables" too`, 'Remove one of the two');
  block.refuseOthers('all but objects');
  return environment;
}

function readAvailabilityZones(block: Reader, region: string): string[] {
  const zones = block.texts('availabilityZones', /^[a-z0-9-]+[a-z]$/, `["${region}a", "${region}b"]`);
  if (new Set(zones).size < 2)
    block.problem(
      'availabilityZones',
      'has fewer than two zones',
      `A load balancer and a database need two, like ${region}a and ${region}b`,
    );
  for (const zone of zones.filter((zone) => !zone.startsWith(region)))
    block.problem('availabilityZones', `has ${zone}, which is not in ${region}`, `Use zones of ${region}`);
  return zones;
}

/** The size of a task, of those that Fargate has. */
export function readTaskSize(block: Reader): Pick<Environment, 'cpu' | 'memoryMiB'> {
  const cpu = block.oneOf('cpu', Object.keys(FARGATE_MEMORY).map(Number));
  return { cpu, memoryMiB: block.oneOf('memoryMiB', FARGATE_MEMORY[cpu] ?? []) };
}

function readSize(block: Reader): Pick<Environment, 'cpu' | 'memoryMiB' | 'minTasks' | 'maxTasks'> {
  const minTasks = block.integer('minTasks', 0, 100);
  const maxTasks = block.integer('maxTasks', 0, 100);
  if (maxTasks < minTasks)
    block.problem('maxTasks', `is ${maxTasks}, below minTasks`, `Use ${minTasks} or more`);
  if (minTasks === 0 && maxTasks > 0)
    block.problem('minTasks', 'is 0', 'Use 1: without a task there is no CPU load that could start one');
  return { ...readTaskSize(block), minTasks, maxTasks };
}

function readSecrets(block: Reader): string[] {
  const secrets = block.texts('secrets', VARIABLE, '["STRIPE_API_KEY"]');
  if (secrets.includes('DATABASE_PASSWORD'))
    block.problem('secrets', 'has DATABASE_PASSWORD', 'Remove it: the task is given it anyway');
  if (new Set(secrets).size < secrets.length)
    block.problem('secrets', 'has a name twice', 'Remove one of the two');
  return secrets;
}

function readDatabase(block: Reader): DatabaseSettings {
  const storageGiB = block.integer('storageGiB', 20, 65536);
  const database = {
    version: block.has('version') ? block.oneOf('version', [13, 14, 15, 16, 17, 18]) : 16,
    instanceClass: block.text('instanceClass', /^[a-z][a-z0-9-]*\.[a-z0-9]+$/, 't4g.micro'),
    storageGiB,
    // RDS refuses a limit that is less than a tenth above the storage.
    maxStorageGiB: block.integer('maxStorageGiB', Math.ceil(storageGiB * 1.1), 65536),
    backupDays: block.integer('backupDays', 1, 35),
    multiAz: block.boolean('multiAz'),
  };
  block.refuseOthers();
  return database;
}

/** Names in AWS are built from these, and AWS would refuse them only in the middle of a deployment. */
function checkLengths(block: Reader, { prefix, account, region }: OwnSettings): void {
  const bucket = `${prefix}-assets-${account}-${region}`;
  if (prefix.length > 32)
    block.problem('', `makes the load balancer's name ${prefix} longer than 32`, 'Shorten "app"');
  else if (bucket.length > 63)
    block.problem('', `makes the bucket's name ${bucket} longer than 63`, 'Shorten "app"');
}

function steps(fromGiB: number, toGiB: number, step: number): number[] {
  const count = (toGiB - fromGiB) / step + 1;
  return Array.from({ length: count }, (_, index) => (fromGiB + index * step) * GIB);
}
