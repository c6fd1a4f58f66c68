import { type HowToMap, type Mapped, mapPlan } from '../../../src/migration/mapping.ts';
import type { PlatformName } from '../../../src/migration/plan.ts';
import { readPlan } from '../../../src/migration/read.ts';
import { repoWith } from '../tree.ts';

/** What an app comes to, given as its files. */
export async function mapped(
  files: Readonly<Record<string, string>>,
  platform?: PlatformName,
  web?: string,
  how: Partial<HowToMap> = {},
): Promise<Mapped> {
  const repo = repoWith(files);
  return mapPlan(repo, await readPlan(repo, { platform }), { name: 'shop', web, questions: [], ...how });
}

/** The ids of what is said of it at a level. */
export const said = ({ migration }: Mapped, level: 'gap' | 'warning' | 'note'): string[] =>
  migration.findings.filter((one) => one.level === level).map(({ id }) => id);

/** A package.json with these dependencies. */
export const packageJson = (dependencies: Readonly<Record<string, string>>, start = 'node a.js'): string =>
  JSON.stringify({ name: 'shop', scripts: { start }, dependencies });

/** A server of Express. */
export const node = { 'package.json': packageJson({ express: '5.1.0' }), 'a.js': '' };

/** A Blueprint with a web service and what else is given, in YAML's flow style. */
export const blueprint = (services: readonly string[], rest = ''): string =>
  `services:\n${services.map((one) => `  - ${one}\n`).join('')}${rest}`;

/** A web service of a Blueprint. */
export const web =
  '{type: web, name: api, runtime: node, buildCommand: npm ci, startCommand: node a.js, healthCheckPath: /up}';
