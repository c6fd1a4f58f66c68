import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, mock } from 'node:test';
import { unzipSync } from 'fflate';
import { buildable, type CommittedFile, filesOf, pack } from '../lib/archive.ts';
import { runProgram } from '../lib/program.ts';

const file = (path: string, text = path, mode = 0o100644): CommittedFile => ({
  path,
  mode,
  content: Buffer.from(text),
});
const namesIn = (files: CommittedFile[]) => Object.keys(unzipSync(pack(files).bytes)).sort();

describe('what is sent to be built', () => {
  it('leaves out what .dockerignore names, and keeps what the build itself needs', () => {
    const rules =
      '# secrets\n.env*\n**/*.md\n!docs/keep.md\ntest\nDockerfile\nbuildspec.yml\n.dockerignore\n';
    const paths = [
      '.env',
      '.env.local',
      'README.md',
      'docs/a.md',
      'docs/keep.md',
      'test/a.ts',
      'src/test.ts',
    ];
    const needed = ['Dockerfile', 'buildspec.yml'];
    const files = [...paths, ...needed].map((path) => file(path));
    assert.deepEqual(namesIn([...files, file('.dockerignore', rules)]), [
      '.dockerignore',
      'Dockerfile',
      'buildspec.yml',
      'docs/keep.md',
      'src/test.ts',
    ]);
  });

  it('tells large letters from small ones, as Docker does', () => {
    const rules = file('.dockerignore', 'Data\nSECRET.txt\n');
    assert.deepEqual(namesIn([rules, file('data/a'), file('Data/b'), file('secret.txt')]), [
      '.dockerignore',
      'data/a',
      'secret.txt',
    ]);
  });

  it('is not what git has elsewhere: a submodule, or a file of LFS', () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 536870912\n';
    const others = [file('vendor/lib', '', 0o160000), file('models/a.bin', pointer)];
    for (const other of others)
      assert.throws(
        () => buildable([file('a'), other]),
        (error: Error) => error.message.includes(other.path),
      );
    const rules = file('.dockerignore', 'vendor\nmodels\n');
    assert.deepEqual(
      buildable([file('a'), rules, ...others]).map(({ path }) => path),
      ['a', '.dockerignore', 'models/a.bin'],
    );
  });

  it('is everything where there are no rules', () => {
    assert.deepEqual(namesIn([file('a'), file('b/c')]), ['a', 'b/c']);
  });

  it('is the same bytes for the same files a year later, and others for a file that may be run', () => {
    const first = pack([file('a'), file('run.sh')]);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 365 * 86_400_000 });
    assert.equal(pack([file('a'), file('run.sh')]).sha256, first.sha256);
    mock.timers.reset();
    assert.notEqual(pack([file('a'), file('run.sh', 'run.sh', 0o100755)]).sha256, first.sha256);
    assert.equal(first.files, 2);
  });

  it('is what was committed, also where this repo is a folder of another', async () => {
    const top = mkdtempSync(join(tmpdir(), 'archive-'));
    const own = join(top, 'apps/shop');
    mkdirSync(join(own, 'backend/src'), { recursive: true });
    writeFileSync(join(own, 'backend/src/a.ts'), 'committed');
    writeFileSync(join(top, 'other'), '');
    const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
    for (const args of [
      ['init', '-q'],
      ['add', '.'],
      [...who, 'commit', '-qm', 'a'],
    ])
      assert.equal((await runProgram('git', args, { cwd: top, quiet: true })).code, 0);
    writeFileSync(join(own, 'backend/src/a.ts'), 'changed');
    const inBackend = await filesOf('HEAD', 'backend', own);
    assert.deepEqual(
      inBackend.map(({ path, content }) => [path, Buffer.from(content).toString()]),
      [['src/a.ts', 'committed']],
    );
    assert.deepEqual(
      (await filesOf('HEAD', '', own)).map(({ path }) => path),
      ['backend/src/a.ts'],
    );
    rmSync(top, { recursive: true });
  });
});
