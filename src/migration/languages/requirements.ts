import { posix } from 'node:path';
import type { SourceRepo } from '../repo.ts';
import { readToml } from '../toml.ts';
import { child, entriesOf, type Located, textOf, textsOf } from '../tree.ts';
import { below } from './build.ts';

/** What a Python app asks for, by the manifest that counts. */
export interface Requirements {
  /** Names of the packages, as PyPI compares them: lower case, with `-`. */
  readonly names: ReadonlySet<string>;
  /** Files that the installation reads, from the app's folder. */
  readonly files: readonly string[];
  /** Whether a part of the app itself is installed: `-e .`, `./lib`. */
  readonly installsSource: boolean;
  /** Whether something comes from git. */
  readonly needsGit: boolean;
}

/** `Flask_Login` and `flask-login` are one package. */
const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

/** The package of `uvicorn[standard]>=0.30; python_version > "3"`: its name, and its extras as names of their own. */
export function packageName(requirement: string): string | undefined {
  const [, name, extras = ''] = /^([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?/.exec(requirement.trim()) ?? [];
  if (name === undefined) return undefined;
  // psycopg[binary] brings its library, psycopg[c] is compiled.
  const extra =
    normal(name) === 'psycopg' ? extras.split(',').find((one) => /^(binary|c)$/.test(one.trim())) : undefined;
  return extra === undefined ? normal(name) : `psycopg-${extra.trim()}`;
}

/** Reads a requirements file and those that it includes, each once. */
export function readRequirements(repo: SourceRepo, root: string, files: readonly string[]): Requirements {
  const names = new Set<string>();
  const seen = new Set<string>();
  let installsSource = false;
  let needsGit = false;
  const read = (file: string): void => {
    if (seen.has(file) || !repo.has(below(root, file))) return;
    seen.add(file);
    for (const raw of (repo.text(below(root, file)) ?? '').replace(/\\\n/g, ' ').split('\n')) {
      const line = raw.replace(/(^|\s)#.*$/, '').trim();
      const included = /^(?:-r|--requirement|-c|--constraint)[ =]?\s*(\S+)/.exec(line)?.[1];
      if (included !== undefined) read(posix.join(posix.dirname(file), included));
      else if (/(^|@\s*|^(?:-e|--editable)[ =]\s*)git\+/.test(line)) {
        needsGit = true;
        const name = /#egg=([\w.-]+)|^([\w.-]+)(?:\[.*\])?\s*@/.exec(line);
        if (name) names.add(normal(name[1] ?? name[2] ?? ''));
      } else if (/^(-e|--editable)\b|^\.{0,2}\//.test(line) || line === '.') installsSource = true;
      else if (!line.startsWith('-')) {
        const name = packageName(line);
        if (name !== undefined) names.add(name);
      }
    }
  };
  for (const file of files) read(posix.normalize(file));
  return { names, files: [...seen], installsSource, needsGit };
}

const keysOf = (node: Located | undefined): string[] => [...entriesOf(node).keys()].map(normal);

/** The names in a pyproject.toml: of the standard's list and of Poetry's tables. */
export function pyprojectNames(root: Located | undefined): Set<string> {
  const listed = textsOf(child(root, 'project', 'dependencies')).flatMap((text) => packageName(text) ?? []);
  const groups = [...entriesOf(child(root, 'project', 'optional-dependencies')).values()].flatMap((group) =>
    textsOf(group).flatMap((text) => packageName(text) ?? []),
  );
  const poetry = keysOf(child(root, 'tool', 'poetry', 'dependencies')).filter((name) => name !== 'python');
  return new Set([...listed, ...groups, ...poetry]);
}

/** Text of a key in a TOML file of a folder. */
export const tomlText = (repo: SourceRepo, path: string, ...keys: readonly string[]): string | undefined =>
  repo.has(path) ? textOf(child(readToml(repo, path).root, ...keys)) : undefined;
