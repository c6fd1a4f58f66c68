import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  ContainerDefinition,
  KeyValuePair,
  RegisterTaskDefinitionCommandInput,
  Secret,
} from '@aws-sdk/client-ecs';
import type { Connection } from './connection.ts';
import { likeIts, type Original, readDefinition, withDefinition } from './definitions.ts';
import { majorOf } from './dump-header.ts';
import type { Environment } from './settings.ts';
import { stackOutput } from './stacks.ts';
import type { Target } from './target.ts';
import { runTask } from './tasks.ts';

/** What a task next to the database does. */
export interface Work {
  /** Arguments of database-task.sh. */
  readonly mode: readonly string[];
  /** Version of the database's engine; the tools are as new as it. */
  readonly engine: string;
  /** `s3://…` of the dump that it begins with. */
  readonly download?: string;
  /** `s3://…` where the dump goes that it makes. */
  readonly upload?: string;
  /** The database that data comes from, and the parameter with its password. */
  readonly source?: { readonly connection: Connection; readonly secret: string };
  /** Extensions that the dump has and that are left out. */
  readonly skippedExtensions?: readonly string[];
  /** Up to how many rows a table is compared in full. @default 100,000 */
  readonly allRows?: number;
  /** Storage of the database, in GiB, for a rehearsal. */
  readonly storageGiB?: number;
  /** Room for the dump, in GiB. @default 100 */
  readonly diskGiB?: number;
}

/** Half a day: a restore is never broken off for being slow. */
const timeoutSeconds = 43_200;

/** Amazon Linux with the AWS CLI, and with curl. */
const awsCli = 'public.ecr.aws/aws-cli/aws-cli';

const work = { sourceVolume: 'work', containerPath: '/work' };

/**
 * Runs database-task.sh in a task next to the database, with the roles and the network of the release step.
 * @param onLine takes the lines of its log. @default prints them
 * @returns its exit code
 */
export async function runDatabaseTask(
  target: Target,
  task: Work,
  onLine?: (line: string) => void,
): Promise<number> {
  const release = await readDefinition(target, await stackOutput(target, 'release', 'TaskDefinition'));
  const definition = databaseTask(target.environment, 'database', release, task);
  const container = task.upload ? 'upload' : 'database';
  return withDefinition(target, definition, (arn) =>
    runTask(target, { definition: arn, container, timeoutSeconds, onLine }),
  );
}

/** The task definition: containers that hand a folder on, one after the other. */
export function databaseTask(
  { prefix, container: app }: Pick<Environment, 'prefix' | 'container'>,
  name: string,
  release: Original,
  task: Work,
): RegisterTaskDefinitionCommandInput {
  const { download, upload, source, diskGiB = 100 } = task;
  const transfer = (name: string, from: string, to: string) =>
    container(release, {
      name,
      image: awsCli,
      entryPoint: ['aws'],
      command: ['s3', 'cp', '--only-show-errors', from, to],
    });
  const before = [
    app ? fetchedCertificates(release) : certificates(release),
    ...(source?.connection.sslmode.startsWith('verify-') ? [publicAuthorities(release)] : []),
    ...(download ? [transfer('download', download, '/work/dump')] : []),
  ].map((helper) => ({ ...helper, essential: false }));
  const database = {
    ...databaseContainer(release, task),
    dependsOn: before.map(succeeded),
    essential: !upload,
  };
  const after = upload
    ? [{ ...transfer('upload', '/work/dump', upload), dependsOn: [succeeded(database)], essential: true }]
    : [];
  return {
    ...likeIts(release),
    family: `${prefix}-${name}`,
    cpu: '1024',
    memory: '2048',
    // The dump lies on the task's own disk.
    ephemeralStorage: { sizeInGiB: diskGiB },
    volumes: [{ name: work.sourceVolume }],
    containerDefinitions: [...before, database, ...after],
  };
}

/** RDS signs with a CA of its own, which is in the image of the starter's backend. */
function certificates(release: Original): ContainerDefinition {
  const { image } = release.backend;
  const files = ['/app/rds-ca.pem', '/work/rds-ca.pem'];
  return container(release, { name: 'certificates', image, user: '0', entryPoint: ['cp'], command: files });
}

/** What another app has in its image, only its owner knows: so it comes from where AWS publishes it. */
function fetchedCertificates(release: Original): ContainerDefinition {
  const options = ['--fail', '--silent', '--show-error', '--retry', '5', '--output', '/work/rds-ca.pem'];
  return container(release, {
    name: 'certificates',
    image: awsCli,
    entryPoint: ['curl'],
    command: [...options, 'https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem'],
  });
}

/** Of the certificates of a source; the image of PostgreSQL has none. */
function publicAuthorities(release: Original): ContainerDefinition {
  const files = ['/etc/pki/tls/certs/ca-bundle.crt', '/work/public-ca.pem'];
  return container(release, { name: 'authorities', image: awsCli, entryPoint: ['cp'], command: files });
}

function databaseContainer(release: Original, task: Work): ContainerDefinition {
  const { mode, engine, source, skippedExtensions = [], allRows = 100_000, storageGiB } = task;
  return container(release, {
    name: 'database',
    image: `public.ecr.aws/docker/library/postgres:${majorOf(engine)}`,
    // The image's own entry point starts a server.
    entryPoint: ['bash', '-c'],
    command: [readText('database-task.sh'), 'database-task', ...mode],
    environment: variables({
      ...ofDatabase(release),
      ...(source && ofSource(source.connection)),
      WORK: '/work',
      FACTS_SQL: readText('facts.sql'),
      ALL_ROWS: String(allRows),
      ...(storageGiB !== undefined && { STORAGE_GIB: String(storageGiB) }),
      SKIPPED_EXTENSIONS: skippedExtensions.join(' '),
    }),
    secrets: [password(release), ...(source ? [{ name: 'SOURCE_PASSWORD', valueFrom: source.secret }] : [])],
  });
}

/** What psql and its like read, from what the backend is given. */
export function ofDatabase({ backend }: Original): Record<string, string> {
  const given = (name: string) => backend.environment?.find((one) => one.name === name)?.value ?? '';
  return {
    PGHOST: given('DATABASE_HOST'),
    PGPORT: given('DATABASE_PORT'),
    PGDATABASE: given('DATABASE_NAME'),
    PGUSER: given('DATABASE_USER'),
    PGSSLMODE: given('DATABASE_SSLMODE'),
    PGSSLROOTCERT: '/work/rds-ca.pem',
  };
}

function ofSource({ host, port, database, user, sslmode }: Connection): Record<string, string> {
  return {
    SOURCE_HOST: host,
    SOURCE_PORT: port,
    SOURCE_NAME: database,
    SOURCE_USER: user,
    SOURCE_SSLMODE: sslmode,
  };
}

/** The password of the database as a variable that psql and its like read. */
export function password({ backend }: Original): Secret {
  const secret = backend.secrets?.find(({ name }) => name === 'DATABASE_PASSWORD');
  return { name: 'PGPASSWORD', valueFrom: secret?.valueFrom };
}

export function variables(values: Record<string, string>): KeyValuePair[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

function container({ backend }: Original, own: ContainerDefinition): ContainerDefinition {
  const { logConfiguration } = backend;
  const { 'awslogs-group': group = '', 'awslogs-region': region = '' } = logConfiguration?.options ?? {};
  return {
    mountPoints: [work],
    logConfiguration: {
      logDriver: 'awslogs',
      // Rather slower than without a line: what is compared is told in lines.
      options: {
        'awslogs-group': group,
        'awslogs-region': region,
        'awslogs-stream-prefix': 'database',
        mode: 'blocking',
      },
    },
    ...own,
  };
}

function succeeded({ name }: ContainerDefinition) {
  return { containerName: name, condition: 'SUCCESS' as const };
}

function readText(name: string): string {
  return readFileSync(join(import.meta.dirname, name), 'utf8');
}
