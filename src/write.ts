import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Change } from './plan.ts';
import { errorCode, Problem } from './problem.ts';

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
  if (
    code !== undefined &&
    ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'ENAMETOOLONG', 'EXDEV', 'EBUSY'].includes(
      code,
    )
  )
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

/** Creates a folder and those above it; returns the topmost one that was missing. */
function makeFolder(folder: string): string | undefined {
  return mkdirSync(folder, { recursive: true });
}

function stage(staging: string, changes: readonly Change[]): void {
  for (const { path, file } of changes) {
    if (!file) continue;
    const target = join(staging, path);
    makeFolder(dirname(target));
    writeFileSync(target, file.content);
    chmodSync(target, file.executable ? 0o755 : 0o644);
  }
}

/**
 * Moves staged files into place. What was there is kept in `saved` until all have moved, and put back when
 * one cannot.
 */
function moveIn(directory: string, staging: string, saved: string, changes: readonly Change[]): void {
  const undo: (() => void)[] = [];
  try {
    for (const { path, file, ours } of changes) {
      const target = join(directory, path);
      if (ours !== undefined) {
        makeFolder(dirname(join(saved, path)));
        renameSync(target, join(saved, path));
        undo.push(() => renameSync(join(saved, path), target));
      }
      if (!file) continue;
      const made = makeFolder(dirname(target));
      if (made !== undefined) undo.push(() => rmdirSync(made));
      renameSync(join(staging, path), target);
      undo.push(() => rmSync(target));
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
}

function removeEmptyFolders(directory: string, changes: readonly Change[]): void {
  for (const { path, file } of changes) {
    if (file) continue;
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
      try {
        rmdirSync(join(directory, folder));
      } catch {
        break; // something of the owner's is still in it
      }
    }
  }
}

/** Lets a write that has begun finish: an interrupt in the middle of it would leave half of it behind. */
function uninterrupted(work: () => void): void {
  const ignore = (): void => {};
  process.on('SIGINT', ignore);
  try {
    work();
  } finally {
    process.off('SIGINT', ignore);
  }
}

/**
 * Writes what the plan says (`create`, `update`, `remove`), all of it or nothing: every file is first written
 * to a folder beside its place and then renamed, which needs no more room on the disk.
 * @throws Problem VIB030 where the directory cannot be written, VIB033 where the disk is full.
 */
export function write(directory: string, plan: readonly Change[]): void {
  const changes = plan.filter(({ action }) => ['create', 'update', 'remove'].includes(action));
  if (changes.length === 0) return;
  const isNew = !existsSync(directory);
  const home = isNew ? dirname(directory) : directory;
  let made: string | undefined;
  let staging: string | undefined;
  const work = (): void => {
    made = makeFolder(home);
    staging = mkdtempSync(join(home, `.${basename(directory)}-vibely-`));
    const fresh = join(staging, 'new');
    stage(fresh, changes);
    if (isNew) renameSync(fresh, directory);
    else moveIn(directory, fresh, join(staging, 'saved'), changes);
    removeEmptyFolders(directory, changes);
  };
  try {
    uninterrupted(work);
    made = undefined;
  } catch (error) {
    throw cannotWrite(directory, error);
  } finally {
    if (staging !== undefined) rmSync(staging, { recursive: true, force: true });
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  }
}
