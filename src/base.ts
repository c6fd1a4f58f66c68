import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answers, SomeAnswers } from './answers.ts';
import { blobId } from './blob.ts';
import { readBlob } from './git.ts';
import { packageVersion } from './package.ts';
import { render } from './render.ts';
import { answersFile } from './state.ts';

/** Finds the text that was generated last time for a path, by its blob id; `undefined` where it is not to be had. */
export type BaseTexts = (path: string, id: string) => Buffer | undefined;

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
  spawnSync('npm', ['exec', '--yes', '--package', `generator-vibely@${version}`, '--', ...vibely], {
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
  return (path) => (existsSync(join(repo, path)) ? readFileSync(join(repo, path)) : undefined);
}

/**
 * The base of a merge: from the owner's git objects; where they do not have it (a shallow clone, a tarball),
 * from rendering the old answers again, by this version in process or by an older one from the registry.
 * @param old the answers that were stored, all of them as they were.
 */
export function baseTexts(directory: string, version: string, old: SomeAnswers): BaseTexts {
  let rendered: Rendered | undefined;
  const renderOnce = (): Rendered => {
    if (version !== packageVersion) return renderedByVersion(version, directory);
    const repo = render(old as Answers);
    return (path) => repo.get(path)?.content;
  };
  return (path, id) => {
    const fromGit = readBlob(directory, id);
    if (fromGit) return fromGit;
    rendered ??= renderOnce();
    const content = rendered(path);
    return content && blobId(content) === id ? content : undefined;
  };
}
