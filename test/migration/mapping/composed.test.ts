import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { postgresPart, redisPart, redisQuery, tlsFor } from '../../../src/migration/composed.ts';

const client = (packages: readonly string[], hasAuthorities = false) => ({
  packages: new Set(packages),
  hasAuthorities,
});

/** What a shell makes of a text between double quotes. */
function expanded(text: string, env: Readonly<Record<string, string>>): string {
  const words = ['-c', `printf %s "${text}"`];
  return spawnSync('sh', words, { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' }).stdout;
}

describe('an address of PostgreSQL', () => {
  const env = {
    DATABASE_USER: 'app',
    DATABASE_PASSWORD: 'secret',
    DATABASE_HOST: 'db',
    DATABASE_PORT: '5432',
    DATABASE_NAME: 'app',
  };

  for (const [platform, scheme] of [
    ['heroku', 'postgres'],
    ['fly', 'postgres'],
    ['render', 'postgresql'],
    ['railway', 'postgresql'],
  ] as const)
    it(`has the scheme ${scheme}, which the code expects, from ${platform}`, () => {
      const text = postgresPart(platform, tlsFor(client(['psycopg'])), 'url');
      assert.equal(expanded(text, env), `${scheme}://app:secret@db:5432/app`);
    });

  for (const [packages, authorities, mode, query] of [
    [['psycopg2-binary'], false, 'require', ''],
    [['asyncpg', 'sqlalchemy'], true, 'require', ''],
    [['pg'], false, 'no-verify', ''],
    [['pg', 'knex'], true, 'require', ''],
    [['postgres'], false, 'require', '?sslmode=require'],
    [['@prisma/client', 'prisma'], true, 'require', '?sslmode=require'],
    [['@prisma/client', '@prisma/adapter-pg', 'pg'], false, 'no-verify', ''],
  ] as const)
    it(`demands TLS in the way of ${packages.join(' and ')}${authorities ? ', and checks the certificate where it can' : ''}`, () => {
      const tls = tlsFor(client(packages, authorities));
      assert.deepEqual([tls.mode, tls.query], [mode, query]);
    });
});

describe('an address of the cache', () => {
  const env = { REDIS_URL: 'rediss://cache.internal:6379' };

  for (const [property, value] of [
    ['url', 'rediss://cache.internal:6379'],
    ['host', 'cache.internal'],
    ['port', '6379'],
    ['hostport', 'cache.internal:6379'],
  ] as const)
    it(`gives its ${property}`, () =>
      assert.equal(expanded(redisPart('', property) ?? 'nothing', env), value));

  it('has no user and no password', () => {
    assert.equal(redisPart('', 'password'), undefined);
    assert.equal(redisPart('', 'user'), undefined);
  });

  it('tells Celery to check the certificate, without which it refuses TLS', () => {
    const text = redisPart(redisQuery(client(['celery'])), 'url') ?? '';
    assert.equal(expanded(text, env), 'rediss://cache.internal:6379?ssl_cert_reqs=required');
  });
});
