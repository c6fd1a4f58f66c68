import { execFileSync, type StdioOptions } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toLf, withLineEndingsOf } from './lines.ts';
import { errorCode, Problem } from './problem.ts';

/** What the environment says about some other repository must not reach the one that is asked about. */
function environment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const clean = Object.entries(process.env).filter(
    ([key]) => !key.startsWith('GIT_') || key.startsWith('GIT_SSL'),
  );
  return { ...Object.fromEntries(clean), ...extra };
}

/** What git prints; `undefined` where it fails, or is not there. */
export function git(directory: string, args: string[], extra?: Record<string, string>): string | undefined {
  try {
    const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
    return execFileSync('git', args, {
      cwd: directory,
      env: environment(extra),
      encoding: 'utf8',
      stdio,
    }).trimEnd();
  } catch {
    return undefined;
  }
}

/** What git prints with `-z`, one by one. */
export const listed = (output: string): string[] => output.split('\0').filter(Boolean);

function nearestExisting(directory: string): string {
  return existsSync(directory) ? directory : nearestExisting(dirname(directory));
}

/** Of `wanted`, path → blob id, the contents that the repository has that `directory` is in. */
export function readBlobs(directory: string, wanted: ReadonlyMap<string, string>): Map<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  if (wanted.size === 0) return blobs;
  const output = blobsAsGitPrints(directory, [...wanted.values()]);
  let at = 0;
  for (const path of wanted.keys()) {
    // `ID blob SIZE`, a line feed, the content and a line feed; or `ID missing` and a line feed.
    const end = output.indexOf('\n', at);
    if (end === -1) break;
    const [, type, size] = output.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (size === undefined) continue;
    if (type === 'blob') blobs.set(path, output.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return blobs;
}

/** What `git cat-file --batch` prints; empty outside a repository. */
function blobsAsGitPrints(directory: string, ids: string[]): Buffer {
  const stdio: StdioOptions = ['pipe', 'pipe', 'ignore'];
  const options = { cwd: directory, env: environment(), stdio, maxBuffer: 2 ** 30 };
  try {
    return execFileSync('git', ['cat-file', '--batch'], { ...options, input: `${ids.join('\n')}\n` });
  } catch {
    return Buffer.alloc(0);
  }
}

/** Where git keeps a repository that `directory` may be in: the nearest `.git` above it. */
function gitFolder(directory: string): string | undefined {
  const here = join(directory, '.git');
  if (existsSync(here)) return here;
  return dirname(directory) === directory ? undefined : gitFolder(dirname(directory));
}

/** Runs git where only its answer will do. @throws Problem VIB044 with what git said, VIB047 where there is no repository */
export function mustGit(
  directory: string,
  args: string[],
  { input = '', extra = {} }: { input?: Buffer | string; extra?: Record<string, string> } = {},
): string {
  const there = gitFolder(directory);
  if (there === undefined)
    throw new Problem('VIB047', {
      what: `${directory} is in no git repository.`,
      why: 'Files that both you and the templates changed are merged, and without git you could not go back to yours.',
      fix: 'Make it one, and run this again: git init && git add -A && git commit -m "As it is"',
    });
  try {
    return execFileSync('git', args, {
      cwd: directory,
      env: environment(extra),
      encoding: 'utf8',
      input,
      stdio: 'pipe',
    });
  } catch (error) {
    throw new Problem(
      'VIB044',
      {
        what: `There is a git repository (${there}), and git does not answer: ${firstLineOf(error)}`,
        why: 'Whether your changes are committed cannot be known, and nothing is merged that you could not go back to.',
        fix: `See what git says, and do that first: git -C ${directory} status`,
      },
      { cause: error },
    );
  }
}

/**
 * Paths below `directory` that git holds as conflicts nobody has resolved, each with whether the side that one is on
 * has a file there; none outside a repository.
 */
export function unresolved(directory: string): Map<string, boolean> {
  const lines = listed(git(directory, ['ls-files', '--unmerged', '-z']) ?? '');
  const found = new Map<string, boolean>();
  for (const line of lines) {
    const [about = '', path = ''] = line.split('\t');
    found.set(path, found.get(path) === true || about.endsWith(' 2'));
  }
  return found;
}

/**
 * One path with a conflict: the contents of both sides and, where it is known, of what they come from. `theirs` is
 * missing where that side deleted the file.
 */
export interface IndexConflict {
  path: string;
  base: Buffer | undefined;
  ours: Buffer;
  theirs: Buffer | undefined;
  /** Whether what the owner has there was never generated. */
  isNew?: boolean;
}

/** A conflict as git's index takes it. */
export interface IndexEntry {
  path: string;
  /** Lines for `git update-index --index-info`: stages 1 to 3 take the place of the entry that is there. */
  lines: string[];
}

/** Writes the sides of conflicts into git's object store. @returns what is to be entered into the index. */
export function indexEntries(directory: string, conflicts: readonly IndexConflict[]): IndexEntry[] {
  if (conflicts.length === 0) return [];
  const folder = mustGit(directory, ['rev-parse', '--show-prefix']).trimEnd();
  return conflicts.map(({ path, base, ours, theirs }) => {
    const mode = statSync(join(directory, path)).mode & 0o100 ? '100755' : '100644';
    const stages = [base, ours, theirs].flatMap((content, index) => {
      if (!content) return [];
      const id = writeBlob(directory, path, withLineEndingsOf(ours, toLf(content)));
      return [`${mode} ${id} ${index + 1}\t${folder}${path}`];
    });
    // As many zeros as an id has: a repository may be one with SHA-256.
    const none = stages[0]?.split(' ')[1]?.replace(/./g, '0');
    return { path, lines: [`0 ${none}\t${folder}${path}`, ...stages] };
  });
}

/**
 * Enters conflicts into the index, so that `git status` and editors show them.
 * @throws Problem VIB043 where git does not do it: another git may be at work.
 */
export function enterInIndex(directory: string, conflicts: readonly IndexEntry[]): void {
  if (conflicts.length === 0) return;
  const paths = conflicts.map(({ path }) => path).join(' ');
  try {
    execFileSync('git', ['update-index', '--index-info'], {
      cwd: directory,
      env: environment(),
      input: `${conflicts.flatMap(({ lines }) => lines).join('\n')}\n`,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
  } catch (error) {
    throw new Problem(
      'VIB043',
      {
        what: `There are conflicts in ${paths}, and git could not be told of them: ${firstLineOf(error)}`,
        why: 'Both sides stand in these files; git status would not show it. Everything else is written.',
        fix: 'See what keeps git from working here (git status, or another git that still runs), then run this again.',
      },
      { cause: error },
    );
  }
}

/** What git, which has failed, said first. */
function firstLineOf(error: unknown): string {
  const { stderr } = error as { stderr?: Buffer | string };
  return String(stderr ?? '').split('\n')[0] || `git cannot be run (${errorCode(error)}).`;
}

/** As `git add` would: with the filters that git has for the path, such as for line endings. */
function writeBlob(directory: string, path: string, input: Buffer): string {
  return mustGit(directory, ['hash-object', '-w', '--path', path, '--stdin'], { input }).trim();
}

/** Whether `directory`, which need not exist yet, lies in a git repository. */
export function isInsideRepository(directory: string): boolean {
  return git(nearestExisting(directory), ['rev-parse', '--is-inside-work-tree']) === 'true';
}

/** Those of `paths`, from `directory`, that git tracks; none where there is no git. */
export function trackedOf(directory: string, paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  return listed(git(directory, ['--literal-pathspecs', 'ls-files', '-z', '--', ...paths]) ?? '');
}

/** `owner/repo` of the remote `origin` of `directory`; empty where there is none on github.com. */
export function githubOrigin(directory: string): string {
  const url = existsSync(directory) ? git(directory, ['remote', 'get-url', 'origin']) : undefined;
  return /github\.com[:/](?<repository>[^/]+\/[^/]+?)(\.git)?$/.exec(url ?? '')?.groups?.repository ?? '';
}

/**
 * Makes `directory` a git repository with one commit of everything in it. Where git knows no author (a
 * container), the commit is made in the generator's name.
 * @returns whether it worked; git may be missing.
 */
export function commitAll(directory: string, message: string): boolean {
  if (git(directory, ['init', '-q', '-b', 'main']) === undefined) return false;
  if (git(directory, ['add', '-A']) === undefined) return false;
  const name = 'generator-vibely';
  const email = 'generator-vibely@localhost';
  const known = git(directory, ['var', 'GIT_AUTHOR_IDENT']) !== undefined;
  const author: Record<string, string> = known
    ? {}
    : {
        GIT_AUTHOR_NAME: name,
        GIT_AUTHOR_EMAIL: email,
        GIT_COMMITTER_NAME: name,
        GIT_COMMITTER_EMAIL: email,
      };
  return (
    git(directory, ['-c', 'commit.gpgsign=false', 'commit', '-q', '--no-verify', '-m', message], author) !==
    undefined
  );
}
