import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { must, scratch, tree, vibely } from '../support.ts';

describe('vibely status', () => {
  const folder = join(scratch(), 'shop');
  vibely([folder, '--yes']);
  appendFileSync(join(folder, 'docs/costs.md'), 'mine\n');
  rmSync(join(folder, 'docs/architecture.md'));
  writeFileSync(join(folder, 'AGENTS.md'), '<<<<<<< yours\na\n=======\nb\n>>>>>>> generated now\n');
  const before = tree(folder);
  const { code, out } = vibely(['status'], { cwd: folder });

  it('names what the owner edited, deleted, and has to resolve', () => {
    assert.equal(code, 0);
    assert.match(out, /Edited by you:\n {2}AGENTS\.md\n {2}docs\/costs\.md\n/);
    assert.match(out, /Deleted by you:\n {2}docs\/architecture\.md\n/);
    assert.match(out, /In conflict:\n {2}AGENTS\.md\n/);
    assert.match(out, /An upgrade would touch: none/);
  });

  it('changes nothing', () => assert.deepEqual(tree(folder), before));

  it('is refused where nothing was generated, with the way out', () => {
    const { code: refused, err } = vibely(['status'], { cwd: scratch() });
    assert.equal(refused, 1);
    assert.match(err, /^VIB040/);
  });

  it('is refused where the lock is gone, with the way to get it back', () => {
    const path = join(folder, '.vibely.lock.json');
    const lock = readFileSync(path);
    rmSync(path);
    const { code: refused, err } = vibely(['status'], { cwd: folder });
    writeFileSync(path, lock);
    assert.equal(refused, 1);
    assert.match(err, /^VIB040 [\s\S]*git checkout HEAD -- \.vibely\.lock\.json/);
  });

  it('needs no git', () => {
    must('rm', ['-rf', '.git'], folder);
    assert.equal(vibely(['status'], { cwd: folder }).code, 0);
  });
});
