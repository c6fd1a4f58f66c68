import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { bin, must, scratch, tree, vibely } from '../support.ts';
import { commit } from './in-process.ts';

/** Kills the process, as `kill -9` does, at its n-th call that changes the file system, or of the one that is named. */
const killer = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
let left = Number(process.env.KILL_AT);
const all = ['renameSync', 'writeFileSync', 'mkdirSync', 'rmSync', 'copyFileSync', 'chmodSync', 'rmdirSync'];
for (const name of process.env.KILL_CALL ? [process.env.KILL_CALL] : all) {
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

/** Runs a change that dies at write `at`, of the calls `call`; says whether it died. */
function killed(folder: string, at: number, { call = '', flags = change } = {}): boolean {
  const preload = join(dirname(folder), 'killer.mjs');
  writeFileSync(preload, killer);
  const args = ['--import', preload, bin, '.', ...flags, '--skip-install'];
  const { signal, status, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, KILL_AT: String(at), KILL_CALL: call },
  });
  if (signal !== 'SIGKILL') assert.equal(status, 0, stderr);
  return signal === 'SIGKILL';
}

/** A generated repo, edited by its owner, and committed. */
function shop(home: string, name: string, edit: (folder: string) => void): string {
  const folder = join(home, name);
  assert.equal(vibely([folder, '--name', 'shop', '--yes']).code, 0);
  edit(folder);
  commit(folder);
  return folder;
}

const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');
const status = (folder: string): string => must('git', ['status', '--porcelain'], folder);

describe('a run that is killed', () => {
  it('at any write leaves the tree as it was, or complete after running again', () => {
    const home = scratch();
    const start = shop(home, 'start', (folder) =>
      appendFileSync(join(folder, 'docs/architecture.md'), '\nOur own decision: no Redis.\n'),
    );
    const complete = join(home, 'complete');
    cpSync(start, complete, { recursive: true });
    assert.equal(killed(complete, 1_000_000), false);
    const wanted = tree(complete);

    let writes = 0;
    for (let dies = true; dies; writes++) {
      const folder = join(home, `killed-${writes}`);
      cpSync(start, folder, { recursive: true });
      dies = killed(folder, writes);
      const again = vibely(['.', ...change], { cwd: folder });
      assert.equal(again.code, 0, `killed at ${writes}: ${again.err}`);
      assert.deepEqual(tree(folder), wanted, `killed at ${writes}`);
    }
    assert.ok(writes > 30, `only ${writes} writes were tried`);
  });

  it('and whose files the owner puts back is done again, and not called complete', () => {
    const folder = shop(scratch(), 'shop', () => {});
    assert.ok(killed(folder, 4, { call: 'renameSync' }));
    assert.match(status(folder), /^ M /m);
    must('git', ['checkout', '-q', '.'], folder);
    const { code, out } = vibely(['.', ...change], { cwd: folder });
    assert.equal(code, 0, out);
    const paths = must('git', ['diff', '--name-only'], folder).split('\n').filter(Boolean);
    const again = shop(scratch(), 'shop', () => {});
    assert.equal(vibely(['.', ...change], { cwd: again }).code, 0);
    assert.deepEqual(tree(folder), tree(again));
    assert.ok(paths.includes('.vibely.lock.json'));
  });

  it('and after which the owner edits a file is not called complete before that is merged', () => {
    const folder = shop(scratch(), 'shop', () => {});
    const lock = read(folder, '.vibely.lock.json');
    assert.ok(killed(folder, 1, { call: 'renameSync' }));
    appendFileSync(join(folder, 'README.md'), '\nOurs.\n');
    writeFileSync(
      join(folder, 'infra/settings.json'),
      read(folder, 'infra/settings.json').replace('"cpu": 512', '"cpu": 2048'),
    );
    const refused = vibely(['.', ...change], { cwd: folder });
    assert.match(refused.err, /^VIB036 .*infra\/settings\.json/);
    assert.match(refused.out, /infra\/settings\.json.*run the same command again/);
    assert.equal(read(folder, '.vibely.lock.json'), lock);
    commit(folder);
    assert.equal(vibely(['.', ...change], { cwd: folder }).code, 0);
    const { dev } = JSON.parse(read(folder, 'infra/settings.json')).environments;
    assert.deepEqual([dev.cpu, dev.account], [2048, '111122223333']);
  });
});

describe('a run with a conflict', () => {
  const path = 'infra/settings.json';
  const flags = ['--no-sse', '--yes'];
  const contested = (): string =>
    shop(scratch(), 'shop', (folder) =>
      writeFileSync(
        join(folder, path),
        read(folder, path).replaceAll('"idleTimeoutSeconds": 3600', '"idleTimeoutSeconds": 1800'),
      ),
    );
  const assertShown = (folder: string): void => {
    const { code, err } = vibely(['.', ...flags], { cwd: folder });
    assert.equal(code, 1);
    assert.match(err, /^VIB037 .*infra\/settings\.json/);
    assert.match(status(folder), /^UU infra\/settings\.json$/m);
    assert.match(read(folder, '.yo-rc.json'), /"sse": false/);
  };

  it('that is killed tells of it when it is finished, and shows it in git', () => {
    const folder = contested();
    assert.ok(killed(folder, 3, { call: 'renameSync', flags }));
    assertShown(folder);
    assertShown(folder);
  });

  it('names the file where the index is locked, and shows it in git the next time', () => {
    const folder = contested();
    writeFileSync(join(folder, '.git/index.lock'), '');
    const { code, err } = vibely(['.', ...flags], { cwd: folder });
    assert.equal(code, 1);
    assert.doesNotMatch(status(folder), /unfinished/);
    assert.match(err, /^VIB043 .*infra\/settings\.json.*index\.lock/);
    assert.doesNotMatch(err, /\n\s+at /);
    rmSync(join(folder, '.git/index.lock'));
    assertShown(folder);
  });

  it('is not called up to date while the markers stand in the file, even when they are committed', () => {
    const folder = contested();
    assert.equal(vibely(['.', ...flags], { cwd: folder }).code, 1);
    commit(folder);
    const { code, out, err } = vibely(['.', ...flags], { cwd: folder });
    assert.equal(code, 1);
    assert.match(err, /^VIB037/);
    assert.doesNotMatch(out, /up to date/);
  });
});
