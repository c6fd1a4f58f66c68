import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { bin, must, scratch, tree, vibely } from '../support.ts';

/** Kills the process, as `kill -9` does, at its n-th call that changes the file system. */
const killer = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
let left = Number(process.env.KILL_AT);
for (const name of ['renameSync', 'writeFileSync', 'mkdirSync', 'rmSync', 'copyFileSync', 'chmodSync', 'rmdirSync']) {
  const real = fs[name];
  fs[name] = (...args) => {
    if (--left < 0) process.kill(process.pid, 'SIGKILL');
    return real(...args);
  };
}
syncBuiltinESMExports();
`;

/** Touches a dozen files: some untouched, one edited. */
const change = ['--dev-account', '111122223333', '--yes'];

/** Runs a change that dies at write `at`; says whether it died. */
function killed(folder: string, preload: string, at: number): boolean {
  const args = ['--import', preload, bin, '.', ...change, '--skip-install'];
  const { signal, status, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, KILL_AT: String(at) },
  });
  if (signal !== 'SIGKILL') assert.equal(status, 0, stderr);
  return signal === 'SIGKILL';
}

describe('a run that is killed', () => {
  it('at any write leaves the tree as it was, or complete after running again', () => {
    const home = scratch();
    const preload = join(home, 'killer.mjs');
    writeFileSync(preload, killer);
    const start = join(home, 'start');
    assert.equal(vibely([start, '--name', 'shop', '--yes']).code, 0);
    appendFileSync(join(start, 'docs/architecture.md'), '\nOur own decision: no Redis.\n');
    must('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '-qam', 'Mine'], start);
    const complete = join(home, 'complete');
    cpSync(start, complete, { recursive: true });
    assert.equal(killed(complete, preload, 1_000_000), false);
    const wanted = tree(complete);

    let writes = 0;
    for (let dies = true; dies; writes++) {
      const folder = join(home, `killed-${writes}`);
      cpSync(start, folder, { recursive: true });
      dies = killed(folder, preload, writes);
      const again = vibely(['.', ...change], { cwd: folder });
      assert.equal(again.code, 0, `killed at ${writes}: ${again.err}`);
      assert.deepEqual(tree(folder), wanted, `killed at ${writes}`);
    }
    assert.ok(writes > 30, `only ${writes} writes were tried`);
  });
});
