import { execFileSync, type StdioOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** What the environment says about some other repository must not reach the one that is asked about. */
function environment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const clean = Object.entries(process.env).filter(
    ([key]) => !key.startsWith('GIT_') || key.startsWith('GIT_SSL'),
  );
  return { ...Object.fromEntries(clean), ...extra };
}

function git(directory: string, args: string[], extra?: Record<string, string>): string | undefined {
  try {
    const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
    return execFileSync('git', args, {
      cwd: directory,
      env: environment(extra),
      encoding: 'utf8',
      stdio,
    }).trim();
  } catch {
    return undefined;
  }
}

function nearestExisting(directory: string): string {
  return existsSync(directory) ? directory : nearestExisting(dirname(directory));
}

/** Whether `directory`, which need not exist yet, lies in a git repository. */
export function isInsideRepository(directory: string): boolean {
  return git(nearestExisting(directory), ['rev-parse', '--is-inside-work-tree']) === 'true';
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
