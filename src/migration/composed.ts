import type { DatabaseProperty, PlatformName } from './plan.ts';

/** How the drivers of an app take an address of PostgreSQL that demands TLS. */
export interface Tls {
  /** Value of PGSSLMODE, which libpq, asyncpg and node-postgres read. */
  readonly mode: 'require' | 'no-verify';
  /** What is put behind the name of the database; empty for drivers that go by PGSSLMODE. */
  readonly query: string;
  /** Whether the certificate is checked, too. */
  readonly checked: boolean;
  readonly reason: string;
}

/** What is known of the image that connects. */
export interface Client {
  /** Names of the app's packages, in small letters. */
  readonly packages: ReadonlySet<string>;
  /** Whether the image has the certificate authorities of RDS, as those have whose Dockerfile is written here. */
  readonly hasAuthorities: boolean;
}

const mappers = ['typeorm', 'sequelize', 'knex', 'drizzle-orm', 'pg-promise', '@prisma/adapter-pg', 'pg'];

/** What an app's drivers have to be told: RDS refuses connections without TLS. */
export function tlsFor({ packages, hasAuthorities }: Client): Tls {
  const has = (...names: string[]): boolean => names.some((name) => packages.has(name));
  if (has('@prisma/client', 'prisma') && !has('@prisma/adapter-pg'))
    return {
      mode: 'require',
      query: '?sslmode=require',
      checked: false,
      reason: 'Prisma reads sslmode from the address.',
    };
  if (has('postgres') && !has('pg'))
    return {
      mode: 'require',
      query: '?sslmode=require',
      checked: false,
      reason: 'postgres.js reads sslmode from the address.',
    };
  if (has(...mappers))
    return {
      mode: hasAuthorities ? 'require' : 'no-verify',
      query: '',
      checked: hasAuthorities,
      reason: hasAuthorities
        ? 'node-postgres checks the certificate with PGSSLMODE=require; NODE_EXTRA_CA_CERTS names the authorities of RDS.'
        : 'node-postgres takes PGSSLMODE=require for "check the certificate", and Node does not know the authorities of RDS; no-verify encrypts without checking.',
    };
  return {
    mode: 'require',
    query: '',
    checked: hasAuthorities && !has('asyncpg'),
    reason:
      'libpq and asyncpg read PGSSLMODE. In the address it would be in the way: SQLAlchemy hands sslmode on to asyncpg, which refuses it.',
  };
}

/** The scheme that the old platform's addresses have: the code expects it, or rewrites it. */
const schemes: Readonly<Record<PlatformName, string>> = {
  render: 'postgresql',
  heroku: 'postgres',
  railway: 'postgresql',
  fly: 'postgres',
  none: 'postgresql',
};

/** A part of the database's address, of the variables that every task has anyway; for a shell, between double quotes. */
export function postgresPart(platform: PlatformName, { query }: Tls, property: DatabaseProperty): string {
  const parts: Readonly<Record<DatabaseProperty, string>> = {
    // The password has letters and digits only, so nothing in it needs an escape.
    url: `${schemes[platform]}://$DATABASE_USER:$DATABASE_PASSWORD@$DATABASE_HOST:$DATABASE_PORT/$DATABASE_NAME${query}`,
    host: '$DATABASE_HOST',
    port: '$DATABASE_PORT',
    hostport: '$DATABASE_HOST:$DATABASE_PORT',
    user: '$DATABASE_USER',
    password: '$DATABASE_PASSWORD',
    name: '$DATABASE_NAME',
  };
  return parts[property];
}

/** What is put behind the address of the cache. */
export function redisQuery({ packages }: Client): string {
  // Celery refuses rediss:// without it.
  return packages.has('celery') ? '?ssl_cert_reqs=required' : '';
}

/** A part of the cache's address; `undefined` where there is none, as it has neither users nor passwords. */
export function redisPart(query: string, property: DatabaseProperty): string | undefined {
  const parts: Readonly<Record<DatabaseProperty, string | undefined>> = {
    url: `$REDIS_URL${query}`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell
    hostport: '${REDIS_URL#rediss://}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell, which has no pattern within a pattern
    host: '$(address=${REDIS_URL#rediss://}; echo "${address%:*}")',
    port: '6379',
    user: undefined,
    password: undefined,
    name: '0',
  };
  return parts[property];
}
