import { posix } from 'node:path';
import { readJson } from './json.ts';
import { readPackageJson } from './languages/package-json.ts';
import type { SourceRepo } from './repo.ts';
import { child, textOf } from './tree.ts';

/** Read once for each repo: several readers ask. */
const known = new WeakMap<SourceRepo, ReadonlyMap<string, string>>();

const isWorkspace = (repo: SourceRepo): boolean =>
  repo.has('pnpm-workspace.yaml') || /"workspaces"\s*:/.test(repo.text('package.json') ?? '');

/** The folders of the packages of a workspace, by their names. */
function packagesOf(repo: SourceRepo): ReadonlyMap<string, string> {
  const before = known.get(repo);
  if (before) return before;
  const manifests = isWorkspace(repo) ? repo.paths.filter((path) => /\/package\.json$/.test(path)) : [];
  const named = manifests.flatMap((path): [string, string][] => {
    const name = textOf(child(readJson(repo, path).root, 'name'));
    return name === undefined ? [] : [[name, posix.dirname(path)]];
  });
  const packages = new Map(named);
  known.set(repo, packages);
  return packages;
}

/** The folders, and those of the packages in the same workspace that they depend on, by way of others as well. */
export function withWorkspacePackages(repo: SourceRepo, folders: readonly string[]): string[] {
  const packages = packagesOf(repo);
  const found = new Set(folders);
  // A set that grows while it is gone through: what is added is gone through in its turn.
  if (packages.size > 0)
    for (const folder of found) {
      const { dependencies = [], devDependencies = [] } = readPackageJson(repo, folder) ?? {};
      for (const name of [...dependencies, ...devDependencies]) {
        const place = packages.get(name);
        if (place !== undefined) found.add(place);
      }
    }
  return [...found];
}
