import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openDatabase } from '../../src/database/database.ts';
import { connectionSettings } from '../../src/database/settings.ts';
import type { Environment } from '../../src/env.ts';
import { migrateToLatest } from '../../src/migrate.ts';

const HOW_TO_START = `The tests need PostgreSQL, told by DATABASE_HOST, DATABASE_PASSWORD and DATABASE_SSLMODE=disable:
  cp .env.example .env && docker compose up -d database`;

export interface TestEnvironment {
  env: Environment;
  dispose(): Promise<void>;
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client(connectionSettings(process.env));
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

/** A database of its own for each test file: none sees another's rows, or those of `npm run dev`. */
export async function emptyDatabase(): Promise<TestEnvironment> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  try {
    await onServer(`create database ${name}`);
  } catch (cause) {
    throw new Error(HOW_TO_START, { cause });
  }
  return {
    env: {
      DATABASE_HOST: process.env.DATABASE_HOST,
      DATABASE_PORT: process.env.DATABASE_PORT,
      DATABASE_USER: process.env.DATABASE_USER,
      DATABASE_PASSWORD: process.env.DATABASE_PASSWORD,
      DATABASE_SSLMODE: process.env.DATABASE_SSLMODE,
      DATABASE_CA_FILE: process.env.DATABASE_CA_FILE,
      DATABASE_NAME: name,
    },
    dispose: () => onServer(`drop database ${name} with (force)`),
  };
}

export async function testEnvironment(): Promise<TestEnvironment> {
  const environment = await emptyDatabase();
  const db = openDatabase(connectionSettings(environment.env), () => {});
  await migrateToLatest(db).finally(() => db.destroy());
  return environment;
}
