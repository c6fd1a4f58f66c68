import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findUp(directory: string): string {
  return existsSync(join(directory, 'package.json')) ? directory : findUp(dirname(directory));
}

/** The package's own folder, found from this module, whether it runs from `src/` or from `dist/src/`. */
export const packageRoot: string = findUp(dirname(fileURLToPath(import.meta.url)));

const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));

/** Version of the package, as `package.json` has it. */
export const packageVersion: string = manifest.version;

/** Versions of Node.js that run this package, as `engines` of `package.json` has them. */
export const supportedNode: string = manifest.engines.node;
