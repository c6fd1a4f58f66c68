import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { assertCommitted, imageTag } from '../lib/git.ts';
import { Problem } from '../lib/problem.ts';

describe('what is committed', { concurrency: 1 }, () => {
  const { PATH } = process.env;
  afterEach(() => {
    delete process.env.GIT_DIR;
    process.env.PATH = PATH;
  });

  const troubles: [title: string, cause: () => void, why: RegExp][] = [
    [
      'git refuses to look',
      () => {
        process.env.GIT_DIR = '/nowhere';
      },
      /not a git repository/,
    ],
    [
      'there is no git',
      () => {
        process.env.PATH = '/nowhere';
      },
      /git ENOENT/,
    ],
  ];
  for (const [title, cause, why] of troubles)
    it(`is not known where ${title}, which is no reason to deploy`, async () => {
      cause();
      const told = (error: unknown) => error instanceof Problem && why.test(error.why);
      await assert.rejects(assertCommitted({ name: 'prod' }), told);
      await assert.rejects(imageTag(undefined), told);
    });

  it('is not asked of a tag that is no commit', async () => {
    process.env.GIT_DIR = '/nowhere';
    assert.equal(await imageTag('v1'), 'v1');
  });
});
