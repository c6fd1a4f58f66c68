import { createHash } from 'node:crypto';

/** The git blob id of a content: what `git hash-object` prints for it. */
export function blobId(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
