import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { openRepo } from '../../src/migration/repo.ts';
import { allPlatforms, type Platform } from '../../src/platforms/all.ts';
import { railway } from '../../src/platforms/railway.ts';
import { casesOf, expectedOf, readable, repoOf } from './cases.ts';

async function readingOf(platform: Platform, name: string): Promise<unknown> {
  return readable(await platform.read(openRepo(repoOf(name))));
}

for (const platform of allPlatforms)
  describe(`What ${platform.title}'s files say`, () => {
    for (const name of casesOf(platform.name))
      it(`is read of ${name} as expected`, async () => {
        const actual = await readingOf(platform, name);
        assert.deepEqual(actual, expectedOf(name, actual));
      });

    it('never has a value of a secret in it', async () => {
      for (const name of casesOf(platform.name))
        assert.ok(!JSON.stringify(await readingOf(platform, name)).includes('SENTINEL'), name);
    });

    it('has a place for every finding, in a file that is there', async () => {
      for (const name of casesOf(platform.name)) {
        const repo = openRepo(repoOf(name));
        for (const { id, evidence } of (await platform.read(repo)).findings) {
          assert.ok(evidence.length > 0, `${name}: ${id}`);
          for (const { file, line } of evidence)
            assert.ok(line <= (repo.text(file) ?? '').split('\n').length, `${name}: ${id} ${file}:${line}`);
        }
      }
    });
  });

describe('The program of a Railway project', () => {
  it('is never run', async () => {
    await readingOf(railway, 'railway-program-hostile');
    assert.equal(existsSync('/tmp/vibely-was-run'), false);
  });
});
