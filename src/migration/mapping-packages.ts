import type { SourceRepo } from './repo.ts';
import { withWorkspacePackages } from './workspaces.ts';

const manifest =
  /^(package\.json|requirements[\w.-]*\.(txt|in)|pyproject\.toml|Pipfile|requirements\/[\w.-]+\.txt)$/;

/** The names of all packages that the manifests in some folders (and at the top) name, in small letters. */
export function packageNames(repo: SourceRepo, roots: readonly string[]): ReadonlySet<string> {
  const folders = new Set(['', ...withWorkspacePackages(repo, roots)]);
  const names = new Set<string>();
  for (const folder of folders)
    for (const path of repo.paths.filter((one) => folder === '' || one.startsWith(`${folder}/`))) {
      if (!manifest.test(folder === '' ? path : path.slice(folder.length + 1))) continue;
      for (const line of (repo.text(path) ?? '').split('\n')) {
        if (/^\s*(#|\/\/)/.test(line)) continue;
        const quoted = [...line.matchAll(/["'](@?[\w][\w./-]*)/g)].map(([, name = '']) => name);
        const first = /^\s*([A-Za-z][\w.-]*)/.exec(line)?.[1];
        for (const name of [...quoted, ...(first === undefined ? [] : [first])])
          names.add(name.toLowerCase());
      }
    }
  return names;
}
