import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unresolved } from './git.ts';
import { labels } from './merge.ts';
import { inTheWayOf } from './paths.ts';
import type { Change } from './plan.ts';
import { Problem } from './problem.ts';
import { storedLock } from './state.ts';
import { assertHeld } from './uncommitted.ts';

/**
 * A path in conflict; `theirs` is missing where it is no longer generated, `base` where it was not to be found, or where
 * there `isNew` one, in the place of a file of the owner's.
 */
export interface Conflict {
  path: string;
  base: Buffer | undefined;
  theirs: Buffer | undefined;
  isNew?: boolean;
}

/** Markers of this package; those of git may be an example that the owner wrote, and git knows of its conflicts. */
const ownMarkers = new RegExp(`^<{7} ${labels[0]}$.*^>{7} ${labels[2]}$`, 'ms');

function hasMarkers(directory: string, path: string): boolean {
  const target = join(directory, path);
  if (inTheWayOf(directory, path) !== undefined || !existsSync(target)) return false;
  return ownMarkers.test(readFileSync(target, 'latin1'));
}

/** Generated files with markers of a merge that was made here, and those that git holds as conflicts. */
export function conflictsIn(directory: string): string[] {
  const marked = Object.keys(storedLock(directory).files).filter((path) => hasMarkers(directory, path));
  return [...new Set([...marked, ...unresolved(directory).keys()])].sort();
}

/** What a person is told who has conflicts to decide on before anything else. */
function stillInConflict(paths: readonly string[]): Problem {
  return new Problem('VIB037', {
    what: `There are conflicts that nobody has decided on yet: ${paths.join(', ')}.`,
    why: 'Both sides stand between <<<<<<< and >>>>>>> in each of them, or you edited what is no longer generated.',
    fix: `Decide between the markers, or whether to keep the file; then git add ${paths.join(' ')}, commit, and run this again.`,
  });
}

/** @throws Problem VIB037 where one of `paths` is in conflict; without `paths`, where any file is. */
export function assertDecided(directory: string, paths?: readonly string[]): void {
  const open = conflictsIn(directory).filter((path) => paths?.includes(path) ?? true);
  if (open.length > 0) throw stillInConflict(open);
}

/**
 * @throws Problem VIB036 where a file that will be merged has changes that git does not hold yet, VIB037 where it is
 * in conflict since an earlier run.
 */
export function assertCommitted(directory: string, plan: readonly Change[]): void {
  const paths = plan
    .filter(({ action }) => action === 'merge' || action === 'conflict')
    .map(({ path }) => path);
  if (paths.length === 0) return;
  assertDecided(directory, paths);
  assertHeld(directory, paths);
}
