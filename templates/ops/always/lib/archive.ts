import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { type Zippable, zipSync } from 'fflate';
import { Problem } from './problem.ts';
import { runProgram } from './program.ts';
import { root } from './settings.ts';
import { backend, rulesOf, type Source } from './source.ts';

/** A file of a commit. */
export interface CommittedFile {
  readonly path: string;
  /** As git has it: 100644, 100755, 120000 for a link, or 160000 for a submodule. */
  readonly mode: number;
  readonly content: Uint8Array;
}

export interface Archive {
  readonly bytes: Uint8Array;
  /** SHA-256, base64, as S3 keeps it: the same commit gives the same. */
  readonly sha256: string;
  readonly files: number;
}

/** Packs what Docker would be sent, and what CodeBuild needs beside it. The same files give the same bytes. */
export function pack(files: readonly CommittedFile[], source: Source = backend): Archive {
  const isIgnored = ignoredOf(files, source);
  const kept = files.filter(({ path }) => !isIgnored(path));
  const entries: Zippable = {};
  for (const { path, mode, content } of kept) {
    // The upper half of a zip's attributes are the mode of Unix; the 3 says so.
    entries[path] = [content, { os: 3, attrs: (mode << 16) >>> 0, mtime: '1980-01-01T00:00:00' }];
  }
  const bytes = zipSync(entries, { level: 6 });
  return { bytes, sha256: createHash('sha256').update(bytes).digest('base64'), files: kept.length };
}

const submodule = 0o160000;

const isPointer = ({ content }: CommittedFile): boolean =>
  Buffer.from(content.subarray(0, 40)).toString('latin1').startsWith('version https://git-lfs.github.com/');

/**
 * The files of a commit as they can be built from: git has a submodule's files, and those of LFS, somewhere else.
 * @throws Problem where the image would need one of those
 */
export function buildable(files: readonly CommittedFile[], source: Source = backend): CommittedFile[] {
  const isIgnored = ignoredOf(files, source);
  const missing = files.filter(
    (file) => (file.mode === submodule || isPointer(file)) && !isIgnored(file.path),
  );
  if (missing.length > 0)
    throw new Problem({
      what: `The commit does not have what is in ${missing.map(({ path }) => path).join(', ')}.`,
      why: 'Git keeps the files of a submodule, or of LFS, outside the commit; the image would be built without them.',
      fix: 'Commit the files themselves, fetch them in the Dockerfile or when the app starts (from S3, or as a package), or name them in .dockerignore.',
    });
  return files.filter(({ mode }) => mode !== submodule);
}

/** Docker's rules hold below the context alone; what the build itself needs is kept whatever they say. */
function ignoredOf(files: readonly CommittedFile[], source: Source): (path: string) => boolean {
  const ignored = dockerignore.default({ ignorecase: false });
  const contentOf = (name: string) => files.find(({ path }) => path === name)?.content;
  const rules = rulesOf(source)
    .map(contentOf)
    .find((content) => content !== undefined);
  if (rules) ignored.add(Buffer.from(rules).toString('utf8'));
  const needed = [source.dockerfile, source.buildspec, ...rulesOf(source)];
  return (path) => {
    const below = posix.relative(source.context, path);
    return !needed.includes(path) && !below.startsWith('../') && ignored.ignores(below);
  };
}

/**
 * Every file below a folder of this repo in a commit, with paths from that folder.
 * @param cwd top of this repo, which may be a folder of git's
 * @throws Problem where the commit has no such folder
 */
export async function filesOf(commit: string, folder: string, cwd = root): Promise<CommittedFile[]> {
  const list = await runProgram('git', ['ls-tree', '-r', '-z', '--full-tree', `${commit}:./${folder}`], {
    quiet: true,
    cwd,
  });
  if (list.code !== 0)
    throw new Problem({
      what: `There is no commit ${commit}${folder && ` with a folder ${folder}`}.`,
      why: 'An image is built from a commit of this repo.',
      fix: 'git log --oneline lists the commits; git fetch brings those of others.',
    });
  // MODE TYPE ID<tab>PATH
  const entries = list.stdout
    .split('\0')
    .map((line) => /^(\d+) (?:blob|commit) (\w+)\t(.*)$/s.exec(line))
    .filter((match) => match !== null);
  const isModule = (mode = '') => Number.parseInt(mode, 8) === submodule;
  const ids = entries.flatMap(([, mode, id = '']) => (isModule(mode) ? [] : [id]));
  const contents = await blobs(ids, cwd);
  return entries.map(([, mode = '', , path = '']) => ({
    path,
    mode: Number.parseInt(mode, 8),
    content: (isModule(mode) ? undefined : contents.shift()) ?? new Uint8Array(),
  }));
}

/** The contents of git's objects, in their order. */
async function blobs(ids: readonly string[], cwd: string): Promise<Uint8Array[]> {
  const input = ids.map((id) => `${id}\n`).join('');
  const { bytes } = await runProgram('git', ['cat-file', '--batch'], { quiet: true, input, cwd });
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    // ID TYPE SIZE<newline>CONTENT<newline>
    const lineEnd = bytes.indexOf('\n', at);
    const size = Number(bytes.toString('utf8', at, lineEnd).split(' ')[2]);
    found.push(bytes.subarray(lineEnd + 1, lineEnd + 1 + size));
    at = lineEnd + 1 + size + 1;
  }
  return found;
}
