import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, describe, it } from 'node:test';
import { type Resource, resources, synth, type Templates, typecheck } from '../../rendered/synth.ts';
import { apps, copyOf, migrate, withDependencies } from './migrated.ts';

function migrated(name: string, ...args: string[]): string {
  const folder = copyOf(name);
  const { code, err } = migrate(folder, ...args);
  assert.equal(code, 0, err);
  return withDependencies(folder);
}

interface Container {
  readonly Name: string;
  readonly EntryPoint?: readonly string[];
  readonly Command?: readonly string[];
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Secrets?: readonly { readonly Name: string }[];
}

/** The backend's container in the task definition of that family. */
function container(templates: Templates, family: string): Container {
  const found = resources(templates, 'AWS::ECS::TaskDefinition').find(
    ({ Properties }) => Properties.Family === family,
  );
  const containers: readonly Container[] = found?.Properties.ContainerDefinitions ?? [];
  return containers.find(({ Name }) => Name === 'backend') as Container;
}

const variable = ({ Environment }: Container, name: string): unknown =>
  Environment.find(({ Name }) => Name === name)?.Value;

/** What a program finds in its environment when the container starts: the variable, printed by the container's own words. */
function inContainer(
  { EntryPoint = [] }: Container,
  name: string,
  env: Readonly<Record<string, string>>,
): string {
  const [shell = '', ...words] = [...EntryPoint, 'printenv', name];
  return spawnSync(shell, words, { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' }).stdout.trim();
}

const database = {
  DATABASE_USER: 'app',
  DATABASE_PASSWORD: 'a1b2',
  DATABASE_HOST: 'db.internal',
  DATABASE_PORT: '5432',
  DATABASE_NAME: 'app',
};

describe('a FastAPI app from Render', () => {
  let templates: Templates;
  before(async () => {
    const folder = migrated('shop-render');
    await typecheck(folder);
    templates = await synth(folder);
  });

  const only = (type: string, stack: string): Resource => resources(templates, type, stack)[0] as Resource;

  it('is asked on its own port and path, and any answer below 400 counts', () => {
    const { Properties } = only('AWS::ElasticLoadBalancingV2::TargetGroup', 'prod-service');
    assert.deepEqual(
      [Properties.Port, Properties.HealthCheckPath, Properties.Matcher],
      [10_000, '/healthz', { HttpCode: '200-399' }],
    );
  });

  it('has the size, the time to end and the variables that it had', () => {
    const { Properties } = only('AWS::ECS::TaskDefinition', 'prod-service');
    assert.deepEqual([Properties.Cpu, Properties.Memory], ['1024', '2048']);
    const web = container(templates, 'shop-prod');
    assert.equal(variable(web, 'PORT'), '10000');
    assert.equal(variable(web, 'MAIL_FROM'), 'shop@example.com');
    assert.equal(variable(web, 'PUBLIC_ADDRESS'), 'https://api.shop.example');
    assert.equal(
      variable(container(templates, 'shop-dev'), 'PUBLIC_ADDRESS'),
      'https://dev.api.shop.example',
    );
    assert.deepEqual(web.Secrets?.map(({ Name }) => Name).sort(), [
      'DATABASE_PASSWORD',
      'MAIL_PASSWORD',
      'REDIS_URL',
      'SEARCH_URL',
      'SECRET_KEY',
      'STRIPE_KEY',
    ]);
  });

  it('finds the address of its database composed, in every task', () => {
    for (const family of ['shop-prod', 'shop-prod-release', 'shop-prod-queue', 'shop-prod-cleanup']) {
      const one = container(templates, family);
      const env = { ...database, REDIS_URL: 'rediss://cache.internal:6379' };
      assert.equal(inContainer(one, 'DATABASE_URL', env), 'postgresql://app:a1b2@db.internal:5432/app');
      assert.equal(inContainer(one, 'DB_HOST', env), 'db.internal');
      assert.equal(inContainer(one, 'REDIS_URL', env), 'rediss://cache.internal:6379?ssl_cert_reqs=required');
    }
  });

  it('runs its own commands, and the migration of its build before each deployment', () => {
    assert.deepEqual(container(templates, 'shop-prod').Command?.slice(0, 2), ['gunicorn', 'app.main:app']);
    assert.deepEqual(container(templates, 'shop-prod-release').Command, ['alembic', 'upgrade', 'head']);
    assert.deepEqual(container(templates, 'shop-prod-queue').Command, [
      'sh',
      '-c',
      'exec celery -A app.tasks worker --concurrency $CONCURRENCY',
    ]);
    const queue = resources(templates, 'AWS::ECS::Service', 'prod-service').find(
      ({ Properties }) => Properties.ServiceName === 'shop-prod-queue',
    );
    assert.equal(queue?.Properties.DesiredCount, 2);
  });

  it('reaches its private service by name, and nobody else does', () => {
    assert.equal(variable(container(templates, 'shop-prod'), 'PRICES'), 'prices:9000');
    assert.equal(variable(container(templates, 'shop-prod-prices'), 'PORT'), '9000');
    const services = resources(templates, 'AWS::ECS::Service', 'prod-service');
    const inner = services.find(({ Properties }) => Properties.ServiceName === 'shop-prod-prices');
    const [{ ClientAliases }] = inner?.Properties.ServiceConnectConfiguration.Services ?? [];
    assert.deepEqual(ClientAliases, [{ DnsName: 'prices', Port: 9000 }]);
    for (const { Properties } of services) assert.equal(Properties.ServiceConnectConfiguration.Enabled, true);
  });

  it('has two schedules where Unix cron means either of two days', () => {
    const schedules = resources(templates, 'AWS::Scheduler::Schedule', 'prod-service');
    assert.deepEqual(schedules.map(({ Properties }) => Properties.ScheduleExpression).sort(), [
      'cron(0 3 13 * ? *)',
      'cron(0 3 ? * 6 *)',
    ]);
  });

  it('has a database of the version, the size and the stand-by that it had', () => {
    const { Properties } = only('AWS::RDS::DBInstance', 'prod-data');
    assert.deepEqual(
      [Properties.EngineVersion, Properties.DBInstanceClass, Properties.AllocatedStorage, Properties.MultiAZ],
      ['17', 'db.m7g.large', '60', true],
    );
    assert.equal(only('AWS::RDS::DBInstance', 'dev-data').Properties.DBInstanceClass, 'db.t4g.micro');
  });

  it('may write to its own disk, and keeps the capabilities of its image', () => {
    const web = container(templates, 'shop-prod') as unknown as Record<string, unknown>;
    assert.equal(web.ReadonlyRootFilesystem, false);
  });
});

describe('an Express app from Heroku with an image of its own', () => {
  let templates: Templates;
  before(async () => {
    templates = await synth(migrated('desk-heroku', '--no-sse'));
  });

  it('finds DATABASE_URL with the scheme that Heroku gives it', () => {
    const web = container(templates, 'shop-dev');
    assert.equal(inContainer(web, 'DATABASE_URL', database), 'postgres://app:a1b2@db.internal:5432/app');
    assert.equal(variable(web, 'THEME'), 'dark');
  });

  it('migrates before each deployment, and has its worker', () => {
    assert.deepEqual(container(templates, 'shop-dev-release').Command?.slice(-2), ['knex', 'migrate:latest']);
    assert.deepEqual(container(templates, 'shop-dev-worker').Command, [
      'node',
      'worker.js',
      '--queue',
      'mails',
    ]);
  });
});

describe('every app that is migrated', () => {
  for (const name of [...apps.keys()].filter((one) => !/^(shop-render|desk-heroku)$/.test(one)))
    it(`${name} synthesises`, async () => {
      assert.ok((await synth(migrated(name))).has('shop-dev-service'));
    });
});
