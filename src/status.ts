import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answers } from './answers.ts';
import { blobId } from './blob.ts';
import { conflictsIn } from './conflicts.ts';
import { allFeatures } from './features/all.ts';
import { readBlobs } from './git.ts';
import { toLf } from './lines.ts';
import { packageVersion } from './package.ts';
import { inTheWayOf } from './paths.ts';
import { type Action, isLeft, planFor, stays } from './plan.ts';
import { isSeed, render } from './render.ts';
import { storedAnswers, storedLock } from './state.ts';
import { describeFiles } from './texts.ts';

/** What has become of the generated files of a repo. */
export interface Status {
  /** Version of the generator that wrote it. */
  generator: string;
  /** Features that are on; of named ones, with their names. */
  features: string[];
  edited: string[];
  deleted: string[];
  /** Files with git's conflict markers in them, and those that git holds as conflicts. */
  conflicts: string[];
  /** Whether the app in backend/ is the one that was generated. */
  starter: boolean;
  /** What an upgrade to this version would touch, and how; and what it would leave to its owner. */
  upgrade: { path: string; action: Action }[];
}

function featuresOf({ features }: Answers): string[] {
  const stored = features as Readonly<Record<string, object | undefined>>;
  return allFeatures.flatMap(({ id, named }) => {
    const value = stored[id];
    if (value === undefined) return [];
    return named ? Object.keys(value).map((name) => `${id} ${name}`) : [id];
  });
}

/** The blob id of what lies there; `undefined` for nothing, `other` for a folder or a symbolic link, or below one. */
function idOf(directory: string, path: string): string | undefined {
  if (inTheWayOf(directory, path) !== undefined) return 'other';
  const target = join(directory, path);
  return existsSync(target) ? blobId(toLf(readFileSync(target))) : undefined;
}

/** Reads the status of the repo in `directory`; asks nobody and changes nothing. */
export function statusOf(directory: string): Status {
  const lock = storedLock(directory);
  const answers = storedAnswers(directory) as Answers;
  const own = Object.keys(lock.files)
    .filter((path) => !isSeed(path, answers))
    .map((path) => ({ path, ours: idOf(directory, path) }));
  const plan = planFor(directory, answers, render(answers), (wanted) => readBlobs(directory, wanted));
  return {
    generator: lock.generator,
    features: featuresOf(answers),
    starter: answers.migration === undefined,
    edited: own
      .filter(({ path, ours }) => ours !== undefined && ours !== lock.files[path])
      .map(({ path }) => path),
    deleted: own.filter(({ ours }) => ours === undefined).map(({ path }) => path),
    conflicts: conflictsIn(directory),
    upgrade: plan
      .filter(({ action }) => isLeft(action) || !stays(action))
      .map(({ path, action }) => ({ path, action })),
  };
}

function list(title: string, paths: readonly string[]): string {
  return paths.length === 0
    ? `${title}: none\n`
    : `${title}:\n${paths.map((path) => `  ${path}\n`).join('')}`;
}

/** The status as `vibely status` prints it. */
export function describeStatus(status: Status): string {
  const { generator, features, starter, edited, deleted, conflicts, upgrade } = status;
  const [touched, left] = [false, true].map((wanted) =>
    upgrade.filter(({ action }) => isLeft(action) === wanted),
  ) as [Status['upgrade'], Status['upgrade']];
  return [
    `Written by generator-vibely ${generator}; this is ${packageVersion}.\n`,
    `Features: ${features.join(', ') || 'none'}\n`,
    list('Edited by you', edited),
    list('Deleted by you', deleted),
    list('In conflict', conflicts),
    list(
      'An upgrade would touch',
      touched.map(({ path, action }) => `${path} (${action})`),
    ),
    left.length === 0 ? '' : describeFiles(left, true),
    starter ? "The starter app's own code in backend/ is yours and not listed.\n" : '',
  ].join('');
}
