import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/package.ts';
import { must, type Outcome, scratch } from '../../support.ts';

const folders = ['test/migration/writing/repos', 'test/migration/apps'].map((path) =>
  join(packageRoot, path),
);

/** The apps that are migrated: name → folder. */
export const apps: ReadonlyMap<string, string> = new Map(
  folders.flatMap((folder) => readdirSync(folder).map((name) => [name, join(folder, name)] as const)),
);

export const accounts = ['--dev-account', '111122223333', '--prod-account', '444455556666'];

function git(folder: string, ...args: string[]): string {
  return must('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], folder);
}

/** Commits all that lies in a folder. */
export function commit(folder: string, message = 'Change'): void {
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', message);
}

/** What differs from the last commit, as `git status --short` says it. */
export const changes = (folder: string): string => git(folder, 'status', '--short');

/** A committed copy of an app. */
export function copyOf(name: string): string {
  const folder = join(scratch(), 'shop');
  cpSync(apps.get(name) ?? name, folder, { recursive: true });
  git(folder, 'init', '-q', '-b', 'main');
  commit(folder, 'Begin');
  return folder;
}

/** Runs a command of the bin from its source, without a terminal, without installing anything. */
export function run(folder: string, ...args: string[]): Outcome {
  const bin = join(packageRoot, 'src/cli.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args, '--skip-install'], {
    cwd: folder,
    input: '',
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

/** Runs `vibely migrate` where nobody can be asked. */
export const migrate = (folder: string, ...args: string[]): Outcome =>
  run(folder, 'migrate', '--yes', ...accounts, ...args);

/** Puts the dependencies of the infrastructure at hand. */
export function withDependencies(folder: string): string {
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'infra/node_modules'));
  return folder;
}
