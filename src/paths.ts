import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/** Names by which git, on one system or another, knows its own folder. */
const gitsOwn = /^(\.git|git~\d+)[ .]*(:.*)?$/i;

/**
 * Whether a stored path leads to a file inside the repo, and not into git's own folder: what a file in a repo names is
 * written and removed, and a repo may be somebody else's.
 */
export function isInside(path: string): boolean {
  const parts = path.split('/');
  return (
    !/[\\\0]|^[a-z]:/i.test(path) &&
    parts.every((part) => !['', '.', '..'].includes(part) && !gitsOwn.test(part))
  );
}

/** Of the folders of a path, the first that is none: a symbolic link or a plain file would lead it elsewhere. */
function folderInTheWay(directory: string, path: string): string | undefined {
  const parts = path.split('/');
  for (let depth = 1; depth < parts.length; depth++) {
    const folder = join(directory, ...parts.slice(0, depth));
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    if (!stat.isDirectory()) return folder;
  }
  return undefined;
}

/** What would lead a path elsewhere, or lies there and is no file: a symbolic link, a folder. */
export function inTheWayOf(directory: string, path: string): string | undefined {
  const folder = folderInTheWay(directory, path);
  if (folder !== undefined) return folder;
  const target = join(directory, path);
  return lstatSync(target, { throwIfNoEntry: false })?.isFile() === false ? target : undefined;
}
