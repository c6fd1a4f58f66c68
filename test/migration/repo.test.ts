import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openRepo } from '../../src/migration/repo.ts';
import { packageRoot } from '../../src/package.ts';
import { must, scratch } from '../support.ts';
import { folderWith, repoWith, shortly } from './tree.ts';

describe('A repo as it is read', () => {
  it('has its files, sorted, without what is installed, cached or history', () => {
    const repo = repoWith({
      'b/x.py': '',
      'a.js': '',
      '.env': '',
      '.github/workflows/ci.yml': '',
      '.git/config': '',
      'node_modules/pg/package.json': '',
      'api/node_modules/pg/package.json': '',
      'api/__pycache__/x.pyc': '',
      'my-python/pyvenv.cfg': '',
      'my-python/lib/x.py': '',
      '.next/server.js': '',
      '.yarn/cache/pg.zip': '',
      '.yarn/releases/yarn-4.cjs': '',
      '.yarn/patches/pg.patch': '',
    });
    assert.deepEqual(repo.paths, [
      '.env',
      '.github/workflows/ci.yml',
      '.yarn/patches/pg.patch',
      'a.js',
      'b/x.py',
    ]);
  });

  it('never shows what a link outside of it leads to, and says so', () => {
    const secret = folderWith({ 'key.txt': 'SENTINEL' });
    const folder = folderWith({ 'app.js': 'x' });
    symlinkSync(join(secret, 'key.txt'), join(folder, 'key.txt'));
    symlinkSync(secret, join(folder, 'out'));
    symlinkSync('/nowhere', join(folder, 'broken'));
    symlinkSync('.', join(folder, 'loop'));
    symlinkSync('app.js', join(folder, 'inside.js'));
    const repo = openRepo(folder);
    assert.deepEqual(repo.paths, ['app.js', 'inside.js']);
    assert.equal(repo.text('key.txt'), undefined);
    assert.equal(repo.text('out/key.txt'), undefined);
    assert.equal(repo.text('../key.txt'), undefined);
    assert.equal(repo.text('inside.js'), 'x');
    assert.deepEqual(repo.findings.map(shortly).sort(), [
      'link-broken broken:1',
      'link-outside key.txt:1',
      'link-outside out:1',
    ]);
  });

  it('does not wait for what is no file', () => {
    const folder = folderWith({ 'app.js': 'x' });
    must('mkfifo', [join(folder, 'render.yaml')], folder);
    assert.deepEqual(openRepo(folder).paths, ['app.js']);
  });

  it('gives texts with LF, without a byte order mark, from UTF-8 and from UTF-16', () => {
    const repo = repoWith({
      windows: '\uFEFFweb: node a.js\r\nworker: b\r\n',
      powershell: Buffer.from('\uFEFFflask==3\r\n', 'utf16le'),
    });
    assert.equal(repo.text('windows'), 'web: node a.js\nworker: b\n');
    assert.equal(repo.text('powershell'), 'flask==3\n');
  });

  it('gives no text for what is none, or is larger than 1 MB', () => {
    const repo = repoWith({
      picture: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]),
      latin1: Buffer.from([0x63, 0x61, 0x66, 0xe9]),
      large: 'x'.repeat(1024 * 1024 + 1),
      largest: 'x'.repeat(1024 * 1024),
    });
    assert.deepEqual(
      ['picture', 'latin1', 'large'].map((path) => repo.text(path)),
      [undefined, undefined, undefined],
    );
    assert.equal(repo.text('largest')?.length, 1024 * 1024);
  });
});

/** A line of code as apps have them; every tenth file reads a variable. */
const code = (index: number): string =>
  `${'const value = compute(value, index); // what a line looks like\n'.repeat(30)}${index % 10 === 0 ? `const x = process.env.SETTING_${index % 7};\n` : ''}`;

function treeOf(count: number): string {
  const folder = scratch();
  for (let index = 0; index < count; index++) {
    const parent = join(folder, `src/part${Math.floor(index / 200)}`);
    if (index % 200 === 0) mkdirSync(parent, { recursive: true });
    writeFileSync(join(parent, `module${index}.js`), code(index));
  }
  writeFileSync(
    join(folder, 'render.yaml'),
    'services:\n  - {type: web, name: a, runtime: node, startCommand: node a.js}\n',
  );
  return folder;
}

/**
 * Reads a plan in a process of its own.
 * @returns seconds of the processor, which other programs on the machine do not change, and MB at its peak.
 */
function measured(folder: string): { seconds: number; megabytes: number } {
  const [repo, read] = ['repo', 'read'].map((name) => join(packageRoot, `src/migration/${name}.ts`));
  const program = `import { openRepo } from '${repo}'; import { readPlan } from '${read}';
    const plan = await readPlan(openRepo(process.argv[1]), {});
    if (plan.services.length !== 1) throw new Error('no plan');
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    process.stdout.write(JSON.stringify({ seconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }));`;
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', program, folder],
    {
      encoding: 'utf8',
    },
  );
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as { seconds: number; megabytes: number };
}

describe('Reading a large repo', () => {
  for (const { files, most } of [
    { files: 5_000, most: 2 },
    { files: 30_000, most: 6 },
  ])
    it(`takes less than ${most} s of the processor and 300 MB for ${files} files`, () => {
      const folder = treeOf(files);
      const { seconds, megabytes } = measured(folder);
      assert.ok(seconds < most, `${seconds} s`);
      assert.ok(megabytes < 300, `${megabytes} MB`);
    });
});
