import assert from 'node:assert/strict';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { must, scratch, tree, vibely } from '../support.ts';
import { commit } from './in-process.ts';

const test = 'infra/test/waf.test.ts';
const work = 'ops/lib/waf.ts';

/** A repo whose owner has edited two files of a feature. */
function shopWithEditedFirewall(): string {
  const folder = join(scratch(), 'shop');
  assert.equal(vibely([folder, '--yes']).code, 0);
  assert.equal(vibely(['waf', '--yes'], { cwd: folder }).code, 0);
  commit(folder);
  appendFileSync(join(folder, test), '// mine\n');
  appendFileSync(join(folder, work), '// mine\n');
  commit(folder);
  return folder;
}

describe('a feature that is turned off, of which the owner has edited files', () => {
  it('leaves these as they are, as a conflict that git shows, and removes the others', () => {
    const folder = shopWithEditedFirewall();
    const before = tree(folder);
    const { code, out } = vibely(['waf', '--off', '--yes'], { cwd: folder });
    assert.equal(code, 1, out);
    for (const path of [test, work]) assert.equal(tree(folder).get(path), before.get(path));
    assert.ok(!existsSync(join(folder, 'infra/lib/constructs/waf.ts')));
    const status = must('git', ['status', '--porcelain', test, work], folder);
    assert.equal(status, `UD ${test}\nUD ${work}\n`);
    const modes = must('git', ['ls-files', '--stage', work], folder).split('\n').filter(Boolean);
    assert.deepEqual(
      modes.map((line) => line.split(' ')[0]),
      ['100644', '100644'],
    );
  });

  it('says which, and how to keep or to delete them', () => {
    const { out } = vibely(['waf', '--off', '--yes'], { cwd: shopWithEditedFirewall() });
    assert.match(out, new RegExp(`no longer generated:\n {2}${test}\n {2}${work}\n`));
    assert.match(out, new RegExp(`git add ${test} ${work}\n.*git rm ${test} ${work}\n`));
    assert.doesNotMatch(out, /markers/);
  });

  it('are told by status until that is done', () => {
    const folder = shopWithEditedFirewall();
    vibely(['waf', '--off', '--yes'], { cwd: folder });
    const conflicts = (): string | undefined =>
      /In conflict:.*\n(?: {2}.*\n)*/.exec(vibely(['status'], { cwd: folder }).out)?.[0];
    assert.equal(conflicts(), `In conflict:\n  ${test}\n  ${work}\n`);
    commit(folder);
    assert.equal(conflicts(), 'In conflict: none\n');
  });

  it('changes nothing more once they are kept', () => {
    const folder = shopWithEditedFirewall();
    vibely(['waf', '--off', '--yes'], { cwd: folder });
    commit(folder);
    const kept = tree(folder);
    assert.equal(vibely(['upgrade', '--yes'], { cwd: folder }).code, 0);
    assert.deepEqual(tree(folder), kept);
    assert.equal(must('git', ['status', '--porcelain'], folder), '');
  });
});
