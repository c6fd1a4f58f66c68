import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Mapped, mapPlan } from '../../../src/migration/mapping.ts';
import { readPlan } from '../../../src/migration/read.ts';
import { repoWith } from '../tree.ts';
import { blueprint, mapped, node, said } from './plans.ts';

describe('variables', () => {
  const withVariables = (variables: readonly string[], more: readonly string[] = []) =>
    mapped({
      ...node,
      'render.yaml': blueprint(
        [
          `{type: web, name: api, runtime: node, startCommand: node a.js, envVars: [${variables.join(', ')}]}`,
          ...more,
        ],
        'databases:\n  - {name: db}\n  - {name: reports}\n',
      ),
    });

  it('that are copied from another service have its value, which is kept once', async () => {
    const { migration } = await withVariables(
      ['{key: TOKEN, fromService: {type: worker, name: b, envVarKey: SHARED}}'],
      [
        '{type: worker, name: b, runtime: node, startCommand: node b.js, envVars: [{key: SHARED, generateValue: true}]}',
      ],
    );
    assert.deepEqual(migration.secrets, ['SHARED']);
    assert.equal(migration.container.composed.TOKEN, '$SHARED');
  });

  it('of a database that is not set up here are asked of the owner', async () => {
    const plan = await withVariables([
      '{key: DATABASE_URL, fromDatabase: {name: db, property: connectionString}}',
      '{key: REPORTS_URL, fromDatabase: {name: reports, property: connectionString}}',
    ]);
    assert.deepEqual(Object.keys(plan.migration.container.composed), ['DATABASE_URL']);
    assert.ok(plan.migration.secrets.includes('REPORTS_URL'));
    assert.ok(
      said(plan, 'gap').includes('variable-to-give') && said(plan, 'gap').includes('database-elsewhere'),
    );
  });

  it('of which Heroku sets the address of the database have it, whatever else names the database', async () => {
    const { migration } = await mapped({
      'requirements.txt': 'django==5.2\ndj-database-url\npsycopg2-binary\ncelery\nredis\n',
      Procfile: 'web: gunicorn a.wsgi\n',
      'app.json': '{"addons": ["heroku-postgresql:standard-0", "heroku-redis:mini"]}',
      '.env.example':
        'SQLALCHEMY_DATABASE_URI=postgres://a@localhost/b\nPGHOST=localhost\nCELERY_BROKER_URL=redis://localhost\n',
    });
    const { composed } = migration.container;
    assert.equal(composed.DATABASE_URL, composed.SQLALCHEMY_DATABASE_URI);
    assert.match(composed.REDIS_URL ?? '', /ssl_cert_reqs/);
    assert.ok(!migration.secrets.includes('DATABASE_URL'));
  });

  it('lead to the databases of somebody else where they did, and not to those of the same kind here', async () => {
    const { migration, features } = await mapped(
      {
        'requirements.txt': 'flask\npsycopg2-binary\nredis\n',
        Procfile: 'web: flask run\n',
        'app.json': JSON.stringify({
          env: {
            DATABASE_URL: 'postgres://u:p@x.neon.tech/x',
            WAREHOUSE: 'postgres://u:p@db.example.com/x',
            REDIS_URL: 'rediss://:p@x.upstash.io:6379',
          },
        }),
      },
      'heroku',
    );
    assert.deepEqual(migration.container.composed, {});
    assert.deepEqual(migration.secrets, ['DATABASE_URL', 'REDIS_URL', 'WAREHOUSE']);
    assert.equal(features.cache, undefined);
    const told = migration.findings.filter(({ id }) => id === 'database-stays');
    assert.equal(told.length, 3);
  });

  it('that Heroku does not require are no secrets that the tasks wait for, unless an export has them', async () => {
    const files = {
      ...node,
      Procfile: 'web: node a.js\n',
      '.env.example': 'OPTIONAL_KEY=\n',
      'app.json': JSON.stringify({
        addons: ['heroku-postgresql'],
        env: {
          OPTIONAL_KEY: { description: 'x', required: false },
          EMPTY_KEY: { value: '', required: false },
          NEEDED_KEY: { required: true },
          DATABASE_URL: { required: false },
          SEED: { generator: 'secret', required: false },
        },
      }),
    };
    const { migration } = await mapped(files, 'heroku');
    assert.deepEqual(migration.secrets, ['NEEDED_KEY', 'SEED']);
    assert.ok(migration.container.composed.DATABASE_URL);
    const told = ({ findings }: Mapped['migration']) =>
      findings.flatMap(({ id, what }) => (id === 'variables-optional' ? [what.split(' and no')[0]] : []));
    assert.deepEqual(told(migration), ['The app runs without OPTIONAL_KEY, EMPTY_KEY,']);
    const plan = await readPlan(repoWith(files), { variables: { path: 'x.env', text: 'OPTIONAL_KEY=a1\n' } });
    const exported = mapPlan(repoWith(files), plan, {
      name: 'shop',
      web: undefined,
      questions: [],
    }).migration;
    assert.deepEqual(exported.secrets, ['NEEDED_KEY', 'OPTIONAL_KEY', 'SEED']);
    assert.deepEqual(told(exported), ['The app runs without EMPTY_KEY,']);
  });

  it('have an address of the database under its usual name, unless that is one of theirs', async () => {
    const { migration } = await withVariables(['{key: PGHOST, fromDatabase: {name: db, property: host}}']);
    assert.ok(migration.container.composed.DATABASE_URL);
    const { migration: own } = await withVariables(['{key: DATABASE_URL, value: "sqlite:///a.db"}']);
    assert.equal(own.container.composed.DATABASE_URL, undefined);
  });

  it('of one service alone are said to go to all', async () => {
    const { migration } = await withVariables(
      ['{key: BOTH, value: a}'],
      [
        '{type: worker, name: b, runtime: node, startCommand: node b.js, envVars: [{key: BOTH, value: a}, {key: WORKERS_COUNT, value: 1}, {key: QUEUES, value: mail}]}',
      ],
    );
    const found = migration.findings.filter(({ id }) => id === 'variable-shared');
    assert.deepEqual(
      found.map(({ level, what, evidence }) => [level, what, evidence]),
      [['warning', 'WORKERS_COUNT and QUEUES are set for b alone there.', ['render.yaml:3']]],
    );
    assert.match(found[0]?.fix ?? '', /so api has it as well/);
  });

  it('that were drawn for each of two services are said to be one here, but not those of a group', async () => {
    const drawn = '{key: TOKEN, generateValue: true}';
    const worker = (variables: string) =>
      `{type: worker, name: b, runtime: node, startCommand: node b.js, envVars: [${variables}]}`;
    const two = await withVariables([drawn], [worker(drawn)]);
    const said = ({ migration }: Mapped) =>
      migration.findings.filter(({ id }) => id === 'variable-differs').map(({ what }) => what);
    assert.deepEqual(said(two), ['TOKEN was drawn at random for api and for b, each its own.']);
    const group = await mapped({
      ...node,
      'render.yaml': blueprint(
        [
          '{type: web, name: api, runtime: node, startCommand: node a.js, envVars: [{fromGroup: g}]}',
          worker('{fromGroup: g}'),
        ],
        `envVarGroups:\n  - {name: g, envVars: [${drawn}]}\n`,
      ),
    });
    assert.deepEqual(said(group), []);
  });

  it('that are copied under their own name are one with what they are copied from', async () => {
    const copy = '{key: SECRET_KEY, fromService: {type: web, name: api, envVarKey: SECRET_KEY}}';
    const worker = (name: string, variable: string) =>
      `{type: worker, name: ${name}, runtime: node, startCommand: node b.js, envVars: [${variable}]}`;
    const drawn = '{key: SECRET_KEY, generateValue: true}';
    const { migration } = await withVariables([drawn], [worker('b', copy), worker('c', copy)]);
    const differs = migration.findings.filter(({ id }) => id === 'variable-differs');
    assert.deepEqual(differs, []);
    assert.deepEqual(migration.generated, ['SECRET_KEY']);
    const other = await withVariables(
      [drawn],
      [
        worker('b', copy.replace('name: api', 'name: c').replace('type: web', 'type: worker')),
        worker('c', drawn.replace('generateValue: true', 'value: abc')),
      ],
    );
    assert.ok(said(other, 'warning').includes('variable-differs'));
  });

  it('that are secrets of several services are said to be one here, once for all of them', async () => {
    const hidden = '{key: STRIPE_KEY, sync: false}, {key: MAIL_KEY, sync: false}';
    const worker = (name: string) =>
      `{type: worker, name: ${name}, runtime: node, startCommand: node b.js, envVars: [${hidden}]}`;
    const { migration } = await withVariables([hidden], [worker('b'), worker('c')]);
    const found = migration.findings.filter(({ id }) => id === 'secret-in-several');
    assert.deepEqual(
      found.map(({ what }) => what),
      ['STRIPE_KEY and MAIL_KEY are secrets of several services, and one value for all of them here.'],
    );
    assert.match(found[0]?.fix ?? '', /differ there, give one another name/);
  });

  it('that hold the port of the web service inside the network are asked for, and their old values never pushed', async () => {
    const inner = (property: string) => `fromService: {type: web, name: api, property: ${property}}`;
    const { migration } = await withVariables([
      `{key: SELF, ${inner('hostport')}}`,
      `{key: SELF_PORT, ${inner('port')}}`,
      `{key: SELF_HOST, ${inner('host')}}`,
    ]);
    assert.deepEqual(migration.toGive, ['SELF', 'SELF_PORT']);
    assert.deepEqual(migration.container.address, { SELF_HOST: 'host' });
    const gaps = migration.findings.filter(({ id }) => id === 'variable-to-give').map(({ what }) => what);
    assert.match(gaps.join(), /SELF is the host and port of api.*SELF_PORT is the port of api/);
  });

  it('that AWS sets itself are neither overridden nor asked for', async () => {
    const { migration } = await withVariables([
      '{key: PORT, value: "3000"}',
      '{key: DATABASE_PASSWORD, fromDatabase: {name: db, property: password}}',
    ]);
    assert.ok(!('PORT' in migration.container.variables));
    assert.ok(!migration.secrets.includes('DATABASE_PASSWORD'));
  });
});
