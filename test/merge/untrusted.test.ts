import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { blobId } from '../../src/blob.ts';
import { answersFile, type Lock, lockFile, storedAnswers, storedLock } from '../../src/state.ts';
import { finish, unfinishedFolder } from '../../src/unfinished.ts';
import { copyOf, migrate } from '../migration/writing/migrated.ts';
import { scratch, tree, vibely } from '../support.ts';
import { commit, generate } from './in-process.ts';

const home = scratch();
const folder = join(home, 'shop');
await generate(folder, { command: 'app', given: { name: 'shop' } });
commit(folder);
const path = join(folder, lockFile);
const written = JSON.parse(readFileSync(path, 'utf8')) as Lock;
const id = blobId(Buffer.from('mine\n'));

/** What the lock says beside what was generated. */
const change = (lock: object): void => writeFileSync(path, JSON.stringify({ ...written, ...lock }));

describe('a lock in a repo of somebody else', () => {
  const outside = [
    '../victim.txt',
    '/tmp/victim.txt',
    'docs/../../victim.txt',
    'docs//costs.md',
    './README.md',
    '..\\victim.txt',
    'C:/victim.txt',
    '.git/config',
    '.GIT/hooks/pre-commit',
    'frontend/.git/config',
    'git~1/config',
    '',
  ];
  for (const name of outside)
    it(`is refused where it names '${name}'`, () => {
      change({ files: { ...written.files, [name]: id } });
      assert.throws(() => storedLock(folder), /VIB026/);
    });

  for (const [what, files] of Object.entries({
    'what is no id': { 'README.md': '--batch' },
    'no id at all': { 'README.md': null },
    'a list instead of files': ['README.md'],
    'a word instead of files': 'README.md',
  }))
    it(`is refused where it has ${what}`, () => {
      change({ files });
      assert.throws(() => storedLock(folder), /VIB026/);
    });

  for (const generator of ['file:/tmp/x.tgz', 'npm:other@1', '0.1.0 & calc', 'latest', '0.1', '0.1.0-a b', 1])
    it(`is refused where its version is ${JSON.stringify(generator)}`, () => {
      change({ generator });
      assert.throws(() => storedLock(folder), /VIB027/);
    });

  it('is read where its version is one before a release', () => {
    change({ generator: '0.1.0-rc.1' });
    assert.equal(storedLock(folder).generator, '0.1.0-rc.1');
  });

  it('never leads to a file outside of the repo', () => {
    writeFileSync(join(home, 'victim.txt'), 'mine\n');
    change({ files: { ...written.files, '../victim.txt': id } });
    const before = tree(folder);
    const { code, err } = vibely(['upgrade', '--yes'], { cwd: folder });
    assert.equal(code, 1);
    assert.match(err, /^VIB026 .*"\.\.\/victim\.txt"/);
    assert.ok(existsSync(join(home, 'victim.txt')));
    assert.deepEqual(tree(folder), before);
  });
});

describe('stored answers of a repo of somebody else', () => {
  it('write no file outside of it', () => {
    const repo = copyOf('shop-render');
    migrate(repo);
    const at = join(repo, answersFile);
    const stored = JSON.parse(readFileSync(at, 'utf8'));
    stored['generator-vibely'].migration.files = { '../victim.txt': 'theirs\n' };
    writeFileSync(at, JSON.stringify(stored));
    assert.throws(() => storedAnswers(repo), /VIB091 'migration\.files\.\.\.\/victim\.txt'/);
  });
});

describe('an interrupted run in a repo of somebody else', () => {
  it('writes and removes nothing outside of it', () => {
    const place = scratch();
    const repo = join(place, 'repo');
    const unfinished = join(repo, unfinishedFolder);
    mkdirSync(join(unfinished, 'new/linked'), { recursive: true });
    mkdirSync(join(place, 'elsewhere'));
    symlinkSync('../elsewhere', join(repo, 'linked'));
    writeFileSync(join(place, 'victim.txt'), 'mine\n');
    writeFileSync(join(unfinished, 'new/linked/new.txt'), 'theirs\n');
    const entries = [
      { path: '../victim.txt', before: id, after: null },
      { path: 'linked/new.txt', before: null, after: blobId(Buffer.from('theirs\n')) },
    ];
    writeFileSync(join(unfinished, 'journal.json'), JSON.stringify({ entries, conflicts: [] }));
    finish(repo);
    assert.ok(existsSync(join(place, 'victim.txt')));
    assert.ok(!existsSync(join(place, 'elsewhere/new.txt')));
  });
});
