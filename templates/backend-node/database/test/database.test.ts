import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { type App, buildApp } from '../src/app.ts';
import { openDatabase } from '../src/database/database.ts';
import { connectionSettings } from '../src/database/settings.ts';
import { emptyDatabase, type TestEnvironment, testEnvironment } from './support/environment.ts';
import { DatabaseProxy } from './support/proxy.ts';

const run = promisify(execFile);

describe('a database that is away', () => {
  let environment: TestEnvironment;
  let proxy: DatabaseProxy;
  let app: App;

  before(async () => {
    environment = await testEnvironment();
    proxy = new DatabaseProxy(environment.env);
    await proxy.open();
    app = await buildApp({ ...environment.env, ...proxy.env, LOG_LEVEL: 'silent' });
  });

  after(async () => {
    await app.close();
    await proxy.close();
    await environment.dispose();
  });

  const requests = [
    { method: 'GET', url: '/ready' },
    { method: 'GET', url: '/api/notes' },
    { method: 'POST', url: '/api/notes', payload: { text: 'a' } },
    { method: 'DELETE', url: '/api/notes/1' },
  ] as const;

  it('is answered with 503 and Retry-After, and found again by itself', async () => {
    assert.equal((await app.inject('/ready')).statusCode, 200);

    await proxy.close();
    for (const request of requests) {
      const response = await app.inject(request);
      assert.equal(response.statusCode, 503, request.url);
      assert.equal(response.headers['retry-after'], '5');
      assert.deepEqual(response.json(), { detail: 'database unavailable' });
    }
    assert.equal((await app.inject('/health')).statusCode, 200);

    await proxy.open();
    assert.equal((await app.inject('/ready')).statusCode, 200);
    assert.equal((await app.inject('/api/notes')).statusCode, 200);
  });

  it('costs a request no more than the time limit, and the pool no connection', async () => {
    const config = { ...connectionSettings(environment.env), max: 1, query_timeout: 200 };
    const db = openDatabase(config, () => {});
    await assert.rejects(sql`select pg_sleep(2)`.execute(db), /database unavailable/);
    // The connection that still waits for its answer is gone: this one is new.
    await sql`select 1`.execute(db);
    await db.destroy();
  });

  it('is not confused with a statement that is wrong', async () => {
    await assert.rejects(sql`select nonsense`.execute(app.database), /column "nonsense"/);
  });
});

describe('TLS', () => {
  const env = { DATABASE_HOST: 'db.example', DATABASE_PASSWORD: 'secret' };

  it('verifies the server unless told otherwise', () => {
    // Any readable file will do: its content is not looked at before a connection is made.
    const { ssl } = connectionSettings({ ...env, DATABASE_CA_FILE: import.meta.filename });
    assert.ok(typeof ssl === 'object' && ssl.ca);
    assert.equal(ssl.rejectUnauthorized, true);
  });

  it('does not start without the certificate authorities', () => {
    assert.throws(() => connectionSettings({ ...env, DATABASE_CA_FILE: '/nowhere.pem' }), /ENOENT/);
  });

  it('can be switched off, but not weakened', () => {
    assert.equal(connectionSettings({ ...env, DATABASE_SSLMODE: 'disable' }).ssl, false);
    assert.throws(() => connectionSettings({ ...env, DATABASE_SSLMODE: 'require' }), /verify-full/);
  });
});

describe('migrate', () => {
  it('is safe to run twice at once', async () => {
    const environment = await emptyDatabase();
    const migrate = () =>
      run(process.execPath, [path.resolve(import.meta.dirname, '../src/migrate.ts')], {
        env: { ...environment.env },
      });
    const runs = await Promise.all([migrate(), migrate()]);
    const created = runs.filter(({ stdout }) => stdout.includes('0001-notes'));
    assert.equal(created.length, 1);
    await environment.dispose();
  });

  it('fails where there is no database', async () => {
    const env = { DATABASE_HOST: '127.0.0.1', DATABASE_PORT: '1', DATABASE_PASSWORD: 'secret' };
    const failed = run(process.execPath, [path.resolve(import.meta.dirname, '../src/migrate.ts')], {
      env: { ...env, DATABASE_SSLMODE: 'disable' },
    });
    await assert.rejects(failed, (error: Error & { code: number; stdout: string }) => {
      assert.equal(error.code, 1);
      assert.match(error.stdout, /ECONNREFUSED/);
      assert.doesNotMatch(error.stdout, /secret/);
      return true;
    });
  });
});
