import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answers, SomeAnswers } from './answers.ts';
import { blobId } from './blob.ts';
import { readBlobs } from './git.ts';
import { packageVersion } from './package.ts';
import { render } from './render.ts';
import { answersFile } from './state.ts';

/** Finds what was generated last time, path → blob id; the result lacks what is not to be had. */
export type BaseTexts = (wanted: ReadonlyMap<string, string>) => ReadonlyMap<string, Buffer>;

type Rendered = (path: string) => Buffer | undefined;

/**
 * Renders the stored answers, as they lie in `directory`, by the version of the package that stored them, from
 * the npm registry.
 */
function renderedByVersion(version: string, directory: string): Rendered {
  const folder = mkdtempSync(join(tmpdir(), 'vibely-base-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const repo = join(folder, 'repo');
  mkdirSync(repo);
  copyFileSync(join(directory, answersFile), join(repo, answersFile));
  const vibely = ['vibely', repo, '--yes', '--skip-install', '--skip-git'];
  const network = ['--fetch-retries', '0', '--fetch-timeout', '20000'];
  spawnSync(
    'npm',
    ['exec', '--yes', ...network, '--package', `generator-vibely@${version}`, '--', ...vibely],
    {
      stdio: 'ignore',
      shell: process.platform === 'win32',
    },
  );
  return (path) => (existsSync(join(repo, path)) ? readFileSync(join(repo, path)) : undefined);
}

/**
 * The base of a merge: from the owner's git objects; where they do not have it (a shallow clone, a tarball),
 * from rendering the old answers again, by this version in process or by an older one from the registry.
 * @param old the answers that were stored, all of them as they were.
 * @param say is told before the registry is asked, which may take a while.
 */
export function baseTexts(
  directory: string,
  version: string,
  old: SomeAnswers,
  say: (text: string) => void,
): BaseTexts {
  const renderAgain = (): Rendered => {
    if (version !== packageVersion) {
      say(`Fetching generator-vibely ${version}, which wrote this repo, to see what you changed …\n`);
      return renderedByVersion(version, directory);
    }
    const repo = render(old as Answers);
    return (path) => repo.get(path)?.content;
  };
  return (wanted) => {
    const texts = readBlobs(directory, wanted);
    const missing = [...wanted].filter(([path]) => !texts.has(path));
    if (missing.length === 0) return texts;
    const rendered = renderAgain();
    for (const [path, id] of missing) {
      const content = rendered(path);
      if (content && blobId(content) === id) texts.set(path, content);
    }
    return texts;
  };
}
