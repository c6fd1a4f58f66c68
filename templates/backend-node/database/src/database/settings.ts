import { readFileSync } from 'node:fs';
import type { ClientConfig } from 'pg';
import { type Environment, integer, optional } from '../env.ts';

function required(env: Environment, name: string): string {
  const value = optional(env, name);
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

function tls(env: Environment, host: string): ClientConfig['ssl'] {
  const mode = optional(env, 'DATABASE_SSLMODE') ?? 'verify-full';
  if (mode === 'disable') return false;
  if (mode !== 'verify-full') {
    throw new Error(`DATABASE_SSLMODE must be verify-full or disable, not "${mode}"`);
  }
  return {
    ca: readFileSync(optional(env, 'DATABASE_CA_FILE') ?? '/app/rds-ca.pem', 'utf8'),
    rejectUnauthorized: true,
    // pg names the host for the certificate check only where it is no IP address.
    host,
  };
}

/** How every connection is made: the pool's and the one that listens. */
export function connectionSettings(env: Environment): ClientConfig {
  const host = required(env, 'DATABASE_HOST');
  return {
    host,
    port: integer(env, 'DATABASE_PORT', 5432, { max: 65_535 }),
    database: optional(env, 'DATABASE_NAME') ?? 'app',
    user: optional(env, 'DATABASE_USER') ?? 'app',
    password: required(env, 'DATABASE_PASSWORD'),
    ssl: tls(env, host),
    application_name: 'backend',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  };
}
