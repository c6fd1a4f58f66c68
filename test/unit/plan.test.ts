import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blobId } from '../../src/blob.ts';
import type { Migration } from '../../src/migration/stored.ts';
import { decide } from '../../src/plan.ts';
import { isSeed } from '../../src/render.ts';
import { must, scratch } from '../support.ts';

const [old, edited, newer] = ['old\n', 'edited\n', 'newer\n'].map((text) => Buffer.from(text)) as [
  Buffer,
  Buffer,
  Buffer,
];
const base = blobId(old);

/** path, what was generated, what lies there, what is generated now → action */
const table: [string, string | undefined, Buffer | undefined, Buffer | undefined, string][] = [
  ['a file that is not there yet is created', undefined, undefined, newer, 'create'],
  ['an untouched file is updated', base, old, newer, 'update'],
  ['an edited file stays when the template did not change', base, edited, old, 'keep'],
  ['an edited file is merged when the template changed, too', base, edited, newer, 'merge'],
  ['a file that the owner deleted stays deleted', base, undefined, old, 'keep'],
  ['a change of a file that the owner deleted is left to them', base, undefined, newer, 'left'],
  ['an untouched file that is no longer generated is removed', base, old, undefined, 'remove'],
  ['an edited file that is no longer generated is a conflict', base, edited, undefined, 'conflict'],
  ['a foreign file of the same name is asked about', undefined, edited, newer, 'differs'],
  ['a file that is the same already is left alone', undefined, newer, newer, 'same'],
];

describe('the decision for one path', () => {
  for (const [name, from, ours, theirs, action] of table)
    it(name, () => assert.equal(decide(from, ours && blobId(ours), theirs && blobId(theirs)), action));
});

describe('the starter app', () => {
  it('is all of backend/ but the image and its build', () => {
    assert.ok(isSeed('backend/app/main.py', {}));
    for (const path of ['backend/Dockerfile', 'backend/.dockerignore', 'backend/buildspec.yml', 'README.md'])
      assert.ok(!isSeed(path, {}), path);
  });

  it('is none where an app was there before', () => {
    assert.ok(!isSeed('backend/entrypoint.sh', { migration: {} as Migration }));
  });
});

describe('the id of a content', () => {
  it('is the one that git gives it', () => {
    const expected = must('bash', ['-c', 'printf "old\\n" | git hash-object --stdin'], scratch()).trim();
    assert.equal(blobId(old), expected);
  });
});
