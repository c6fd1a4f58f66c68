import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Answers, declarations, type SomeAnswers } from './answers.ts';
import { blobId } from './blob.ts';
import { called } from './called.ts';
import { acceptAll, widened } from './declaration.ts';
import { acceptFeatures } from './features/change.ts';
import { bothSides, commandsToTakeOurs } from './merged-branches.ts';
import { acceptMigration } from './migration/stored.ts';
import { packageVersion } from './package.ts';
import { Problem } from './problem.ts';
import { type RenderedRepo, toJson } from './render.ts';
import { carriedOver, schema } from './schema.ts';
import { isNewer } from './version.ts';

/** Where the answers are stored, under the key of the package, as Yeoman does. */
export const answersFile = '.yo-rc.json';

/** Where the blob id of every generated file is stored. */
export const lockFile = '.vibely.lock.json';

const packageKey = 'generator-vibely';

/** What was generated last time: version of the generator, and path → git blob id. */
export interface Lock {
  generator: string;
  files: Record<string, string>;
  /** Paths at which the owner had a file of another kind before anything was generated: it stays. Default: none. */
  theirs?: readonly string[];
}

/** Two branches, each with a feature of its own, were merged. */
function inConflict(path: string): Problem {
  const directory = dirname(path);
  const generated = storedLock(directory).files;
  const commands = [
    ...commandsToTakeOurs(directory, (other) => Object.hasOwn(generated, other)),
    'git add -A',
    'git commit -m "Merge"',
    `${called('upgrade')} --yes`,
  ];
  return new Problem('VIB023', {
    what: `There are conflict markers in ${path}.`,
    why: 'Two branches were merged that both changed what is generated.',
    fix: `In ${answersFile} keep the answers and features of both sides; leave ${lockFile} as it is, and decide on the conflicts in your own code. Of generated files take this branch's; they are generated anew for both (only what you edited in them yourself on the other branch you have to take over: git diff HEAD...MERGE_HEAD). Then run: ${commands.join(' && ')}`,
  });
}

/** The text of a file, and nothing of a byte order mark that an editor on Windows may have put before it. */
function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8').replace(/^\uFEFF/, '') : undefined;
}

function readJson(path: string): Record<string, unknown> | undefined {
  const text = textOf(path);
  if (text === undefined) return undefined;
  if (/^<{7} /m.test(text)) throw inConflict(path);
  return parsed(path, text);
}

function parsed(path: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Problem('VIB020', {
    what: `${path} cannot be read.`,
    why: 'It is not a JSON object, so what was generated before is not known.',
    fix: 'Restore it with git, or move it away to begin anew.',
  });
}

/**
 * The answers that `directory` was generated from, in today's shape, each checked again; empty where nothing was.
 * @throws Problem VIB020, VIB021 or the code of an answer that a person made invalid.
 */
export function storedAnswers(directory: string): SomeAnswers {
  const stored = readJson(join(directory, answersFile))?.[packageKey] as Record<string, unknown> | undefined;
  if (stored === undefined) return {};
  if (typeof stored.schema === 'number' && stored.schema > schema)
    throw new Problem('VIB021', {
      what: `${answersFile} was written by a newer generator-vibely (schema ${stored.schema}).`,
      why: `This version knows schema ${schema} and would lose answers.`,
      fix: 'Use the newer version: npx generator-vibely@latest',
    });
  const today = carriedOver(stored);
  const features = acceptFeatures((today.features ?? {}) as Record<string, unknown>);
  const migration = today.migration === undefined ? {} : { migration: acceptMigration(today.migration) };
  return { ...acceptAll(widened(declarations), today, 'key'), features, ...migration } as SomeAnswers;
}

function assertNotNewer(version: string): void {
  if (!isNewer(version, packageVersion)) return;
  throw new Problem('VIB022', {
    what: `This repo was written by generator-vibely ${version}, this is ${packageVersion}.`,
    why: 'An older version would take newer files for changes of yours.',
    fix: `Use the newer version: npx generator-vibely@${version}`,
  });
}

/**
 * What was generated into `directory` last time; no files where nothing was. After a merge of two branches that has
 * left it in conflict it is what either side generated, and what this side did where both have the same file.
 * @throws Problem VIB020, VIB022
 */
export function storedLock(directory: string): Lock {
  const path = join(directory, lockFile);
  const text = textOf(path);
  const sides = text === undefined ? [] : bothSides(text).map((side) => parsed(path, side));
  const [generator = packageVersion, other = generator] = sides.map((side) =>
    String(side.generator ?? packageVersion),
  );
  assertNotNewer(generator);
  assertNotNewer(other);
  return {
    generator,
    files: { ...(sides[1]?.files ?? {}), ...(sides[0]?.files ?? {}) } as Record<string, string>,
    theirs: sides.flatMap(({ theirs = [] }) => theirs as string[]),
  };
}

/** Whether something was generated into `directory` before. */
export function isGenerated(directory: string): boolean {
  return existsSync(join(directory, lockFile));
}

/** The content of `.yo-rc.json`, with the keys of other generators as they were. */
export function answersContent(directory: string, answers: Answers): Buffer {
  const others = readJson(join(directory, answersFile)) ?? {};
  return Buffer.from(toJson({ ...others, [packageKey]: { schema, ...answers } }));
}

/** The content of the lock file for what is generated now, but not at the paths where the owner's own files stay. */
export function lockContent(repo: RenderedRepo, theirs: readonly string[]): Buffer {
  const written = [...repo].filter(([path]) => !theirs.includes(path));
  const files = Object.fromEntries(written.map(([path, { content }]) => [path, blobId(content)]));
  const lock: Lock = { generator: packageVersion, files, ...(theirs.length > 0 && { theirs }) };
  return Buffer.from(toJson(lock));
}
