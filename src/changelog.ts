import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package.ts';
import { isNewer } from './version.ts';

/**
 * What the changelog tells owners about the versions after `version`: its sections, newest first; empty where
 * there is none.
 */
export function changesSince(
  version: string,
  text: string = readFileSync(join(packageRoot, 'CHANGELOG.md'), 'utf8'),
): string {
  const sections = text.split(/^(?=## )/m).filter((section) => section.startsWith('## '));
  return sections.filter((section) => isNewer(/^## (\S+)/.exec(section)?.[1] ?? '', version)).join('');
}
