import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answers } from './answers.ts';
import type { BaseTexts } from './base.ts';
import { blobId } from './blob.ts';
import type { IndexConflict } from './git.ts';
import { isBinary, toLf, withLineEndingsOf } from './lines.ts';
import { type Merged, mergeAll, type Sides, updatedJson } from './merge.ts';
import { inTheWayOf } from './paths.ts';
import { errorCode, Problem } from './problem.ts';
import { isSeed, type RenderedFile, type RenderedRepo } from './render.ts';
import {
  answersContent,
  answersFile,
  isGenerated,
  type Lock,
  lockContent,
  lockFile,
  storedLock,
} from './state.ts';

/**
 * What will happen to one path.
 * - `create`, `update`, `remove`: written or removed; only what the owner never touched is updated or removed.
 * - `merge`: both changed it, and both changes are taken over.
 * - `conflict`: both changed the same lines, and the file will hold both, between git's markers; or the owner
 *   edited what is no longer generated, and it stays as it is.
 * - `differs`: a file of that name was there before anything was generated; to be asked about.
 * - `own`: the owner has a file of their own where one would be generated; it stays as it is, and the lock does not know
 *   it.
 * - `left`: the templates changed what the owner deleted, renamed or replaced by something else than a text; that
 *   stays as it is, and the change does not get there.
 * - `keep`: the owner's file stays (edited or deleted). `same`: nothing to do.
 */
export type Action =
  | 'create'
  | 'update'
  | 'remove'
  | 'merge'
  | 'conflict'
  | 'differs'
  | 'own'
  | 'left'
  | 'keep'
  | 'same';

/** Whether a path stays as it is. */
export const stays = (action: Action): boolean => ['own', 'left', 'keep', 'same'].includes(action);

/** Whether a path stays as it is although something else is generated there, so that a person has to be told. */
export const isLeft = (action: Action): boolean => action === 'left' || action === 'own';

/**
 * Whether a path is one of the programs, or what they are built with: with a file of another program in their midst they
 * do not work.
 */
export const isProgram = (path: string): boolean => /^(infra|ops)\//.test(path);

/** One path of the plan. */
export interface Change {
  path: string;
  action: Action;
  /** What will lie there: the generated file, or the merged one. Absent for what is no longer generated. */
  file?: RenderedFile;
  /** Blob id of what is generated there now. */
  id?: string;
  /** What lies there now. */
  ours?: Buffer;
  /**
   * The sides of a `conflict`, as git's index wants them. `base` is missing where it could not be found, `theirs`
   * where the file is no longer generated. It `isNew` where the owner has a file of their own in the place of a program.
   */
  sides?: { base: Buffer | undefined; theirs: Buffer | undefined; isNew?: boolean };
}

/** The conflicts of a plan, with all that git's index wants of them. */
export function conflictsOf(plan: readonly Change[]): IndexConflict[] {
  return plan.flatMap(({ path, ours, sides }) => (ours && sides ? [{ path, ours, ...sides }] : []));
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
    why: 'Something else is to be written there, or a symbolic link would lead it elsewhere.',
    fix: 'Move it away, or choose another directory.',
  });
}

/**
 * Decides for one path from the blob ids of what was generated last time (`base`), what lies there (`ours`) and
 * what is generated now (`theirs`); `undefined` where there is none. A `merge` may turn out a `conflict`.
 */
export function decide(base?: string, ours?: string, theirs?: string): Action {
  if (ours === theirs) return 'same';
  if (theirs === undefined) return ours === base ? 'remove' : 'conflict';
  if (ours === undefined && base === undefined) return 'create';
  if (ours === undefined) return theirs === base ? 'keep' : 'left';
  if (base === undefined) return 'differs';
  if (theirs === base) return 'keep';
  return ours === base ? 'update' : 'merge';
}

/** What is decided for one path, in a repo that was generated before or in a directory that was not. */
function actionFor(
  path: string,
  generated: boolean,
  [base, ours, theirs]: readonly (string | undefined)[],
): Action {
  const action = decide(base, ours, theirs);
  if (action !== 'differs' || !generated) return action;
  return isProgram(path) ? 'merge' : 'own';
}

/**
 * What is decided for a path where its owner has something else than a file, or a symbolic link in the place of a folder:
 * what was generated there counts as deleted.
 */
function beyond(path: string, isThere: boolean, [base, theirs]: readonly (string | undefined)[]): Action {
  if (base === undefined) return isThere && !isProgram(path) ? 'own' : 'create';
  return theirs === undefined ? 'keep' : decide(base, undefined, theirs);
}

function changeOf(
  directory: string,
  path: string,
  lock: Lock | undefined,
  file: RenderedFile | undefined,
): Change {
  const id = lock?.files[path];
  const target = join(directory, path);
  const theirs = file && blobId(file.content);
  const obstacle = inTheWayOf(directory, path);
  if (obstacle !== undefined) {
    const action = beyond(path, lock !== undefined && existsSync(target), [id, theirs]);
    if (action === 'create') throw inTheWay(obstacle);
    return { path, action, ...(theirs && { id: theirs }) };
  }
  const ours = read(target);
  const action = actionFor(path, lock !== undefined, [id, ours && blobId(toLf(ours)), theirs]);
  const both = { path, ...(theirs && { id: theirs }), ...(ours && { ours }) };
  if (action === 'merge' && [ours, file?.content].some((content) => content && isBinary(content)))
    return { ...both, action: 'left' };
  const content = file && withLineEndingsOf(ours, file.content);
  return { ...both, action, ...(file && content && { file: { ...file, content } }) };
}

const lf = (content: Buffer | undefined): Buffer => (content ? toLf(content) : Buffer.alloc(0));

/** A change with what came out of its merge. */
function merged(
  change: Change,
  { text: result, conflict }: Merged<Buffer>,
  base: Buffer | undefined,
  isNew: boolean,
): Change {
  const { file, ours } = change;
  if (!file || result.equals(lf(ours))) return { ...change, action: 'keep' };
  const content = withLineEndingsOf(ours, result);
  const sides = { base, theirs: toLf(file.content), isNew };
  return {
    ...change,
    action: conflict ? 'conflict' : 'merge',
    file: { ...file, content },
    ...(conflict && { sides }),
  };
}

/** The changes, with those merged that have to be, and with the sides of those that cannot be. */
function withMerges(changes: readonly Change[], lock: Lock, bases: BaseTexts): Change[] {
  const found = changes.filter(({ action }) => action === 'merge' || action === 'conflict');
  const from = bases(new Map(found.flatMap(({ path }) => known(path, lock.files[path]))));
  const sides = found
    .filter(({ action }) => action === 'merge')
    .map(({ path, ours, file }): [string, Sides<Buffer>] => [
      path,
      { base: lf(from.get(path)), ours: lf(ours), theirs: lf(file?.content) },
    ]);
  const results = mergeAll(new Map(sides));
  return changes.map((change) => {
    const base = from.get(change.path);
    if (change.action === 'conflict') return { ...change, sides: { base, theirs: undefined } };
    const result = results.get(change.path);
    return result ? merged(change, result, base, lock.files[change.path] === undefined) : change;
  });
}

/** The generator's own two files are always brought up to date, in what they say. */
function ownFile(directory: string, path: string, content: Buffer): Change {
  const obstacle = inTheWayOf(directory, path);
  if (obstacle !== undefined) throw inTheWay(obstacle);
  const ours = read(join(directory, path));
  if (ours === undefined) return { path, action: 'create', file: { content, executable: false } };
  const updated = updatedJson(toLf(ours).toString(), content.toString());
  const file = { content: withLineEndingsOf(ours, Buffer.from(updated ?? content)), executable: false };
  return { path, action: updated === undefined ? 'same' : 'update', file, ours };
}

/**
 * What writing `repo` into `directory` would do, decided for every path before the first byte is written. Where
 * something was generated before, the starter app is no part of it: what it became is its owner's.
 * @param bases finds what was generated last time.
 * @throws Problem VIB031 for something in the way, VIB032 for a file that cannot be read.
 */
export function planFor(directory: string, answers: Answers, repo: RenderedRepo, bases: BaseTexts): Change[] {
  const lock = storedLock(directory);
  const before = isGenerated(directory) ? lock : undefined;
  const all = [...new Set([...repo.keys(), ...Object.keys(lock.files)])].sort();
  const paths = all.filter((path) => before === undefined || !isSeed(path, answers));
  const changes = paths.map((path) => changeOf(directory, path, before, repo.get(path)));
  return withLock(directory, [
    ...withMerges(changes, lock, bases),
    ownFile(directory, answersFile, answersContent(directory, answers)),
  ]);
}

/**
 * The plan with what its lock says, once all is decided: what is generated, but where a file of the owner's is in its
 * place; and of the starter app what was written on the first day.
 */
export function withLock(directory: string, plan: readonly Change[]): Change[] {
  const changes = plan.filter(({ path }) => path !== lockFile);
  const planned = new Set(changes.map(({ path }) => path));
  const files = changes.filter(({ action }) => action !== 'own' && action !== 'differs');
  const ids = new Map([
    ...files.flatMap(({ path, id }) => known(path, id)),
    ...Object.entries(storedLock(directory).files).filter(([path]) => !planned.has(path)),
  ]);
  return [...changes, ownFile(directory, lockFile, lockContent(ids))];
}

/** An entry for a map, where there is an id. */
const known = (path: string, id: string | undefined): [string, string][] =>
  id === undefined ? [] : [[path, id]];
