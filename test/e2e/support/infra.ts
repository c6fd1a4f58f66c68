import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { cache } from './paths.ts';
import { run } from './process.ts';

/** The dependencies of a generated `infra/`: see `linkModules`. */
export function linkInfraModules(directory: string): Promise<void> {
  return linkModules(directory, 'infra');
}

/**
 * The dependencies of a folder of a generated repo, installed once from its lock file and shared: they are the same
 * whatever the answers were, and up to 300 MB each time.
 */
export async function linkModules(directory: string, folder: 'infra' | 'ops' | 'backend'): Promise<void> {
  const project = join(directory, folder);
  const lock = readFileSync(join(project, 'package-lock.json'));
  const shared = join(cache, `${folder}-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}`);
  if (!existsSync(shared)) {
    const making = `${shared}.${process.pid}`;
    mkdirSync(making, { recursive: true });
    for (const file of ['package.json', 'package-lock.json'])
      copyFileSync(join(project, file), join(making, file));
    await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: making, timeoutMs: 300_000 });
    try {
      renameSync(making, shared);
    } catch {
      // Another test file was faster.
    }
  }
  symlinkSync(join(shared, 'node_modules'), join(project, 'node_modules'));
  // The repo's own .gitignore means a folder, and this is a link.
  const exclude = join(directory, '.git/info/exclude');
  if (existsSync(exclude)) appendFileSync(exclude, `${folder}/node_modules\n`);
}
