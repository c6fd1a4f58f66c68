import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Answers, declarations, type SomeAnswers } from './answers.ts';
import { called } from './called.ts';
import { acceptAll, widened } from './declaration.ts';
import { acceptBlock, acceptFeatures } from './features/change.ts';
import { bothSides, commandsToTakeOurs } from './merged-branches.ts';
import { acceptMigration } from './migration/stored.ts';
import { packageVersion } from './package.ts';
import { isInside } from './paths.ts';
import { Problem } from './problem.ts';
import { toJson } from './render.ts';
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
  const found = readJson(join(directory, answersFile))?.[packageKey];
  if (found === undefined) return {};
  const stored = acceptBlock(packageKey, found);
  if (typeof stored.schema === 'number' && stored.schema > schema)
    throw new Problem('VIB021', {
      what: `${answersFile} was written by a newer generator-vibely (schema ${stored.schema}).`,
      why: `This version knows schema ${schema} and would lose answers.`,
      fix: 'Use the newer version: npx generator-vibely@latest',
    });
  const today = carriedOver(stored);
  const features = acceptFeatures(today.features ?? {});
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

const restoreLock = `Bring it back from a commit that you trust: git log -p -- ${lockFile}`;

/** @throws Problem VIB027 for what is no version: an older version is fetched from the registry, and run */
function acceptVersion(generator: unknown): string {
  if (typeof generator === 'string' && /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(generator)) return generator;
  throw new Problem('VIB027', {
    what: `'generator' in ${lockFile} is ${JSON.stringify(generator)}.`,
    why: 'It names the version that wrote this repo, such as 0.1.0; a program from elsewhere is never run.',
    fix: restoreLock,
  });
}

/** @throws Problem VIB026 for a path that leads out of the repo, or what is no id of git's */
function acceptFiles(files: unknown): Record<string, string> {
  const isObject = typeof files === 'object' && files !== null && !Array.isArray(files);
  const entries: [string, unknown][] = isObject ? Object.entries(files) : [['files', files]];
  const wrong = entries.find(([path, id]) => !isInside(path) || !/^[0-9a-f]{40}$/.test(String(id)));
  if (wrong === undefined) return files as Record<string, string>;
  throw new Problem('VIB026', {
    what: `${lockFile} has ${JSON.stringify(wrong[0])}: ${JSON.stringify(wrong[1])}.`,
    why: 'It names the generated files by their paths inside the repo, each with the id that git gives its content. Nothing else is touched.',
    fix: restoreLock,
  });
}

function acceptLock({ generator = packageVersion, files = {} }: Record<string, unknown>): Lock {
  const lock = { generator: acceptVersion(generator), files: acceptFiles(files) };
  assertNotNewer(lock.generator);
  return lock;
}

/**
 * What was generated into `directory` last time; no files where nothing was. Each path is one inside the repo, and the
 * version a plain one. After a merge of two branches that has left it in conflict it is what either side generated, and
 * what this side did where both have the same file.
 * @throws Problem VIB020, VIB022, VIB026, VIB027
 */
export function storedLock(directory: string): Lock {
  const path = join(directory, lockFile);
  const text = textOf(path);
  const sides = text === undefined ? [] : bothSides(text).map((side) => acceptLock(parsed(path, side)));
  const [own = { generator: packageVersion, files: {} }, other] = sides;
  return { generator: own.generator, files: { ...other?.files, ...own.files } };
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

/** The content of the lock file for the ids of what is generated, path → blob id. */
export function lockContent(ids: ReadonlyMap<string, string>): Buffer {
  const files = Object.fromEntries([...ids].sort(([a], [b]) => (a < b ? -1 : 1)));
  return Buffer.from(toJson({ generator: packageVersion, files } satisfies Lock));
}
