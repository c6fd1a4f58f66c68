import assert from 'node:assert/strict';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { dockerfile, dockerignore } from '../../src/migration/dockerfile.ts';
import { type BuildReading, readBuild } from '../../src/migration/language.ts';
import type { Service } from '../../src/migration/plan.ts';
import { openRepo } from '../../src/migration/repo.ts';
import { allPlatforms } from '../../src/platforms/all.ts';
import {
  buildImage,
  type Container,
  inspectImage,
  runInImage,
  startContainer,
} from './support/containers.ts';
import { call } from './support/http.ts';
import { checkout, scratch } from './support/paths.ts';
import { type Postgres, startPostgres } from './support/postgres.ts';
import { freePort, isListening, type Server, serve, until } from './support/process.ts';

/** What a platform's files and the app's own say of a service. */
interface Found {
  service: Service;
  reading: BuildReading;
}

interface Migrated {
  image: string;
  services: Map<string, Found>;
}

/** Reads an app, writes its Dockerfile beside it as the migration does, and builds the image. */
async function migrate(name: string, platform: string): Promise<Migrated> {
  const directory = join(scratch(name), 'app');
  cpSync(join(checkout, 'test/migration/apps', name), directory, { recursive: true });
  const repo = openRepo(directory);
  const reader = allPlatforms.find((one) => one.name === platform);
  const said = await reader?.read(repo);
  assert.ok(said && said.services.length > 0, `${platform} says nothing`);
  const services = new Map<string, Found>(
    said.services.map((service) => [
      service.kind,
      { service, reading: readBuild(repo, said.platform, service) },
    ]),
  );
  const web = services.get('web')?.reading;
  assert.ok(web?.app, 'the app has no image');
  const database = said.databases.some(({ kind }) => kind === 'postgres');
  writeFileSync(join(directory, 'Dockerfile'), dockerfile(web.app, { database, command: web.command ?? [] }));
  writeFileSync(join(directory, '.dockerignore'), dockerignore(web.app.language, []));
  const certificates = join(directory, 'ca.crt');
  if (database) cpSync(postgres.caFile, certificates);
  const image = `localhost/e2e-migrated:${name}`;
  await buildImage(image, directory, {
    ...(existsSync(certificates) && { RDS_CA_BUNDLE: 'ca.crt' }),
  });
  return { image, services };
}

/** Starts a service as its task does: its own file system is writable, for the app did not know otherwise. */
function start(
  { image, services }: Migrated,
  kind: string,
  path: string | undefined,
  env: Record<string, string> = {},
): Promise<Container> {
  const { reading } = services.get(kind) as Found;
  const variables = Object.entries(reading.variables).map(([name, { value }]) => [name, value] as const);
  // The port is this test's own; in a task it is the one of the reading.
  const ported = Object.fromEntries(variables.filter(([, value]) => !value.includes('$PORT')));
  return startContainer(image, { ...ported, ...env }, ['--read-only=false'], {
    path,
    ...(kind === 'web' ? {} : { command: reading.command ?? [] }),
  });
}

async function release({ image, services }: Migrated, env: Record<string, string>): Promise<void> {
  const lines = [...services.values()].flatMap(({ reading }) => reading.release);
  assert.equal(lines.length, 1, JSON.stringify(lines));
  const result = await runInImage(image, env, ['sh', '-c', lines[0]?.text ?? ''], ['--read-only=false']);
  assert.equal(result.code, 0, result.stdout + result.stderr);
}

let postgres: Postgres;

const databaseUrl = (): string =>
  `postgres://app:${encodeURIComponent(postgres.password)}@localhost:${postgres.port}/app?sslmode=verify-full`;

async function startRedis(): Promise<{ server: Server; url: string }> {
  const port = await freePort();
  const flags = ['--port', String(port), '--save', '', '--bind', '127.0.0.1'];
  const server = await serve('redis-server', flags, { ready: () => isListening(port) });
  return { server, url: `redis://127.0.0.1:${port}/0` };
}

describe('an app that ran elsewhere, in the image that is written for it', () => {
  before(async () => {
    postgres = await startPostgres({ tls: true });
  });
  after(async () => {
    await postgres?.stop();
  });

  it('Express with npm start answers on $PORT, has no development packages, and ends at SIGTERM', async () => {
    const app = await migrate('express-npm-start', 'none');
    const facts = await inspectImage(app.image);
    assert.equal(facts.Config.User, '1000:1000');
    assert.deepEqual(facts.Config.Cmd, ['node', 'server.js']);
    const task = await start(app, 'web', '/', { GREETING: 'hello' });
    assert.deepEqual((await call('GET', `${task.url}/`)).body, { app: 'express', greeting: 'hello' });
    assert.deepEqual((await call('GET', `${task.url}/installed`)).body, { nodemon: false });
    const { code, seconds } = await task.stop();
    assert.equal(code, 0);
    assert.ok(seconds < 5, `${seconds} s`);
  });

  it('Fastify in TypeScript, as a Blueprint of Render builds it, answers under its health check', async () => {
    const app = await migrate('fastify-typescript', 'render');
    const { service } = app.services.get('web') as Found;
    const task = await start(app, 'web', service.healthPath?.text, { SESSION_SECRET: 'x'.repeat(44) });
    assert.deepEqual((await call('GET', `${task.url}/`)).body, { app: 'fastify', token: 44 });
    assert.equal((await task.stop()).code, 0);
  });

  it('Next.js has the public variables of its build in the pages', async () => {
    const app = await migrate('next-app', 'render');
    const task = await start(app, 'web', '/api/health');
    const page = await (await fetch(`${task.url}/`)).text();
    assert.match(page, /Hello from.*the shop/s);
    assert.equal((await fetch(`${task.url}/robots.txt`)).status, 200);
    assert.ok((await task.stop()).seconds < 8);
  });

  it('FastAPI under gunicorn takes its migrations as a release step, out of the start command', async () => {
    const app = await migrate('fastapi-alembic', 'render');
    const env = { DATABASE_URL: databaseUrl() };
    await release(app, env);
    const facts = await inspectImage(app.image);
    assert.deepEqual(facts.Config.Cmd, ['gunicorn', 'app.main:app', '-k', 'uvicorn.workers.UvicornWorker']);
    const task = await start(app, 'web', '/health', env);
    assert.deepEqual((await call('GET', `${task.url}/items`)).body, ['chair', 'table']);
    assert.equal((await task.stop()).code, 0);
  });

  it('Django serves collected files, and its Celery worker does what the web process asks for', async () => {
    const redis = await startRedis();
    const app = await migrate('django-heroku', 'heroku');
    const env = {
      DATABASE_URL: databaseUrl(),
      REDIS_URL: redis.url,
      SECRET_KEY: 'x'.repeat(44),
      WEB_CONCURRENCY: '2',
    };
    await release(app, env);
    const [task, worker] = await Promise.all([
      start(app, 'web', '/', env),
      start(app, 'worker', undefined, env),
    ]);
    const index = (await call('GET', `${task.url}/`)).body;
    assert.match(index.style, /^\/static\/style\.[0-9a-f]+\.css$/);
    assert.match(await (await fetch(`${task.url}${index.style}`)).text(), /teal/);
    await until(
      'the worker has finished the order',
      30_000,
      async () => (await call('GET', `${task.url}/orders/a`)).body.done === true,
    );
    assert.equal((await worker.stop()).code, 0);
    assert.equal((await task.stop()).code, 0);
    await redis.server.stop();
  });

  it('Flask with a Procfile of one line answers on $PORT', async () => {
    const app = await migrate('flask-procfile', 'heroku');
    const task = await start(app, 'web', '/');
    // gunicorn itself is the container's first process: nothing stands between it and SIGTERM.
    assert.deepEqual((await call('GET', `${task.url}/`)).body, { app: 'flask', pid: 1 });
    assert.equal((await task.stop()).code, 0);
  });
});
