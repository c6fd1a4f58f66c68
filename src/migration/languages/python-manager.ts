import { programOf, quoteWords } from '../commands.ts';
import { warning } from '../findings.ts';
import type { Finding } from '../plan.ts';
import type { SourceRepo } from '../repo.ts';
import { readToml } from '../toml.ts';
import { child, entriesOf } from '../tree.ts';
import { below, type PackageManager } from './build.ts';
import { pyprojectNames, readRequirements } from './requirements.ts';

/** How a Python app gets its packages. */
export interface PythonManager {
  readonly manager: PackageManager;
  readonly managerVersion: string | undefined;
  readonly lockFile: string | undefined;
  /** From the app's folder. */
  readonly manifests: readonly string[];
  readonly install: readonly string[];
  /** Lines once the source is there: the app itself is a package. */
  readonly installSource: readonly string[];
  readonly needsSource: string | undefined;
  readonly needsGit: boolean;
  readonly names: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

type Installed = readonly (readonly string[])[] | undefined;

/** The files of `pip install -r a.txt -r b.txt`. */
function requirementFiles(install: Installed): string[] {
  return (install ?? []).flatMap((given) => {
    const words = programOf(given);
    if (!words.some((word) => /^pip3?$/.test(word))) return [];
    return words.flatMap((word, at) => {
      if (/^(-r|--requirement)$/.test(words[at - 1] ?? '')) return [word];
      const joined = /^(?:-r|--requirement=)(\S+\.\w+)$/.exec(word)?.[1];
      return joined === undefined ? [] : [joined];
    });
  });
}

/** Which manager the build line calls, or else the lock file that is there. */
function managerOf(repo: SourceRepo, root: string, install: Installed): PackageManager | undefined {
  const programs = (install ?? []).map(programOf);
  const called = (['uv', 'poetry', 'pipenv'] as const).find((name) =>
    programs.some((words) => words[0] === name && /^(sync|install)$/.test(words[1] ?? '')),
  );
  if (called) return called;
  if (requirementFiles(install).length > 0) return 'pip';
  const has = (name: string): boolean => repo.has(below(root, name));
  if (has('uv.lock')) return 'uv';
  if (has('poetry.lock')) return 'poetry';
  if (has('Pipfile')) return 'pipenv';
  if (has('requirements.txt') || has('setup.py')) return 'pip';
  if (!has('pyproject.toml')) return undefined;
  const node = readToml(repo, below(root, 'pyproject.toml')).root;
  if (child(node, 'tool', 'poetry', 'dependencies')) return 'poetry';
  // Without a build system there is nothing that pip could install.
  return entriesOf(node).has('build-system') ? 'pip' : 'uv';
}

/** Extras and groups that the owner's own line asks for, and a package that is not to be installed. */
const keptWords = (install: Installed, pattern: RegExp): string[] =>
  (install ?? []).flatMap((words) =>
    words.flatMap((word, at) =>
      pattern.test(word) ? (word.includes('=') ? [word] : [word, words[at + 1] ?? '']) : [],
    ),
  );

function withPip(repo: SourceRepo, root: string, install: Installed): PythonManager {
  const asked = requirementFiles(install);
  const files = asked.length > 0 ? asked : ['requirements.txt'].filter((name) => repo.has(below(root, name)));
  const requirements = readRequirements(repo, root, files);
  const missing = files.filter((file) => !repo.has(below(root, file)));
  const options = files.map((file) => `--requirement ${quoteWords([file])}`).join(' ');
  const alone = files.length === 0;
  const pyproject = below(root, 'pyproject.toml');
  const names =
    alone && repo.has(pyproject) ? pyprojectNames(readToml(repo, pyproject).root) : requirements.names;
  const source = alone
    ? 'the app itself is installed as a package'
    : requirements.installsSource
      ? 'a requirement is a part of the source'
      : undefined;
  return {
    manager: 'pip',
    managerVersion: undefined,
    lockFile: undefined,
    manifests: requirements.files,
    install: [alone ? 'pip install .' : `pip install ${options}`],
    installSource: [],
    needsSource: source,
    needsGit: requirements.needsGit,
    names,
    findings: missing.map((file) =>
      warning(
        'python-requirements-missing',
        `The build installs ${file}, which is not there.`,
        'Mend the path, or commit the file.',
        { file: below(root, file), line: 1 },
      ),
    ),
  };
}

/** The app's own pyproject.toml: what it names, and whether it describes a package that can be installed. */
function pyprojectOf(repo: SourceRepo, root: string): { names: Set<string>; isPackage: boolean } {
  const path = below(root, 'pyproject.toml');
  const node = repo.has(path) ? readToml(repo, path).root : undefined;
  const unpackaged =
    child(node, 'tool', 'poetry', 'package-mode')?.value === false ||
    child(node, 'tool', 'uv', 'package')?.value === false;
  return { names: pyprojectNames(node), isPackage: entriesOf(node).has('build-system') && !unpackaged };
}

function withPoetry(repo: SourceRepo, root: string, install: Installed): PythonManager {
  const lock = below(root, 'poetry.lock');
  const locked = repo.has(lock);
  const written = /generated by Poetry (\d+\.\d+)/.exec((repo.text(lock) ?? '').slice(0, 200))?.[1];
  const { names, isPackage } = pyprojectOf(repo, root);
  const extras = keptWords(install, /^(--extras|-E|--with|--all-extras)/).join(' ');
  const noRoot = (install ?? []).some((words) => words.includes('--no-root'));
  const line = `poetry install --only main ${extras} --no-interaction`.replace(/ +/g, ' ');
  return {
    manager: 'poetry',
    managerVersion: written ?? '2.1',
    lockFile: locked ? 'poetry.lock' : undefined,
    manifests: ['pyproject.toml', ...(locked ? ['poetry.lock'] : [])],
    install: [`${line} --no-root`],
    installSource: isPackage && !noRoot ? [line] : [],
    needsSource: undefined,
    needsGit: /type = "git"/.test(repo.text(lock) ?? ''),
    names,
    findings: [],
  };
}

function withUv(repo: SourceRepo, root: string, install: Installed): PythonManager {
  const locked = repo.has(below(root, 'uv.lock'));
  const { names, isPackage } = pyprojectOf(repo, root);
  const extras = keptWords(install, /^(--extra|--group|--all-extras|--package)/).join(' ');
  const line = `uv sync ${locked ? '--locked' : ''} --no-dev --no-editable --inexact ${extras}`
    .replace(/ +/g, ' ')
    .trim();
  return {
    manager: 'uv',
    managerVersion: undefined,
    lockFile: locked ? 'uv.lock' : undefined,
    manifests: ['pyproject.toml', ...(locked ? ['uv.lock'] : [])],
    install: [`${line} --no-install-project`],
    installSource: isPackage ? [line] : [],
    needsSource: undefined,
    needsGit: /git = "/.test(repo.text(below(root, 'uv.lock')) ?? ''),
    names,
    findings: [],
  };
}

function withPipenv(repo: SourceRepo, root: string): PythonManager {
  const locked = repo.has(below(root, 'Pipfile.lock'));
  const node = readToml(repo, below(root, 'Pipfile'));
  return {
    manager: 'pipenv',
    managerVersion: undefined,
    lockFile: locked ? 'Pipfile.lock' : undefined,
    manifests: ['Pipfile', ...(locked ? ['Pipfile.lock'] : [])],
    install: [
      `pipenv requirements${locked ? '' : ' --from-pipfile'} > /tmp/requirements.txt`,
      'pip install --requirement /tmp/requirements.txt',
    ],
    installSource: [],
    needsSource: undefined,
    needsGit: /git = "/.test(repo.text(below(root, 'Pipfile')) ?? ''),
    names: new Set(
      [...entriesOf(child(node.root, 'packages')).keys()].map((name) =>
        name.toLowerCase().replace(/[-_.]+/g, '-'),
      ),
    ),
    findings: node.findings,
  };
}

/** Finds out how a Python app's packages are installed; `undefined` where nothing says what it needs. */
export function pythonManager(repo: SourceRepo, root: string, install: Installed): PythonManager | undefined {
  const manager = managerOf(repo, root, install);
  if (manager === undefined) return undefined;
  const readers = {
    pip: () => withPip(repo, root, install),
    poetry: () => withPoetry(repo, root, install),
    uv: () => withUv(repo, root, install),
    pipenv: () => withPipenv(repo, root),
  };
  const found = readers[manager as keyof typeof readers]();
  const unlocked =
    (manager === 'poetry' || manager === 'uv' || manager === 'pipenv') && found.lockFile === undefined;
  const place = { file: below(root, found.manifests[0] ?? 'requirements.txt'), line: 1 };
  const what = `There is no lock file of ${manager}: each build takes the newest versions.`;
  return unlocked
    ? {
        ...found,
        findings: [
          ...found.findings,
          warning('python-no-lock-file', what, `Run ${manager} lock and commit what it writes.`, place),
        ],
      }
    : found;
}
