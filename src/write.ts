import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { blobId } from './blob.ts';
import type { Action, Change } from './plan.ts';
import { errorCode, Problem } from './problem.ts';

/** Where the new files wait, inside the directory, until all of them are there. A killed run leaves it behind. */
const unfinishedFolder = '.vibely-unfinished';

/** What is to happen to one path: replace `before` (a blob id; `null` for nothing) by the staged file, or remove it. */
interface Entry {
  path: string;
  before: string | null;
  remove: boolean;
}

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

function idOf(path: string): string | null {
  return existsSync(path) ? blobId(readFileSync(path)) : null;
}

function removeEmptyFolders(directory: string, path: string): void {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    try {
      rmdirSync(join(directory, folder));
    } catch {
      return; // something of the owner's is still in it
    }
  }
}

/** Does one entry; done twice it does nothing, and a file that has changed since is left alone. */
function apply(directory: string, staged: string, { path, before, remove }: Entry): void {
  const [source, target] = [join(staged, path), join(directory, path)];
  if ((!remove && !existsSync(source)) || idOf(target) !== before) return;
  if (remove) {
    rmSync(target, { force: true });
    removeEmptyFolders(directory, path);
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  renameSync(source, target);
}

/** Applies all entries; when one fails, what was there is put back. */
function applyAll(directory: string, folder: string, entries: readonly Entry[]): void {
  const saved = join(folder, 'saved');
  const undo: (() => void)[] = [];
  try {
    for (const entry of entries) {
      const target = join(directory, entry.path);
      if (entry.before !== null) {
        mkdirSync(dirname(join(saved, entry.path)), { recursive: true });
        copyFileSync(target, join(saved, entry.path));
      }
      undo.push(() => {
        if (entry.before === null) rmSync(target, { force: true });
        else renameSync(join(saved, entry.path), target);
        removeEmptyFolders(directory, entry.path);
      });
      apply(directory, join(folder, 'new'), entry);
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
    renameSync(join(staging, 'new'), directory);
  } catch (error) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    throw error;
  } finally {
    if (staging !== undefined) rmSync(staging, { recursive: true, force: true });
  }
}

function writeInto(directory: string, changes: readonly Change[]): void {
  const folder = join(directory, unfinishedFolder);
  try {
    stage(join(folder, 'new'), changes, directory);
    const entries = changes.map(
      ({ path, action, ours }): Entry => ({
        path,
        before: ours ? blobId(ours) : null,
        remove: action === 'remove',
      }),
    );
    writeFileSync(join(folder, 'entries.part'), JSON.stringify(entries));
    renameSync(join(folder, 'entries.part'), join(folder, 'entries.json'));
    applyAll(directory, folder, entries);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Writes what the plan says, all of it or nothing. A new directory is made beside its place and renamed. In an
 * existing one every file is first staged, with a list of what is to happen, and then renamed into place, which
 * needs no more room on the disk; a run that is killed in between is finished by {@link finish}.
 * @throws Problem VIB030 where the directory cannot be written, VIB033 where the disk is full.
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

/** Whether a run that was killed has left something to finish in `directory`. */
export function isUnfinished(directory: string): boolean {
  return existsSync(join(directory, unfinishedFolder));
}

/**
 * Finishes what a killed run had begun: where everything had been staged, the rest is put into place, else it
 * is dropped. Files that were edited in the meantime are left alone.
 */
export function finish(directory: string): void {
  const folder = join(directory, unfinishedFolder);
  const list = join(folder, 'entries.json');
  if (existsSync(list)) {
    const entries = JSON.parse(readFileSync(list, 'utf8')) as Entry[];
    for (const entry of entries) apply(directory, join(folder, 'new'), entry);
  }
  rmSync(folder, { recursive: true, force: true });
}
