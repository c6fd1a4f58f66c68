import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import helpers from 'yeoman-test';
import { answerKeys } from '../../src/answers.ts';
import { packageRoot } from '../../src/package.ts';
import { scratch, tree, vibely } from '../support.ts';

const generator = join(packageRoot, 'dist/generators/app/index.js');

/** The test adapter answers instead of a person, so the generator may ask. */
before(() => Object.defineProperty(process.stdin, 'isTTY', { value: true }));

function create(cwd: string, options: Record<string, unknown> = {}) {
  return helpers
    .create(generator, { namespace: 'vibely:app' }, { cwd })
    .withOptions({ skipInstall: true, force: true, ...options } as object);
}

describe('yo vibely', () => {
  it('asks what is not given, in the order of the declarations', async () => {
    const result = await create(scratch(), { yes: undefined })
      .withAnswers({ write: true }, { throwOnMissingAnswer: false })
      .run();
    const asked = result.askedQuestions.map(({ name }) => name);
    assert.deepEqual(asked, [...answerKeys, 'write']);
  });

  it('does not ask for what a flag gives', async () => {
    const result = await create(scratch(), { backend: 'node', 'dev-account': '012345678901' })
      .withAnswers({ write: true })
      .run();
    const asked = result.askedQuestions.map(({ name }) => name);
    assert.ok(!asked.includes('backend') && !asked.includes('devAccount'), asked.join());
  });

  it("writes the same bytes as the package's own bin", async () => {
    const [ours, theirs] = [scratch(), scratch()];
    await create(ours, { yes: true, name: 'shop', sse: false }).run();
    assert.equal(vibely(['.', '--yes', '--name', 'shop', '--no-sse', '--skip-git'], { cwd: theirs }).code, 0);
    assert.deepEqual(tree(ours), tree(theirs));
  });

  it('changes nothing when it runs twice', async () => {
    const home = scratch();
    await create(home, { yes: true, name: 'shop' }).run();
    const first = tree(home);
    await create(home).run();
    assert.deepEqual(tree(home), first);
  });

  it('shows a difference and asks before it overwrites', async () => {
    const home = scratch();
    writeFileSync(join(home, 'README.md'), 'mine\n');
    const result = await create(home, { force: false, name: 'shop' })
      .withAnswers({ conflict: 'skip', write: true })
      .run();
    assert.ok(result.askedQuestions.some(({ name }) => name === 'conflict'));
    assert.equal(readFileSync(join(home, 'README.md'), 'utf8'), 'mine\n');
  });

  it('writes nothing at all when the person aborts at a difference', async () => {
    const home = scratch();
    writeFileSync(join(home, 'README.md'), 'mine\n');
    const run = create(home, { force: false, name: 'shop' }).withAnswers({ conflict: 'abort' }).run();
    await assert.rejects(run, /VIB002/);
    assert.deepEqual([...tree(home).keys()], ['README.md']);
  });

  it('refuses a bad answer with its code and writes nothing', async () => {
    const home = scratch();
    await assert.rejects(create(home, { yes: true, region: 'eu-central-9' }).run(), /VIB017[\s\S]*Fix:/);
    assert.deepEqual([...tree(home).keys()], []);
  });
});
