import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { blobId } from './blob.ts';
import { enterInIndex, indexEntries } from './git.ts';
import { type Action, type Change, conflictsOf } from './plan.ts';
import { errorCode, Problem } from './problem.ts';
import {
  apply,
  begin,
  beginFolder,
  type Entry,
  endFolder,
  isAsBefore,
  removeEmptyFolders,
} from './unfinished.ts';

const writing: readonly Action[] = ['create', 'update', 'merge', 'conflict', 'remove'];

const notWritable = [
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EEXIST',
  'ENOENT',
  'ENAMETOOLONG',
  'EXDEV',
  'EBUSY',
];

function cannotWrite(directory: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Problem(
      'VIB033',
      {
        what: `There is no room left where ${directory} is to be written.`,
        why: 'The disk or your quota is full. Nothing was changed.',
        fix: 'Make room, or choose a directory on another disk.',
      },
      { cause: error },
    );
  if (code !== undefined && notWritable.includes(code))
    return new Problem(
      'VIB030',
      {
        what: `${directory} cannot be written (${code}).`,
        why: 'The directory, or the one above it, is not yours to write, is read-only, or is a file. Nothing was changed.',
        fix: 'Choose another directory, or make this one writable.',
      },
      { cause: error },
    );
  return error;
}

/**
 * Looks whether `directory`, or the nearest one above it that exists, may be written.
 * @throws Problem VIB030
 */
export function assertWritable(directory: string): void {
  let nearest = directory;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK);
  } catch (error) {
    throw cannotWrite(directory, error);
  }
}

/** Puts the new files into `folder`. One that is in `directory` already keeps its mode, which is its owner's. */
function stage(folder: string, changes: readonly Change[], directory: string): void {
  for (const { path, action, file } of changes) {
    if (!file || action === 'remove') continue;
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, file.content);
    const there = statSync(join(directory, path), { throwIfNoEntry: false });
    chmodSync(target, there ? there.mode & 0o777 : file.executable ? 0o755 : 0o644);
  }
}

/** @throws Problem VIB038 where one of the files is not what the plan was made for */
function assertAsPlanned(directory: string, entries: readonly Entry[]): void {
  const changed = entries.filter((entry) => !isAsBefore(directory, entry)).map(({ path }) => path);
  if (changed.length > 0) throw changedMeanwhile(changed.join(', '));
}

/** What a person is told when `what` is no longer what the plan was made for. */
export function changedMeanwhile(what: string): Problem {
  return new Problem('VIB038', {
    what: `What lies there has changed while this ran, or while you were asked: ${what}.`,
    why: 'The plan was made for what was there before: you, your editor or another run was quicker. Nothing was written.',
    fix: 'Run it again: the plan is then made for what is there now.',
  });
}

/** Applies all entries; when one fails, or its file has changed since the plan, what was there is put back. */
function applyAll(directory: string, folder: string, entries: readonly Entry[]): void {
  assertAsPlanned(directory, entries);
  const saved = join(folder, 'saved');
  const undo: (() => void)[] = [];
  try {
    for (const entry of entries) {
      const target = join(directory, entry.path);
      assertAsPlanned(directory, [entry]);
      if (entry.before !== null) {
        mkdirSync(dirname(join(saved, entry.path)), { recursive: true });
        copyFileSync(target, join(saved, entry.path));
      }
      undo.push(() => {
        if (entry.before === null) rmSync(target, { force: true });
        else renameSync(join(saved, entry.path), target);
        removeEmptyFolders(directory, entry.path);
      });
      apply(directory, folder, entry);
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
}

/** Lets a write that has begun finish when somebody presses Ctrl-C. */
function uninterrupted(work: () => void): void {
  const ignore = (): void => {};
  process.on('SIGINT', ignore);
  try {
    work();
  } finally {
    process.off('SIGINT', ignore);
  }
}

function writeNew(directory: string, changes: readonly Change[]): void {
  const made = mkdirSync(dirname(directory), { recursive: true });
  let staging: string | undefined;
  try {
    staging = mkdtempSync(join(dirname(directory), `.${basename(directory)}-vibely-`));
    stage(join(staging, 'new'), changes, directory);
    moveTo(join(staging, 'new'), directory);
  } finally {
    if (staging !== undefined) rmSync(staging, { recursive: true, force: true });
    // Another run may have put something into the folders above, too: only what is empty goes.
    if (made !== undefined) removeEmptyFolders(dirname(made), relative(dirname(made), directory));
  }
}

/** @throws Problem VIB038 where something has come to lie there */
function moveTo(folder: string, directory: string): void {
  try {
    renameSync(folder, directory);
  } catch (error) {
    const isThere = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errorCode(error) ?? '');
    throw isThere ? changedMeanwhile(directory) : error;
  }
}

function entryOf({ path, action, ours, file }: Change): Entry {
  const before = ours ? blobId(ours) : null;
  return { path, before, after: action === 'remove' ? null : file ? blobId(file.content) : before };
}

/** The conflicts are in git's object store before the first file is written, and in its index after the last one. */
function writeInto(directory: string, changes: readonly Change[]): void {
  const conflicts = indexEntries(directory, conflictsOf(changes));
  const folder = beginFolder(directory);
  try {
    stage(join(folder, 'new'), changes, directory);
    const entries = changes.map(entryOf);
    begin(folder, { entries, conflicts });
    applyAll(directory, folder, entries);
  } catch (error) {
    endFolder(folder);
    throw error;
  }
  enterInIndex(directory, conflicts);
  endFolder(folder);
}

/**
 * Writes what the plan says, all of it or nothing. A new directory is made beside its place and renamed. In an
 * existing one every file is first staged, with a list of what is to happen, and then renamed into place, which
 * needs no more room on the disk; a run that is killed in between is finished by `finish`.
 * @throws Problem VIB030 where the directory cannot be written, VIB033 where the disk is full, VIB038 where a file is
 * not what the plan was made for, VIB039 where another run is writing, VIB043 where the files are written and git's
 * index cannot be.
 */
export function write(directory: string, plan: readonly Change[]): void {
  const changes = plan.filter(({ action }) => writing.includes(action));
  if (changes.length === 0) return;
  try {
    uninterrupted(() =>
      existsSync(directory) ? writeInto(directory, changes) : writeNew(directory, changes),
    );
  } catch (error) {
    throw cannotWrite(directory, error);
  }
}
