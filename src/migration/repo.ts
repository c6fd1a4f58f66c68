import {
  closeSync,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { gap, note, warning } from './findings.ts';
import type { Finding } from './plan.ts';

/** A repo as the readers see it: its files, without what lies outside of it, and without what was only installed. */
export interface SourceRepo {
  /** Absolute path of its top folder. */
  readonly directory: string;
  /** Paths of the regular files from the top, sorted, with `/`; without `.git`, `node_modules`, virtual environments, and symlinks that lead out. */
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** The text of a file, with LF; `undefined` where there is none, it is larger than 1 MB, or is no text. */
  text(path: string): string | undefined;
  /** What could not be listed. */
  readonly findings: readonly Finding[];
}

/** Largest file that is read, in bytes. */
export const largestText = 1024 * 1024;

/** Most files that are listed, and levels of folders that are entered. */
const limits = { files: 200_000, depth: 48 };

/** Folders of other programs: installed packages, caches, history. */
const skipped = new Set(
  `.git .hg .svn .jj node_modules bower_components jspm_packages .pnpm-store .venv venv virtualenv
  site-packages __pycache__ .tox .nox .mypy_cache .pytest_cache .ruff_cache .hypothesis .eggs .ipynb_checkpoints
  .next .nuxt .svelte-kit .turbo .parcel-cache .cache .nx .gradle .terraform .serverless .vercel .netlify
  .aws-sam cdk.out .idea .vs coverage .nyc_output`.split(/\s+/),
);

/** Whether a folder is another program's. Of Yarn's own, an installation reads two. */
const isSkipped = (name: string, parent: string): boolean =>
  skipped.has(name) || (/(^|\/)\.yarn$/.test(parent) && name !== 'plugins' && name !== 'patches');

/** A walk through the folders of a repo. */
class Walk {
  readonly paths: string[] = [];
  readonly findings: Finding[] = [];
  readonly #top: string;

  constructor(top: string) {
    this.#top = top;
  }

  folder(path: string, depth: number): void {
    const entries = this.#entries(path);
    // A virtual environment under any name.
    if (depth > 0 && entries.some(({ name }) => name === 'pyvenv.cfg')) return;
    if (depth > limits.depth) {
      this.#report('folder-too-deep', `${path} lies ${depth} folders deep.`, 'Nothing below was read.', path);
      return;
    }
    for (const entry of entries) {
      if (this.paths.length >= limits.files) return;
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory() && !isSkipped(entry.name, path)) this.folder(below, depth + 1);
      else if (entry.isFile()) this.paths.push(below);
      else if (entry.isSymbolicLink()) this.#link(below);
    }
  }

  #entries(path: string): Dirent[] {
    try {
      return readdirSync(join(this.#top, path), { withFileTypes: true });
    } catch {
      this.#report(
        'folder-unreadable',
        `${path || 'The folder'} cannot be read.`,
        'Give yourself access to it.',
        path,
      );
      return [];
    }
  }

  #link(path: string): void {
    let target: string;
    try {
      target = realpathSync(join(this.#top, path));
    } catch {
      const [what, fix] = [`${path} is a link to nothing.`, 'Delete it if it is not needed.'];
      this.findings.push(note('link-broken', what, fix, { file: path, line: 1 }));
      return;
    }
    if (target !== this.#top && !target.startsWith(this.#top + sep))
      this.#report(
        'link-outside',
        `${path} is a link that leads out of the repo.`,
        'Put a copy into the repo: an image is built from the repo alone.',
        path,
      );
    // What a link to a folder of the repo shows is listed where it lies.
    else if (statSync(target).isFile()) this.paths.push(path);
  }

  #report(id: string, what: string, fix: string, path: string): void {
    this.findings.push(warning(id, what, fix, { file: path || '.', line: 1 }));
  }
}

/** The bytes of a regular file of at most 1 MB. */
function bytesOf(path: string): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > largestText) return undefined;
    const bytes = Buffer.alloc(stat.size);
    return bytes.subarray(0, readSync(file, bytes, 0, stat.size, 0));
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const utf16 = new TextDecoder('utf-16le', { fatal: true });

/**
 * Bytes as text with LF and without a byte order mark; `undefined` for what is no text. UTF-16 with its mark is
 * text, too: PowerShell's `>` writes requirements.txt so.
 */
export function decoded(bytes: Buffer): string | undefined {
  try {
    const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
    const text = (wide ? utf16 : utf8).decode(bytes);
    if (text.includes('\0')) return undefined;
    return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  } catch {
    return undefined;
  }
}

/**
 * Lists the files of a repo. Nothing outside of `directory` is ever read: a link that leads out is a finding.
 * @param directory an absolute path of a folder that is there.
 */
export function openRepo(directory: string): SourceRepo {
  const top = realpathSync(directory);
  const walk = new Walk(top);
  walk.folder('', 0);
  const paths = walk.paths.sort();
  if (paths.length >= limits.files)
    walk.findings.push(
      gap(
        'too-many-files',
        `There are more than ${limits.files} files.`,
        'Delete what is installed or generated and run it again; the rest was not read.',
        { file: '.', line: 1 },
      ),
    );
  const known = new Set(paths);
  return {
    directory: top,
    paths,
    has: (path) => known.has(path),
    text(path) {
      const bytes = known.has(path) ? bytesOf(join(top, path)) : undefined;
      return bytes && decoded(bytes);
    },
    findings: walk.findings,
  };
}
