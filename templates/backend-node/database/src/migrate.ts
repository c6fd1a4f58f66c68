import fs from 'node:fs/promises';
import path from 'node:path';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import { type Database, openDatabase } from './database/database.ts';
import { connectionSettings } from './database/settings.ts';

function log(level: 'info' | 'error', msg: string, fields: object = {}): void {
  console.log(JSON.stringify({ level, time: new Date().toISOString(), msg, ...fields }));
}

/** Runs what is new in ./database/migrations. Kysely takes an advisory lock: a second run waits for it. */
export async function migrateToLatest(db: Database): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: new FileMigrationProvider({
      fs,
      path,
      migrationFolder: path.join(import.meta.dirname, 'database/migrations'),
    }),
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  for (const { migrationName: migration, status } of results) {
    log(status === 'Error' ? 'error' : 'info', 'migration', { migration, status });
  }
  if (error !== undefined) throw error;
}

/** The release step: run as a command of the image before the service gets it, never at start-up. */
async function main(): Promise<void> {
  // No time limits on statements: building an index on a large table takes its time.
  const db = openDatabase(connectionSettings(process.env), (error) => log('error', error.message));
  try {
    await migrateToLatest(db);
    log('info', 'the schema is up to date');
  } catch (error) {
    const { message, cause } = error as Error;
    log('error', message, cause instanceof Error ? { cause: cause.message } : {});
    process.exitCode = 1;
  } finally {
    await db.destroy();
  }
}

if (import.meta.main) await main();
