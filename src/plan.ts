import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answers } from './answers.ts';
import { errorCode, Problem } from './problem.ts';
import { blobId, isSeed, type RenderedFile, type RenderedRepo } from './render.ts';
import { answersContent, answersFile, lockContent, lockFile, storedLock } from './state.ts';

/**
 * What will happen to one path.
 * - `create`, `update`: written; `update` only where the owner never touched the file.
 * - `remove`: no longer generated, and never touched.
 * - `conflict`: the owner's file differs from what would be written; to be asked about.
 * - `keep`: the owner's file stays (edited, deleted or a seed). `same`: nothing to do.
 */
export type Action = 'create' | 'update' | 'remove' | 'conflict' | 'keep' | 'same';

/** One path of the plan. `file` is absent for `remove`, `ours` where nothing lies there. */
export interface Change {
  path: string;
  action: Action;
  file?: RenderedFile;
  ours?: Buffer;
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'EISDIR' || code === 'ENOTDIR') throw inTheWay(path);
    if (code === 'EACCES' || code === 'EPERM')
      throw new Problem('VIB032', {
        what: `${path} cannot be read.`,
        why: 'It belongs to somebody else or its mode forbids it.',
        fix: 'Give yourself access to it, or choose another directory.',
      });
    throw error;
  }
}

function inTheWay(path: string): Problem {
  return new Problem('VIB031', {
    what: `${path} is in the way.`,
    why: 'A file or folder of that name is needed for something else, or a symbolic link leads out of the directory.',
    fix: 'Move it away, or choose another directory.',
  });
}

/** Refuses a path that a symbolic link or a plain file would lead elsewhere. */
function assertInside(directory: string, path: string): void {
  const parts = path.split('/');
  for (let depth = 1; depth < parts.length; depth++) {
    const folder = join(directory, ...parts.slice(0, depth));
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (!stat.isDirectory()) throw inTheWay(folder);
  }
  if (lstatSync(join(directory, path), { throwIfNoEntry: false })?.isSymbolicLink())
    throw inTheWay(join(directory, path));
}

/** Decides for one path from what was generated last time (`base`, a blob id), what lies there and what is new. */
export function decide(
  path: string,
  base: string | undefined,
  ours: Buffer | undefined,
  theirs: Buffer | undefined,
): Action {
  const oursId = ours && blobId(ours);
  const theirsId = theirs && blobId(theirs);
  if (oursId === theirsId) return 'same';
  if (theirsId === undefined) return oursId === base ? 'remove' : 'keep';
  if (oursId === undefined) return base === undefined ? 'create' : 'keep';
  if (oursId === base) return isSeed(path) ? 'keep' : 'update';
  return theirsId === base || (base !== undefined && isSeed(path)) ? 'keep' : 'conflict';
}

function changeOf(
  directory: string,
  path: string,
  base: string | undefined,
  file: RenderedFile | undefined,
): Change {
  assertInside(directory, path);
  const ours = read(join(directory, path));
  return {
    path,
    action: decide(path, base, ours, file?.content),
    ...(file && { file }),
    ...(ours && { ours }),
  };
}

/** The generator's own two files are always brought up to date. */
function ownFile(directory: string, path: string, content: Buffer): Change {
  assertInside(directory, path);
  const ours = read(join(directory, path));
  const action = ours === undefined ? 'create' : ours.equals(content) ? 'same' : 'update';
  return { path, action, file: { content, executable: false }, ...(ours && { ours }) };
}

/**
 * What writing `repo` into `directory` would do, decided for every path before the first byte is written.
 * @throws Problem VIB031 for something in the way, VIB032 for a file that cannot be read.
 */
export function planFor(directory: string, answers: Answers, repo: RenderedRepo): Change[] {
  const lock = storedLock(directory);
  const paths = [...new Set([...repo.keys(), ...Object.keys(lock.files)])].sort();
  return [
    ...paths.map((path) => changeOf(directory, path, lock.files[path], repo.get(path))),
    ownFile(directory, answersFile, answersContent(directory, answers)),
    ownFile(directory, lockFile, lockContent(repo)),
  ];
}
