import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blueprint, mapped, node, packageJson, said, web } from './plans.ts';

describe('the container', () => {
  it('listens where the platform has it listen, or where its command says', async () => {
    const { migration } = await mapped({ ...node, 'render.yaml': blueprint([web]) });
    assert.equal(migration.container.port, 10_000);
    const fixed = await mapped({
      'requirements.txt': 'flask\ngunicorn\n',
      Procfile: 'web: gunicorn a:b --bind 0.0.0.0:5000\n',
    });
    assert.equal(fixed.migration.container.port, 5000);
  });

  it('is asked at / for any answer below 500 where no path is known', async () => {
    const plan = await mapped({ ...node, Procfile: 'web: node a.js\n' });
    assert.deepEqual(
      [plan.migration.container.healthPath, plan.migration.container.healthCodes],
      ['/', '200-499'],
    );
    assert.ok(said(plan, 'warning').includes('health-path-missing'));
  });

  it('of Django is not taken down for refusing the host of the load balancer', async () => {
    const plan = await mapped({
      'requirements.txt': 'django==5.2\ngunicorn\n',
      'manage.py': '',
      'render.yaml': blueprint([
        '{type: web, name: a, runtime: python, startCommand: gunicorn a.wsgi, healthCheckPath: /up}',
      ]),
    });
    assert.equal(plan.migration.container.healthCodes, '200-499');
    assert.ok(said(plan, 'warning').includes('health-allowed-hosts'));
  });

  it('says in its log what is missing where nobody knows the command of its image', async () => {
    const { migration } = await mapped({
      Dockerfile: 'FROM ghcr.io/acme/base:1\n',
      'fly.toml': 'app = "a"\n[http_service]\ninternal_port = 8080\n',
      'package.json': packageJson({ pg: '8.16.3' }),
    });
    const { command, composed } = migration.container;
    assert.ok(composed.DATABASE_URL);
    assert.match(command.join(' '), /^sh -c echo 'infra\/settings\.json: "command"/);
    assert.ok(migration.findings.some(({ id }) => id === 'command-of-base'));
  });

  it('keeps the entry point of the owner, and gives it the command of the image', async () => {
    const { migration } = await mapped({
      Dockerfile: 'FROM node:24-slim\nENTRYPOINT ["./start.sh"]\nCMD ["node", "a.js"]\n',
      'package.json': packageJson({ pg: '8.16.3' }),
      'fly.toml': 'app = "a"\n[http_service]\ninternal_port = 8080\n',
    });
    assert.deepEqual(migration.container.entryPoint, ['./start.sh']);
    assert.deepEqual(migration.container.command, ['node', 'a.js']);
  });

  it('is left as it is where nothing is composed', async () => {
    const { migration } = await mapped({
      Dockerfile: 'FROM node:24-slim\nCMD ["node", "a.js"]\n',
      'fly.toml': 'app = "a"\n[http_service]\ninternal_port = 8080\n',
    });
    assert.deepEqual([migration.container.entryPoint, migration.container.command], [[], []]);
  });
});

describe('a Dockerfile', () => {
  it('is written where there is none, with .dockerignore', async () => {
    const { migration } = await mapped({ ...node, Procfile: 'web: node a.js\n' });
    assert.deepEqual(Object.keys(migration.files ?? {}), ['Dockerfile', '.dockerignore']);
  });

  it('that the platform did not use stays, and the written one has another name', async () => {
    const plan = await mapped({ ...node, Dockerfile: 'FROM node:24\n', 'render.yaml': blueprint([web]) });
    assert.equal(plan.migration.container.dockerfile, 'Dockerfile.aws');
    assert.deepEqual(Object.keys(plan.migration.files ?? {}), ['Dockerfile.aws', '.dockerignore']);
    assert.ok(said(plan, 'warning').includes('dockerfile-unused'));
  });

  it('of one line takes a ready image along', async () => {
    const service = '{type: web, name: api, runtime: image, image: {url: docker.io/acme/shop:1}}';
    const { migration } = await mapped({ 'render.yaml': blueprint([service]) });
    assert.equal(migration.files?.Dockerfile, 'FROM docker.io/acme/shop:1\n');
  });
});

describe('services beside the web service', () => {
  it('become workers and jobs of names that AWS takes', async () => {
    const { features, migration } = await mapped({
      ...node,
      'render.yaml': blueprint([
        web,
        '{type: worker, name: Shop Mail_Queue!, runtime: node, buildCommand: npm ci, startCommand: node b.js, plan: pro}',
        '{type: worker, name: release, runtime: node, buildCommand: npm ci, startCommand: node c.js}',
        '{type: cron, name: a-very-long-name-for-a-nightly-job, runtime: node, buildCommand: npm ci, startCommand: node d.js, schedule: "@daily"}',
      ]),
    });
    assert.deepEqual(features.worker, {
      'mail-queue': { command: 'node b.js' },
      'release-2': { command: 'node c.js' },
    });
    assert.deepEqual(Object.keys(features.cron ?? {}), ['a-very-long-name-for']);
    assert.deepEqual(migration.others['mail-queue'], { cpu: 2048, memoryMiB: 4096, count: 1 });
  });

  it('that need another image, or have a door of their own, are left out and told of', async () => {
    const plan = await mapped({
      ...node,
      'admin/package.json': packageJson({ express: '5.1.0' }),
      'render.yaml': blueprint([
        web,
        '{type: web, name: other, runtime: node, startCommand: node b.js}',
        '{type: worker, name: admin, runtime: node, rootDir: admin, startCommand: node b.js}',
        '{type: web, name: pages, runtime: static, staticPublishPath: out}',
      ]),
    });
    assert.equal(plan.features.worker, undefined);
    for (const id of ['second-web', 'other-image', 'static-site'])
      assert.ok(said(plan, 'gap').includes(id), id);
  });

  it('that are reached inside the network keep a name and a port in it', async () => {
    const { features, migration } = await mapped({
      ...node,
      'render.yaml': blueprint([
        web.replace(
          '}',
          ', envVars: [{key: INNER, fromService: {type: pserv, name: inner, property: hostport}}]}',
        ),
        '{type: pserv, name: inner, runtime: node, buildCommand: npm ci, startCommand: node b.js}',
      ]),
    });
    assert.deepEqual(features.worker, { inner: { command: 'node b.js' } });
    const { port } = migration.others.inner ?? {};
    assert.equal(migration.container.variables.INNER, `inner:${port}`);
  });

  it('that are reached inside the network listen on the port where they are reached, not on that of the web service', async () => {
    const python = (name: string, start: string, more = ''): string =>
      `{type: ${name === 'api' ? 'web' : 'pserv'}, name: ${name}, runtime: python, buildCommand: pip install -r requirements.txt, startCommand: '${start}', envVars: [${more}]}`;
    const address = '{key: ML, fromService: {type: pserv, name: ml, property: hostport}}';
    const { features, migration } = await mapped({
      'requirements.txt': 'flask\ngunicorn\nuvicorn\n',
      'render.yaml': blueprint([
        python('api', 'gunicorn app:app -w 2', `${address}, {key: PORT, value: 4000}`),
        python('ml', 'gunicorn ml:app'),
        python('fast', 'uvicorn fast:app'),
        python('told', 'gunicorn told:app --bind 0.0.0.0:9000'),
        python('own', 'gunicorn own:app', '{key: PORT, value: 7000}'),
      ]),
    });
    assert.match(migration.container.variables.GUNICORN_CMD_ARGS ?? '', /--bind 0\.0\.0\.0:4000/);
    assert.deepEqual(features.worker, {
      ml: { command: "env 'GUNICORN_CMD_ARGS=--bind 0.0.0.0:10000' gunicorn ml:app" },
      fast: { command: 'env UVICORN_HOST=0.0.0.0 UVICORN_PORT=10000 uvicorn fast:app' },
      told: { command: 'gunicorn told:app --bind 0.0.0.0:9000' },
      own: { command: "env 'GUNICORN_CMD_ARGS=--bind 0.0.0.0:7000' gunicorn own:app" },
    });
    const ports = Object.entries(migration.others).map(([name, { port }]) => [name, port]);
    assert.deepEqual(Object.fromEntries(ports), { ml: 10_000, fast: 10_000, told: 9000, own: 7000 });
    assert.equal(migration.container.variables.ML, 'ml:10000');
  });

  it('are all there is in an app without a web service, which gets no tasks behind its load balancer', async () => {
    const plan = await mapped({
      ...node,
      'render.yaml': blueprint(['{type: worker, name: bot, runtime: node, startCommand: node b.js}']),
    });
    assert.deepEqual(plan.features.worker, { bot: { command: 'node b.js' } });
    assert.deepEqual(plan.migration.tasks, { min: 0, max: 0 });
    assert.ok(said(plan, 'gap').includes('no-web-service'));
  });

  it('migrate the database once, however many of them do', async () => {
    const { migration } = await mapped({
      ...node,
      'package.json': packageJson({ knex: '3.1.0', pg: '8.16.3' }),
      'render.yaml': blueprint([
        '{type: web, name: a, runtime: node, preDeployCommand: knex migrate:latest, startCommand: node a.js}',
        '{type: worker, name: b, runtime: node, preDeployCommand: knex migrate:latest, startCommand: node b.js}',
      ]),
    });
    assert.deepEqual(migration.release, ['knex', 'migrate:latest']);
  });
});

describe('deployments', () => {
  const fields = (more: string) =>
    mapped({ ...node, 'render.yaml': blueprint([web.replace('}', `, ${more}}`)]) });

  it('are by hand, of a branch, or of some paths, as they were', async () => {
    const { migration: byHand } = await fields("branch: live, autoDeployTrigger: 'off'");
    assert.deepEqual([byHand.branch, byHand.deploys?.byHand], ['live', true]);
    const { migration } = await fields('buildFilter: {paths: [src/**], ignoredPaths: [src/docs/**]}');
    assert.deepEqual(migration.deploys, { byHand: false, paths: ['src/**'], ignored: ['src/docs/**'] });
  });

  it('of each push say nothing more, and scale at the load that they scaled at', async () => {
    const { migration } = await fields('scaling: {minInstances: 2, maxInstances: 5, targetCPUPercent: 70}');
    assert.equal(migration.deploys, undefined);
    assert.deepEqual([migration.tasks, migration.scaleAtCpuPercent], [{ min: 2, max: 5 }, 70]);
  });

  it('are one of a process that must run once, and what is there is told of with the reason', async () => {
    const { migration, findings } = await mapped({
      ...node,
      Procfile: 'web: node a.js\nworker: celery -A shop worker -B\n',
      'app.json': '{"formation": {"worker": {"quantity": 3, "size": "standard-1x"}}}',
    });
    const row = migration.rows.find(({ what }) => what === 'Tasks of worker');
    assert.deepEqual([row?.there, row?.here], ['3', '1, for it must run once']);
    assert.deepEqual(
      migration.costs.map(({ plan }) => plan),
      ['3 × standard-1x'],
    );
    assert.match(
      findings.find(({ id }) => id === 'runs-once')?.what ?? '',
      /once only; 3 of it run there\.$/,
    );
  });

  it('of one size are told of together', async () => {
    const worker = (name: string) => `{type: worker, name: ${name}, runtime: node, startCommand: node b.js}`;
    const { findings } = await mapped({
      ...node,
      'render.yaml': blueprint([web, worker('b'), worker('c')]),
    });
    assert.deepEqual(
      findings.filter(({ id }) => id === 'size').map(({ what }) => what),
      ["api, b and c have the size 'starter'."],
    );
  });

  it('say where they scaled by memory, or where a worker did', async () => {
    const plan = await mapped({
      ...node,
      'render.yaml': blueprint([
        web.replace('}', ', scaling: {minInstances: 1, maxInstances: 3, targetMemoryPercent: 80}}'),
        '{type: worker, name: b, runtime: node, startCommand: node b.js, scaling: {minInstances: 1, maxInstances: 4, targetCPUPercent: 50}}',
      ]),
    });
    for (const id of ['scaling-memory', 'worker-scaling']) assert.ok(said(plan, 'gap').includes(id), id);
  });
});

describe('the repo itself', () => {
  it('is warned where its tsconfig.json would compile infra/ and ops/ as well', async () => {
    const files = { ...node, Procfile: 'web: node a.js\n' };
    const open = await mapped({ ...files, 'tsconfig.json': '{ "compilerOptions": {} } // all' });
    assert.ok(said(open, 'warning').includes('tsconfig-takes-all'));
    const closed = await mapped({ ...files, 'tsconfig.json': '{ "include": ["src"] }' });
    assert.ok(!said(closed, 'warning').includes('tsconfig-takes-all'));
  });

  it('with packages for streams is asked for long connections', async () => {
    const plan = await mapped({
      'package.json': packageJson({ 'socket.io': '4.8.1' }),
      Procfile: 'web: node a.js\n',
    });
    assert.equal(plan.sse, true);
    assert.equal((await mapped({ ...node, Procfile: 'web: node a.js\n' })).sse, false);
  });
});
