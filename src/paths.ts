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
