import { note, warning } from '../findings.ts';
import type { Finding } from '../plan.ts';
import type { SourceRepo } from '../repo.ts';
import { below, type PackageManager } from './build.ts';
import type { PackageJson } from './package-json.ts';

/** How a Node app gets its packages. */
export interface NodeManager {
  readonly manager: PackageManager;
  readonly managerVersion: string | undefined;
  /** Folder of the lock file, from the top of the repo: the app's own, or that of its workspace. */
  readonly folder: string;
  /** Name of the lock file. */
  readonly lockFile: string | undefined;
  readonly findings: readonly Finding[];
}

const lockFiles: readonly (readonly [name: string, manager: 'npm' | 'pnpm' | 'yarn' | 'bun'])[] = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];

/** The folder and those above it, innermost first. */
export function upwards(folder: string): string[] {
  const parts = folder === '' ? [] : folder.split('/');
  return [...parts.keys()].map((index) => parts.slice(0, parts.length - index).join('/')).concat('');
}

/** The folder whose lock file counts: the nearest one upwards, as long as the way leads into a workspace. */
function lockFolder(repo: SourceRepo, root: string): string {
  const has = (folder: string): boolean => lockFiles.some(([name]) => repo.has(below(folder, name)));
  const isWorkspace = (folder: string): boolean =>
    repo.has(below(folder, 'pnpm-workspace.yaml')) ||
    /"workspaces"\s*:/.test(repo.text(below(folder, 'package.json')) ?? '');
  return upwards(root).find((folder) => has(folder) && (folder === root || isWorkspace(folder))) ?? root;
}

/** The major of pnpm that writes that version of its lock file. */
function pnpmVersion(repo: SourceRepo, lock: string): string {
  const written = /^lockfileVersion:\s*'?(\d+)/m.exec(repo.text(lock) ?? '')?.[1];
  return { '5': '7', '6': '8', '9': '10' }[written ?? ''] ?? '10';
}

function yarnVersion(repo: SourceRepo, folder: string, declared: string | undefined): string | undefined {
  if (declared !== undefined && !declared.startsWith('1')) return declared;
  const release = /yarnPath:.*yarn-(\d[\w.]*)\.cjs/.exec(repo.text(below(folder, '.yarnrc.yml')) ?? '')?.[1];
  if (release !== undefined) return release;
  const written = /^__metadata:\s+version: (\d+)/m.exec(repo.text(below(folder, 'yarn.lock')) ?? '')?.[1];
  if (written === undefined) return undefined;
  // A newer Yarn writes the file anew in its own version, which --immutable forbids.
  if (Number(written) > 8) return '4';
  return Number(written) >= 7 ? '4.9.2' : Number(written) === 6 ? '3' : '2.4.3';
}

/** Finds out how the packages of an app are installed: by its lock file, then by `packageManager`, else npm. */
export function nodeManager(repo: SourceRepo, root: string, app: PackageJson, asked?: string): NodeManager {
  const folder = lockFolder(repo, root);
  const found = lockFiles.filter(([name]) => repo.has(below(folder, name)));
  const [, declared, version] = /^(npm|pnpm|yarn|bun)@(\d[\w.-]*)/.exec(app.packageManager ?? '') ?? [];
  const wanted = declared ?? asked;
  const [lockFile, named] = found.find(([, manager]) => manager === wanted) ?? found[0] ?? [];
  const base = named ?? wanted ?? 'npm';
  const berry =
    base === 'yarn' ? yarnVersion(repo, folder, declared === 'yarn' ? version : undefined) : undefined;
  const own = declared === base ? version : undefined;
  const versions: Readonly<Record<string, string | undefined>> = {
    npm: undefined,
    pnpm: own ?? pnpmVersion(repo, below(folder, 'pnpm-lock.yaml')),
    yarn: berry ?? '1',
    bun: own ?? '1',
  };
  const findings: Finding[] = [];
  const managers = new Set(found.map(([, manager]) => manager));
  if (managers.size > 1)
    findings.push(
      warning(
        'node-several-lock-files',
        `There are lock files of ${[...managers].join(' and ')}; ${lockFile} was taken.`,
        'Delete the others: each brings other versions.',
        found.map(([name]) => ({ file: below(folder, name), line: 1 })),
      ),
    );
  if (lockFile === undefined)
    findings.push(
      warning(
        'node-no-lock-file',
        `${app.file} has no lock file: each build takes the newest versions.`,
        `Run ${base} install and commit what it writes.`,
        { file: app.file, line: 1 },
      ),
    );
  if (
    berry !== undefined &&
    !/nodeLinker:\s*node-modules/.test(repo.text(below(folder, '.yarnrc.yml')) ?? '')
  )
    findings.push(
      note(
        'node-yarn-linker',
        "Yarn would install without a node_modules folder (Plug'n'Play).",
        'The image installs with YARN_NODE_LINKER=node-modules, so that node runs by itself, without yarn.',
        { file: below(folder, 'yarn.lock'), line: 1 },
      ),
    );
  return {
    manager: berry === undefined ? (base as PackageManager) : 'berry',
    managerVersion: versions[base],
    folder,
    lockFile,
    findings,
  };
}

/** Flags of the owner's own install command that change what is installed. */
const keptFlags =
  /^--(legacy-peer-deps|force|ignore-scripts|shamefully-hoist|ignore-engines|no-optional|omit=optional)$/;

/** The line that installs everything, development packages included. */
export function installLine(manager: PackageManager, locked: boolean, flags: readonly string[]): string {
  const kept = flags.filter((flag) => keptFlags.test(flag));
  const words: Readonly<Record<string, readonly string[]>> = {
    npm: [locked ? 'npm ci' : 'npm install', '--include=dev --no-audit --no-fund'],
    pnpm: ['pnpm install', locked ? '--frozen-lockfile' : '--no-frozen-lockfile', '--prod=false'],
    yarn: ['yarn install --production=false', ...(locked ? ['--frozen-lockfile'] : [])],
    berry: ['yarn install', ...(locked ? ['--immutable'] : [])],
    bun: ['bun install', ...(locked ? ['--frozen-lockfile'] : [])],
  };
  return [...(words[manager] ?? []), ...kept].join(' ');
}

/** The line that takes development packages away; `undefined` where there is no such command. */
export function pruneLine(
  { manager, managerVersion = '' }: Pick<NodeManager, 'manager' | 'managerVersion'>,
  workspace: boolean,
  flags: readonly string[],
): string | undefined {
  const kept = flags.filter((flag) => keptFlags.test(flag) && flag !== '--ignore-scripts').join(' ');
  const lines: Readonly<Record<string, string | undefined>> = {
    npm: `npm prune --omit=dev --no-audit --no-fund ${kept}`.trim(),
    // pnpm does not prune the packages of a workspace.
    pnpm: workspace ? undefined : 'CI=true pnpm prune --prod --ignore-scripts',
    yarn: 'yarn install --production --frozen-lockfile --ignore-scripts --prefer-offline',
    // Before 4 the command was a plugin.
    berry: /^[23]/.test(managerVersion) ? undefined : 'yarn workspaces focus --all --production',
    bun: 'rm -rf node_modules && bun install --production --ignore-scripts',
  };
  return lines[manager];
}
