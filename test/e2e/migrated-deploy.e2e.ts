import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Emulator, startEmulator } from './support/aws.ts';
import { openFrontDoor } from './support/front-door.ts';
import { linkModules } from './support/infra.ts';
import { checkout, scratch, venv } from './support/paths.ts';
import { capture, type RunResult, run } from './support/process.ts';
import { accounts } from './support/render.ts';

/** What begins a container: a shell that puts variables together and then is the command. */
const composing =
  'export DATABASE_URL="postgres://$DATABASE_USER:$DATABASE_PASSWORD@$DATABASE_HOST:$DATABASE_PORT/$DATABASE_NAME"; ' +
  'export REDIS_URL="$REDIS_URL?ssl_cert_reqs=required"; exec "$@"';

/** What the tests look at of a container of a task definition. */
interface Container {
  entryPoint: string[];
  command: string[];
  portMappings: { containerPort: number }[];
  environment: { name: string; value: string }[];
  secrets: { name: string; valueFrom: string }[];
}

describe('an app from Heroku', { concurrency: 1 }, () => {
  let emulator: Emulator;
  let directory = '';
  let environment: Record<string, string> = {};

  /** A command as docs/MIGRATION.md has it, typed in the folder of the app. */
  const ops = (args: string): Promise<RunResult> =>
    run('npm', ['--prefix', 'ops', 'run', 'ops', '--', ...args.split(' ')], {
      cwd: directory,
      env: environment,
      timeoutMs: 300_000,
    });
  // biome-ignore lint/suspicious/noExplicitAny: the answers of several APIs
  const aws = async (...args: string[]): Promise<any> =>
    JSON.parse(await capture(join(venv, 'aws'), [...args, '--output', 'json'], { env: environment }));
  const containerOf = async (family: string): Promise<Container> => {
    const { taskDefinition } = await aws('ecs', 'describe-task-definition', '--task-definition', family);
    return taskDefinition.containerDefinitions.find(({ name }: { name: string }) => name === 'backend');
  };
  const head = () => capture('git', ['rev-parse', 'HEAD'], { cwd: directory });

  before(async () => {
    emulator = await startEmulator();
    environment = {
      ...(await openFrontDoor(emulator, 'app.example.com')),
      GH_LOGGED_OUT: '1',
    };
    directory = join(scratch('migrated'), 'shop');
    cpSync(join(checkout, 'test/migration/apps/django-heroku'), directory, { recursive: true });
    const git = (...args: string[]) => run('git', args, { cwd: directory, env: environment });
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'as on Heroku');
    const cli = join(checkout, 'src/cli.ts');
    const flags = [`--dev-account=${accounts.dev}`, `--prod-account=${accounts.prod}`, '--skip-install'];
    await run(process.execPath, [cli, 'migrate', '--yes', ...flags], { cwd: directory });
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'Run on AWS');
    await linkModules(directory, 'infra');
    await linkModules(directory, 'ops');
  });
  after(() => emulator.server.stop());

  it('gets what it stands on, and its secrets from a file named from where its owner is', async () => {
    await ops('bootstrap --env dev');
    await ops('stacks --env dev');
    const file = join(directory, '../heroku.env');
    writeFileSync(
      file,
      "SECRET_KEY='from heroku'\nWEB_CONCURRENCY='2'\nDATABASE_URL='postgres://a:b@old/c'\n",
    );
    const { stdout, stderr } = await ops('secrets push ../heroku.env --env dev');
    assert.match(stdout, /SECRET_KEY +secret/);
    assert.match(stdout, /WEB_CONCURRENCY +left out +container in infra\/settings.json has it/);
    assert.match(stdout, /DATABASE_URL +left out/);
    assert.doesNotMatch(stdout + stderr, /from heroku|a:b@old/);
  });

  it('is built in AWS from the whole repo, by its own Dockerfile', async () => {
    const { stderr } = await ops('build --env dev --remote');
    assert.match(stderr, /pushed shop-dev:/);
    const { projects } = await aws('codebuild', 'batch-get-projects', '--names', 'shop-dev-build');
    const given = projects[0].environment.environmentVariables.map(
      ({ name, value }: { name: string; value: string }) => [name, value],
    );
    const { CONTEXT, DOCKERFILE, TARGET } = Object.fromEntries(given);
    assert.deepEqual([CONTEXT, DOCKERFILE, TARGET], ['.', 'Dockerfile', '']);
    assert.equal(projects[0].source.buildspec, 'infra/buildspec.yml');
    const zip = join(directory, '../source.zip');
    const key = `s3://shop-dev-builds-${accounts.dev}-eu-central-1/${await head()}.zip`;
    await run(join(venv, 'aws'), ['s3', 'cp', '--only-show-errors', key, zip], { env: environment });
    const list = await capture(join(venv, 'python'), ['-m', 'zipfile', '--list', zip]);
    const names = list.split('\n').map((line) => line.split(/ {2,}/)[0]);
    for (const name of ['Dockerfile', '.dockerignore', 'manage.py', 'infra/buildspec.yml'])
      assert.ok(names.includes(name), name);
    assert.deepEqual(
      names.filter((name) => name?.startsWith('ops/') || name?.startsWith('infra/lib')),
      [],
    );
  });

  it('does its release step alone, and names the commands as they are called here', async () => {
    emulator.nextTask({ exitCode: 1, log: ['no such column'] });
    const failed = await run('npm', ['--prefix', 'ops', 'run', 'ops', '--', 'release', '--env', 'dev'], {
      cwd: directory,
      env: environment,
      codes: [1],
    });
    assert.match(failed.stdout, /no such column/);
    assert.match(failed.stderr, /'python manage.py migrate --noinput' says why above/);
    assert.match(failed.stderr, /fix: .*npm --prefix ops run ops -- deploy --env dev/);
    emulator.nextTask({ exitCode: 0, log: ['Applying shop.0001_initial... OK'] });
    assert.match((await ops('release --env dev')).stdout, /Applying shop\.0001_initial/);
    const { entryPoint, command } = await containerOf('shop-dev-release');
    assert.deepEqual(entryPoint, ['sh', '-c', composing, 'sh']);
    assert.deepEqual(command, ['python', 'manage.py', 'migrate', '--noinput']);
  });

  it('is deployed, and asked only for what it promises', async () => {
    const { stdout } = await ops('deploy --env dev');
    assert.match(stdout, /^ok +health +\/ answers 200$/m);
    assert.doesNotMatch(stdout, /ready|request id|cors|stream|version/);
    const status = await ops('status --env dev');
    assert.match(status.stdout, new RegExp(`^version +${await head()}`, 'm'));
    assert.match(status.stdout, /^ +release +(CREATE|UPDATE)_COMPLETE/m);
    assert.match(status.stdout, /service +shop-dev-worker: 1 of 1 tasks run/);
  });

  it('is reached on its port, and asked for its path with its answers', async () => {
    const { TargetGroups } = await aws('elbv2', 'describe-target-groups');
    const [group] = TargetGroups;
    assert.equal(group.HealthCheckPath, '/');
    assert.equal(group.Matcher.HttpCode, '200-499');
    const { portMappings, command } = await containerOf('shop-dev');
    assert.deepEqual(
      portMappings.map(({ containerPort }) => containerPort),
      [8000],
    );
    assert.deepEqual(command, ['gunicorn', 'site_settings.wsgi', '--log-file', '-']);
  });

  it('finds its addresses and secrets, in the service as in the worker', async () => {
    for (const [family, program] of [
      ['shop-dev', 'gunicorn'],
      ['shop-dev-worker', 'celery'],
    ] as const) {
      const { entryPoint, command, environment: variables, secrets } = await containerOf(family);
      assert.deepEqual(entryPoint, ['sh', '-c', composing, 'sh']);
      assert.equal(command[0], program);
      const value = (wanted: string) => variables.find(({ name }) => name === wanted)?.value;
      assert.equal(value('DATABASE_NAME'), 'app');
      assert.equal(value('PGSSLMODE'), 'require');
      assert.equal(value('DATABASE_URL'), undefined);
      assert.deepEqual(secrets.map(({ name }) => name).sort(), [
        'DATABASE_PASSWORD',
        'REDIS_URL',
        'SECRET_KEY',
      ]);
      assert.ok(secrets.every(({ valueFrom, name }) => valueFrom.endsWith(`/shop/dev/${name}`)));
    }
  });
});
