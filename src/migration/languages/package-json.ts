import { readJson } from '../json.ts';
import type { Evidence, Finding } from '../plan.ts';
import type { SourceRepo } from '../repo.ts';
import { child, entriesOf, placeOf, textOf, textsOf } from '../tree.ts';
import { below } from './build.ts';

/** What a package.json says; everything in it was written by somebody else, and any part may be missing. */
export interface PackageJson {
  readonly file: string;
  readonly scripts: ReadonlyMap<string, string>;
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
  /** Globs of the packages of a workspace. */
  readonly workspaces: readonly string[];
  readonly packageManager: string | undefined;
  readonly nodeVersion: string | undefined;
  readonly voltaNode: string | undefined;
  readonly main: string | undefined;
  /** Where a key stands, such as `scripts`, `start`. */
  readonly place: (...keys: readonly string[]) => Evidence;
  readonly findings: readonly Finding[];
}

function texts(node: Parameters<typeof entriesOf>[0]): Map<string, string> {
  return new Map([...entriesOf(node)].map(([key, value]) => [key, textOf(value) ?? '']));
}

/** Reads the package.json of a folder; `undefined` where there is none or it cannot be read. */
export function readPackageJson(repo: SourceRepo, folder: string): PackageJson | undefined {
  const file = below(folder, 'package.json');
  if (!repo.has(file)) return undefined;
  const { root, findings } = readJson(repo, file);
  if (root === undefined) return undefined;
  const at = (...keys: readonly string[]) => child(root, ...keys);
  const names = (key: string): Set<string> => new Set(entriesOf(at(key)).keys());
  return {
    file,
    scripts: texts(at('scripts')),
    dependencies: new Set([...names('dependencies'), ...names('optionalDependencies')]),
    devDependencies: names('devDependencies'),
    workspaces: textsOf(at('workspaces', 'packages') ?? at('workspaces')),
    packageManager: textOf(at('packageManager')),
    nodeVersion: textOf(at('engines', 'node')),
    voltaNode: textOf(at('volta', 'node')),
    main: textOf(at('main')),
    place: (...keys) => {
      const node = at(...keys);
      return node === undefined ? { file, line: 1 } : placeOf(node);
    },
    findings,
  };
}

/** Why the package.json of a folder says nothing, where it is there and cannot be read. */
export function brokenPackageJson(repo: SourceRepo, folder: string): readonly Finding[] {
  const file = below(folder, 'package.json');
  if (!repo.has(file)) return [];
  const { root, findings } = readJson(repo, file);
  return root === undefined ? findings : [];
}

/** Whether a package is there, for running or for building. */
export const uses = (app: PackageJson, name: string): boolean =>
  app.dependencies.has(name) || app.devDependencies.has(name);
