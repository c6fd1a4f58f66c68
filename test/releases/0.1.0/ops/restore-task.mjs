// Makes the task definition of restore.sh from the one of the release step, so that network, secrets, roles and log
// group are those of the app. Standard input: `aws ecs describe-task-definition`; standard output: the input of
// `aws ecs register-task-definition`.
// usage: node restore-task.mjs FAMILY DUMP_S3_URI POSTGRES_VERSION CLEAN(true|false)
import { readFileSync } from 'node:fs';

const [family, dump, version, clean] = process.argv.slice(2);
const release = JSON.parse(readFileSync(0, 'utf8')).taskDefinition;
const app = release.containerDefinitions.find(({ name }) => name === 'backend');
const folder = { sourceVolume: 'restore', containerPath: '/restore' };

const variable = (name) => app.environment.find((one) => one.name === name).value;
const secret = (name) => app.secrets.find((one) => one.name === name).valueFrom;

// --no-owner and --no-acl: the roles of the old server do not exist here. The extension comments belong to the
// superuser, which RDS does not hand out.
const options = ['--no-owner', '--no-acl', '--no-comments', '--exit-on-error', '--jobs=2', '--verbose'];
const cleaning = clean === 'true' ? ['--clean', '--if-exists'] : [];

const helper = (name, image, entryPoint, command) => ({
  name,
  image,
  essential: false,
  user: '0',
  entryPoint,
  command,
  mountPoints: [folder],
  logConfiguration: app.logConfiguration,
});

const definition = {
  family,
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '1024',
  memory: '2048',
  runtimePlatform: release.runtimePlatform,
  executionRoleArn: release.executionRoleArn,
  taskRoleArn: release.taskRoleArn,
  // The dump lies on the task's own disk while it is restored.
  ephemeralStorage: { sizeInGiB: 100 },
  volumes: [{ name: 'restore' }],
  containerDefinitions: [
    {
      name: 'restore',
      image: `public.ecr.aws/docker/library/postgres:${version}`,
      essential: true,
      dependsOn: ['certificates', 'download'].map((containerName) => ({ containerName, condition: 'SUCCESS' })),
      // The image's own entry point starts a server.
      entryPoint: ['pg_restore'],
      command: [...options, ...cleaning, `--dbname=${variable('DATABASE_NAME')}`, '/restore/dump'],
      environment: [
        { name: 'PGHOST', value: variable('DATABASE_HOST') },
        { name: 'PGPORT', value: variable('DATABASE_PORT') },
        { name: 'PGUSER', value: variable('DATABASE_USER') },
        { name: 'PGSSLMODE', value: 'verify-full' },
        { name: 'PGSSLROOTCERT', value: '/restore/rds-ca.pem' },
      ],
      secrets: [{ name: 'PGPASSWORD', valueFrom: secret('DATABASE_PASSWORD') }],
      mountPoints: [folder],
      logConfiguration: app.logConfiguration,
    },
    helper('certificates', app.image, ['cp'], ['/app/rds-ca.pem', '/restore/rds-ca.pem']),
    helper('download', 'public.ecr.aws/aws-cli/aws-cli', ['aws'], ['s3', 'cp', '--only-show-errors', dump, '/restore/dump']),
  ],
};
process.stdout.write(JSON.stringify(definition));
