import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/package.ts';
import { type Outcome, tree, unprivileged, unprivilegedScratch, vibely } from '../support.ts';

const yo = join(packageRoot, 'node_modules/yo/lib/cli.js');

/** A folder in which `yo` finds this package as an installed generator. */
function home(): string {
  const folder = unprivilegedScratch();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(packageRoot, join(folder, 'node_modules/generator-vibely'));
  return folder;
}

function yoVibely(cwd: string, ...args: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [yo, 'vibely', ...args], {
    cwd,
    encoding: 'utf8',
    input: '',
    env: { PATH: process.env.PATH, HOME: cwd, YEOMAN_NO_NOTIFIER: '1', NO_UPDATE_NOTIFIER: '1' },
    ...unprivileged,
  });
  return { code: status, out: stdout, err: stderr };
}

describe('the real yo, as a user who is not root', () => {
  it('writes the same files as vibely, with the same flags', () => {
    const [theirs, ours] = [home(), unprivilegedScratch()];
    const flags = ['shop', '--yes', '--no-sse', '--dev-account=012345678901', '--skip-install'];
    const { code, err } = yoVibely(theirs, ...flags);
    assert.equal(code, 0, err);
    assert.equal(vibely(flags, { cwd: ours }).code, 0);
    assert.deepEqual(tree(join(theirs, 'shop')), tree(join(ours, 'shop')));
    assert.match(readFileSync(join(theirs, 'shop/.yo-rc.json'), 'utf8'), /"devAccount": "012345678901"/);
  });

  it('writes nothing with --dry-run', () => {
    const folder = home();
    assert.equal(yoVibely(folder, 'shop', '--yes', '--dry-run').code, 0);
    assert.deepEqual(
      [...tree(folder).keys()].filter((path) => path.startsWith('shop')),
      [],
    );
  });

  it('ends with 1 and three readable lines for a bad answer', () => {
    const { code, err } = yoVibely(home(), 'shop', '--yes', '--region', 'eu-central-9');
    assert.equal(code, 1);
    assert.match(err, /VIB017 [\s\S]*Why: [\s\S]*Fix: /);
    assert.doesNotMatch(err, /\n\s+at /);
  });

  it('names the flags of missing answers where there is no terminal', () => {
    const { code, err } = yoVibely(home(), 'shop');
    assert.equal(code, 1);
    assert.match(err, /VIB003 [\s\S]*--backend/);
  });
});
