import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of these commands. */
const folder = join(import.meta.dirname, '..');

/**
 * How a person calls these commands: through the script of the repo's own package.json where that has one, else through
 * that of this folder, which works in every repo.
 * @param packageFile the package.json whose script npm runs
 */
export function callFrom(packageFile: string | undefined): string {
  const inFolder = packageFile !== undefined && realpathSync(dirname(packageFile)) === folder;
  return inFolder ? 'npm --prefix ops run ops --' : 'npm run ops --';
}

/** What every command begins with, as it was called this time: for texts that name another one. */
export const call = callFrom(process.env.npm_package_json);
