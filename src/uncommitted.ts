import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git, listed, mustGit } from './git.ts';
import { Problem } from './problem.ts';

/** Settings with which git would believe its index, or keep a part of the one made here. */
const plainIndex = ['core.fsmonitor', 'core.ignoreStat', 'core.splitIndex', 'core.untrackedCache'];

/**
 * Those of `paths` (relative to `directory`) whose content is not that of the last commit. The owner's index is not
 * asked: an entry of it may say that the file is to be taken for unchanged, and an ignored file has none. Git itself
 * compares, with all that it knows of line endings and filters, by an index that is made of the commit alone.
 * @throws Problem VIB044, VIB047 where git cannot tell.
 */
export function uncommitted(directory: string, paths: readonly string[]): string[] {
  const prefix = mustGit(directory, ['rev-parse', '--show-prefix']).trimEnd();
  const commit = git(directory, ['rev-parse', '--quiet', '--verify', 'HEAD']);
  const settings = plainIndex.flatMap((name) => ['-c', `${name}=false`]);
  const folder = mkdtempSync(join(tmpdir(), 'vibely-index-'));
  try {
    const extra = { GIT_INDEX_FILE: join(folder, 'index') };
    const ask = (...args: string[]): string => mustGit(directory, [...settings, ...args], { extra });
    if (commit !== undefined) ask('read-tree', '--no-sparse-checkout', commit);
    const how = ['--porcelain', '-z', '--no-renames', '--untracked-files=all', '--ignored=traditional'];
    const files = paths.map((path) => `:(top,literal)${prefix}${path}`);
    return listed(ask('status', ...how, '--', ...files)).map((line) => line.slice(3).slice(prefix.length));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Those of `paths` that the owner told git to take for unchanged, or not to look at. */
function hidden(directory: string, paths: readonly string[]): string[] {
  const lines = listed(mustGit(directory, ['--literal-pathspecs', 'ls-files', '-v', '-z', '--', ...paths]));
  return lines.filter((line) => /^(S|[a-z]) /.test(line)).map((line) => line.slice(2));
}

/** Those of `paths` that git ignores and does not track. */
function ignored(directory: string, paths: readonly string[]): string[] {
  const args = ['ls-files', '--others', '--ignored', '--exclude-standard', '-z', '--', ...paths];
  return listed(mustGit(directory, ['--literal-pathspecs', ...args]));
}

/** @throws Problem VIB036 where one of `paths` has changes that git does not hold yet, with the commands that help */
export function assertHeld(directory: string, paths: readonly string[]): void {
  const dirty = uncommitted(directory, paths);
  if (dirty.length === 0) return;
  const [all, silent, unwanted] = [dirty, hidden(directory, dirty), ignored(directory, dirty)].map((some) =>
    some.join(' '),
  );
  const commands = [
    silent && `git update-index --no-assume-unchanged --no-skip-worktree -- ${silent}`,
    `git add ${unwanted && '-f '}-- ${all}`,
    `git commit -m "Before vibely" -- ${all}`,
  ].filter(Boolean);
  const stash = silent || unwanted ? '' : ', or put them aside with git stash -u,';
  const why = unwanted ? ` Git ignores ${unwanted}: it can be merged once a commit holds it.` : '';
  throw new Problem('VIB036', {
    what: `There are changes that are not committed in ${dirty.join(', ')}.`,
    why: `They would be merged with what is generated, and you could not go back to them.${why}`,
    fix: `Commit them${stash} and run this again: ${commands.join(' && ')}`,
  });
}
