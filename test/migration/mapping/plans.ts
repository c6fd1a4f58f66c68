import { type Mapped, mapPlan } from '../../../src/migration/mapping.ts';
import type { PlatformName } from '../../../src/migration/plan.ts';
import { readPlan } from '../../../src/migration/read.ts';
import { repoWith } from '../tree.ts';

/** What an app comes to, given as its files. */
export async function mapped(
  files: Readonly<Record<string, string>>,
  platform?: PlatformName,
  web?: string,
): Promise<Mapped> {
  const repo = repoWith(files);
  return mapPlan(repo, await readPlan(repo, { platform }), { name: 'shop', web, questions: [] });
}

/** The ids of what is said of it at a level. */
export const said = ({ migration }: Mapped, level: 'gap' | 'warning' | 'note'): string[] =>
  migration.findings.filter((one) => one.level === level).map(({ id }) => id);

/** A package.json with these dependencies. */
export const packageJson = (dependencies: Readonly<Record<string, string>>, start = 'node a.js'): string =>
  JSON.stringify({ name: 'shop', scripts: { start }, dependencies });
