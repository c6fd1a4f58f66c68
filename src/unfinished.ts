import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { blobId } from './blob.ts';
import { enterInIndex, type IndexEntry } from './git.ts';
import { assertNobodys, atWork, takeOver } from './owner.ts';
import { inTheWayOf, isInside } from './paths.ts';
import { errorCode } from './problem.ts';
import { answersFile, lockFile } from './state.ts';

/** Where the new files wait, inside the directory, until all of them are there. A killed run leaves it behind. */
export const unfinishedFolder = '.vibely-unfinished';

/** What is to happen to one path: from the content with the blob id `before` to that of `after`; `null` for no file. */
export interface Entry {
  path: string;
  before: string | null;
  after: string | null;
}

/** What a run has set out to do, in this order; kept until all of it is done. */
export interface Journal {
  entries: Entry[];
  /** The conflicts that git's index is to show once the files are written. */
  conflicts: IndexEntry[];
}

/** What is left to say of a run that was finished. */
export interface Finished {
  /** Files that are neither as the run found them nor as it would have left them: its answers were not stored. */
  changed: string[];
  /** Paths of its conflicts. */
  conflicts: string[];
}

const journalOf = (folder: string): string => join(folder, 'journal.json');

/** Writes down what is to be done, in one step: from now on a run that is killed can be finished. */
export function begin(folder: string, journal: Journal): void {
  writeFileSync(join(folder, 'journal.part'), JSON.stringify(journal));
  renameSync(join(folder, 'journal.part'), journalOf(folder));
}

/** No file has the id of what is none: a folder, a symbolic link. */
function idOf(path: string): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  return stat.isFile() ? blobId(readFileSync(path)) : 'no file';
}

/** Whether what lies at the path is what an entry begins with. */
export function isAsBefore(directory: string, { path, before }: Entry): boolean {
  return idOf(join(directory, path)) === before;
}

/** Removes the folders of `path` that have become empty. */
export function removeEmptyFolders(directory: string, path: string): void {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    try {
      rmdirSync(join(directory, folder));
    } catch {
      return; // something of the owner's is still in it
    }
  }
}

/**
 * Puts the file of one entry into place, or removes it. A journal may be somebody else's, as the repo is: nothing that
 * lies outside of it is written or removed.
 */
export function apply(directory: string, folder: string, { path, after }: Entry): void {
  const [source, target] = [join(folder, 'new', path), join(directory, path)];
  if (!isInside(path) || inTheWayOf(directory, path) !== undefined) return;
  if (after === null) {
    rmSync(target, { force: true });
    removeEmptyFolders(directory, path);
  } else if (existsSync(source)) {
    mkdirSync(dirname(target), { recursive: true });
    renameSync(source, target);
  }
}

/**
 * Makes the folder in which a run prepares what it writes; a second one cannot while that runs.
 * @throws Problem VIB039 where another run has it
 */
export function beginFolder(directory: string): string {
  const folder = join(directory, unfinishedFolder);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Made since this run looked whether there is one: it knows nothing of what that holds.
    if (errorCode(error) === 'EEXIST') throw atWork(folder);
    throw error;
  }
  takeOver(folder);
  // What a killed run leaves must not be taken along by `git add -A`.
  writeFileSync(join(folder, '.gitignore'), '*\n');
  return folder;
}

/** Removes the folder, when all is done or nothing is to be. */
export function endFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Whether a run that was killed has left something to finish in `directory`.
 * @throws Problem VIB039 where it may still be at work
 */
export function isUnfinished(directory: string): boolean {
  const folder = join(directory, unfinishedFolder);
  try {
    assertNobodys(folder);
    return true;
  } catch (error) {
    // None was left, the run that had it is through, or the directory is a file, which others tell of.
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

/**
 * Puts the rest of a journal into place. The answers and the lock say that everything before them is done: where a
 * file was changed in the meantime they stay as they were, and the plan that is made from them is right for each file.
 */
function resume(directory: string, folder: string, { entries, conflicts }: Journal): Finished {
  const [files, own] = [false, true].map((wanted) =>
    entries.filter(({ path }) => [answersFile, lockFile].includes(path) === wanted),
  ) as [Entry[], Entry[]];
  const isDone = ({ path, after }: Entry): boolean => idOf(join(directory, path)) === after;
  const applyUnchanged = (entry: Entry): void => {
    if (isAsBefore(directory, entry)) apply(directory, folder, entry);
  };
  files.forEach(applyUnchanged);
  const changed = files.filter((entry) => !isDone(entry)).map(({ path }) => path);
  if (changed.length === 0) own.forEach(applyUnchanged);
  const shown = conflicts.filter(({ path }) => !changed.includes(path));
  enterInIndex(directory, shown);
  return { changed: own.every(isDone) ? [] : changed, conflicts: shown.map(({ path }) => path) };
}

/**
 * Finishes what a killed run had begun: where everything had been staged, the rest is put into place, else it
 * is dropped. Files that were edited in the meantime are left alone.
 * @throws Problem VIB039 where it may still be at work, VIB043 where git's index cannot be written; the rest is done
 * then.
 */
export function finish(directory: string): Finished {
  const folder = join(directory, unfinishedFolder);
  takeOver(folder);
  const journal = existsSync(journalOf(folder))
    ? (JSON.parse(readFileSync(journalOf(folder), 'utf8')) as Journal)
    : { entries: [], conflicts: [] };
  const finished = resume(directory, folder, journal);
  endFolder(folder);
  return finished;
}
