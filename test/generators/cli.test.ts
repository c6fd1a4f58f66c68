import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot, packageVersion } from '../../src/package.ts';
import { commit } from '../merge/in-process.ts';
import {
  bin,
  must,
  type Outcome,
  scratch,
  tree,
  unprivileged,
  unprivilegedScratch,
  vibely,
} from '../support.ts';

const git = (cwd: string, ...args: string[]): string => must('git', args, cwd).trim();

describe('vibely DIR --yes', () => {
  const home = scratch();
  const outcome = vibely(['shop', '--yes'], { cwd: home });
  const shop = join(home, 'shop');

  it('writes a repo relative to where it was called', () => {
    assert.equal(outcome.code, 0, outcome.err);
    for (const path of [
      'README.md',
      'AGENTS.md',
      '.gitignore',
      'backend/Dockerfile',
      'infra/cdk.json',
      '.github/workflows/deploy.yml',
    ])
      assert.ok(existsSync(join(shop, path)), path);
  });

  it('shows what will be made and what it costs in dev and prod', () => {
    assert.match(outcome.out, /RDS PostgreSQL 16/);
    assert.match(outcome.out, /together\s+\d+\.\d\d\s+\d+\.\d\d/);
  });

  it('makes one commit of everything', () => {
    assert.equal(git(shop, 'rev-list', '--count', 'HEAD'), '1');
    assert.equal(git(shop, 'status', '--porcelain'), '');
  });

  it('stores every answer under the name of the package', () => {
    const stored = JSON.parse(readFileSync(join(shop, '.yo-rc.json'), 'utf8'))['generator-vibely'];
    assert.equal(stored.name, 'shop');
    assert.equal(stored.devAccount, '000000000000');
  });

  it('leaves git status empty when it runs twice', () => {
    const again = vibely(['.'], { cwd: shop });
    assert.equal(again.code, 0, again.err);
    assert.match(again.out, /up to date/);
    assert.equal(git(shop, 'status', '--porcelain'), '');
  });

  it('records in the lock the blob id that git has for each file', () => {
    const { files } = JSON.parse(readFileSync(join(shop, '.vibely.lock.json'), 'utf8'));
    const inGit = git(shop, 'ls-files', '-s')
      .split('\n')
      .map((line) => line.split(/\s+/));
    const own = ['.yo-rc.json', '.vibely.lock.json'];
    assert.deepEqual(
      files,
      Object.fromEntries(
        inGit.filter(([, , , path]) => !own.includes(path ?? '')).map(([, id, , path]) => [path, id]),
      ),
    );
  });
});

describe('a change of an answer', () => {
  it('updates untouched files, keeps edited ones and adds new ones', () => {
    const home = scratch();
    vibely(['shop', '--yes', '--no-database'], { cwd: home });
    const shop = join(home, 'shop');
    writeFileSync(join(shop, 'docs/costs.md'), 'ours\n');
    const { code, err } = vibely(['shop', '--yes', '--dev-account', '111122223333'], { cwd: home });
    assert.equal(code, 0, err);
    assert.match(readFileSync(join(shop, 'infra/settings.json'), 'utf8'), /111122223333/);
    assert.equal(readFileSync(join(shop, 'docs/costs.md'), 'utf8'), 'ours\n');
    assert.equal(git(shop, 'rev-list', '--count', 'HEAD'), '1', 'committed inside an existing repository');
  });
});

describe('a directory with files in it', () => {
  function home(): string {
    const folder = scratch();
    mkdirSync(join(folder, 'shop'));
    writeFileSync(join(folder, 'shop/README.md'), 'mine\n');
    writeFileSync(join(folder, 'shop/notes.txt'), 'mine, too\n');
    return folder;
  }

  it('is refused, with the names, where nobody can be asked', () => {
    const folder = home();
    const { code, err } = vibely(['shop', '--yes'], { cwd: folder });
    assert.equal(code, 1);
    assert.match(err, /^VIB034 .*README\.md/);
    assert.deepEqual([...tree(join(folder, 'shop')).keys()].sort(), ['README.md', 'notes.txt']);
  });

  it('is refused in a dry run, too', () => {
    const { code, out } = vibely(['shop', '--yes', '--dry-run'], { cwd: home() });
    assert.equal(code, 0);
    assert.match(out, /Without --dry-run this would be refused as things are:\nVIB034 .*README\.md/);
  });

  it('is not overwritten by --force where git does not hold what is there', () => {
    const folder = home();
    const before = tree(folder);
    const force = (): Outcome => vibely(['shop', '--yes', '--force'], { cwd: folder });
    assert.match(force().err, /^VIB028 .*: README\.md\./);
    must('git', ['init', '-q'], join(folder, 'shop'));
    assert.match(force().err, /^VIB028 .*: README\.md\./);
    must('git', ['add', '-A'], join(folder, 'shop'));
    assert.match(force().err, /^VIB028 .*: README\.md\./);
    for (const [path, text] of before) assert.equal(tree(folder).get(path), text);
  });

  it('is overwritten with --force once it is committed, and nothing else in it is touched', () => {
    const folder = home();
    must('git', ['init', '-q'], join(folder, 'shop'));
    commit(join(folder, 'shop'));
    assert.equal(vibely(['shop', '--yes', '--force'], { cwd: folder }).code, 0);
    const files = tree(join(folder, 'shop'));
    assert.notEqual(files.get('README.md'), 'mine\n');
    assert.equal(files.get('notes.txt'), 'mine, too\n');
  });

  it('is refused where a symbolic link leads out of it', () => {
    const folder = home();
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'shop/infra'));
    const { code, err } = vibely(['shop', '--yes', '--force'], { cwd: folder });
    assert.equal(code, 1);
    assert.match(err, /^VIB031/);
    assert.deepEqual(readdirSync(join(folder, 'elsewhere')), []);
  });
});

describe('--dry-run', () => {
  it('lists every file and writes nothing', () => {
    const home = scratch();
    const { code, out } = vibely(['shop', '--yes', '--dry-run'], { cwd: home });
    assert.equal(code, 0);
    assert.match(out, /infra\/settings\.json/);
    assert.deepEqual(readdirSync(home), []);
  });
});

describe('answers without a terminal', () => {
  it('that are missing are named with their flags', () => {
    const { code, err } = vibely(['shop', '--name', 'shop'], { cwd: scratch() });
    assert.equal(code, 1);
    assert.match(err, /^VIB003/);
    for (const flag of ['--backend', '--sse or --no-sse', '--dev-account', '--yes'])
      assert.ok(err.includes(flag), flag);
  });

  it('come from a file, with flags going before it', () => {
    const home = scratch();
    writeFileSync(join(home, 'answers.json'), JSON.stringify({ name: 'kiosk', backend: 'node', sse: false }));
    assert.equal(vibely(['shop', '--answers', 'answers.json', '--sse', '--yes'], { cwd: home }).code, 0);
    const stored = JSON.parse(readFileSync(join(home, 'shop/.yo-rc.json'), 'utf8'))['generator-vibely'];
    assert.deepEqual([stored.name, stored.backend, stored.sse], ['kiosk', 'node', true]);
  });

  it('come from standard input', () => {
    const home = scratch();
    const { code, err } = vibely(['shop', '--answers', '-', '--yes'], {
      cwd: home,
      input: '{"region": "eu-west-1"}',
    });
    assert.equal(code, 0, err);
    assert.match(readFileSync(join(home, 'shop/infra/settings.json'), 'utf8'), /"eu-west-1a"/);
  });

  for (const [what, file, code] of [
    ['an unknown key, with the nearest one', '{"databse": true}', 'VIB006'],
    ['a broken file', '{"name": ', 'VIB005'],
    ['a list', '[]', 'VIB005'],
    ['an account given as a number', '{"devAccount": 123456789012}', 'VIB016'],
  ] as const)
    it(`refuse ${what}`, () => {
      const home = scratch();
      const outcome = vibely(['shop', '--answers', '-', '--yes'], { cwd: home, input: file });
      assert.equal(outcome.code, 1);
      assert.match(outcome.err, new RegExp(`^${code} `));
      if (code === 'VIB006') assert.match(outcome.err, /Did you mean 'database'/);
      assert.deepEqual(readdirSync(home), []);
    });

  it('refuse a file that is not there', () =>
    assert.match(vibely(['shop', '--answers', 'none.json'], { cwd: scratch() }).err, /^VIB004/));
});

describe('a command line that is wrong', () => {
  for (const [args, pattern] of [
    [['--databse'], /^VIB001 There is no flag --databse\.[\s\S]*Did you mean --database\?/],
    [['--name'], /^VIB001/],
    [['waff', '--yes'], /^VIB001 There is no generator 'waff'\.[\s\S]*vibely waf\?.*vibely \.\/waff/],
    [['Upgrade'], /^VIB001 [\s\S]*vibely upgrade\?/],
    [['a', 'b'], /^VIB001 b is one argument too many/],
    [['--name', 'Shop_1', '--yes'], /^VIB010/],
    [['--region', 'eu-central-9', '--yes'], /^VIB017/],
  ] as const)
    it(`says what, why and how to fix it, without a stack trace: ${args.join(' ')}`, () => {
      const { code, err } = vibely([...args], { cwd: scratch() });
      assert.equal(code, 1);
      assert.match(err, pattern);
      assert.match(err, /\n {2}Why: .+\n {2}Fix: .+\n$/);
      assert.doesNotMatch(err, /\n\s+at /);
    });
});

describe('a folder whose name is nearly that of a generator', () => {
  it('is written to when it is given as a path', () =>
    assert.equal(vibely(['./waff', '--yes', '--dry-run'], { cwd: scratch() }).code, 0));
});

describe('a region outside the EU', () => {
  it('is warned about', () =>
    assert.match(
      vibely(['shop', '--region', 'eu-west-2', '--yes', '--dry-run'], { cwd: scratch() }).out,
      /outside the EU/,
    ));
  it('is none for Frankfurt', () =>
    assert.doesNotMatch(vibely(['shop', '--yes', '--dry-run'], { cwd: scratch() }).out, /Warning/));
});

describe('a place that cannot be written', () => {
  it('is told when it is a file', () => {
    const home = scratch();
    writeFileSync(join(home, 'shop'), '');
    assert.match(vibely(['shop', '--yes'], { cwd: home }).err, /^VIB030 .*is a file/);
  });

  it('is told when it is read-only', () => {
    const home = scratch();
    const script = `mount -t tmpfs -o ro tmpfs ${home} && cd ${home} && exec ${process.execPath} ${bin} shop --yes`;
    const { status, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', script], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /^VIB030/);
  });

  it('leaves nothing behind when the disk is full', () => {
    const home = scratch();
    const run = `mount -t tmpfs -o size=64k tmpfs ${home} && cd ${home} && ${process.execPath} ${bin} shop --yes --skip-install; code=$?; ls -A ${home}; exit $code`;
    const { status, stdout, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', run], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /^VIB033/);
    assert.match(stdout, /New: \d+ files\n$/, 'something was left');
  });

  it('leaves the files that were there as they were when the disk is full', () => {
    const home = scratch();
    const cli = `${process.execPath} ${bin} shop --yes --force --skip-install`;
    const run = `mount -t tmpfs -o size=64k tmpfs ${home} && cd ${home} && mkdir shop && echo mine > shop/README.md && ${cli} >/dev/null; code=$?; find shop; cat shop/README.md; exit $code`;
    const { status, stdout } = spawnSync('unshare', ['-rm', 'sh', '-c', run], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.equal(stdout, 'shop\nshop/README.md\nmine\n');
  });
});

describe('git', () => {
  it('is left alone with --skip-git', () => {
    const home = scratch();
    vibely(['shop', '--yes', '--skip-git'], { cwd: home });
    assert.ok(!existsSync(join(home, 'shop/.git')));
  });

  it('gets no second repository inside an existing one', () => {
    const home = scratch();
    git(home, 'init', '-q');
    vibely(['shop', '--yes'], { cwd: home });
    assert.ok(!existsSync(join(home, 'shop/.git')));
    assert.match(git(home, 'status', '--porcelain'), /\?\? shop\//);
  });

  it("commits in the generator's name where nobody has told git theirs", () => {
    const home = scratch();
    const env = { HOME: home, XDG_CONFIG_HOME: home, GIT_CONFIG_NOSYSTEM: '1', EMAIL: '' };
    vibely(['shop', '--yes'], { cwd: home, env });
    assert.match(git(join(home, 'shop'), 'log', '--format=%an'), /\S/);
  });

  it('may be missing: the step is then among those to be done', () => {
    const home = scratch();
    const { code, out } = vibely(['shop', '--yes'], { cwd: home, env: { PATH: home } });
    assert.equal(code, 0);
    assert.match(out, /git init/);
  });
});

describe("the package's own commands", () => {
  it('answer --version and --help without loading Yeoman, EJS or the prompts', () => {
    const probe = join(scratch(), 'probe.mjs');
    writeFileSync(
      probe,
      `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { if (/node_modules/.test(url)) throw new Error('loaded ' + url); return next(url, context); } });\n`,
    );
    for (const flag of ['--version', '--help']) {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', probe, bin, flag], {
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
      assert.match(stdout, flag === '--version' ? new RegExp(`^${packageVersion}\n$`) : /--skip-install/);
    }
  });

  it("write relative to the caller's folder when npm runs them", () => {
    const home = scratch();
    must('npm', ['--prefix', packageRoot, 'start', '--', 'shop', '--yes', '--skip-install'], home);
    assert.ok(existsSync(join(home, 'shop/README.md')));
  });

  it('work inside a generated repo when npm runs them from the clone', () => {
    const home = scratch();
    vibely(['shop', '--yes'], { cwd: home });
    const out = must('npm', ['--prefix', packageRoot, 'start', '--', 'status'], join(home, 'shop'));
    assert.match(out, new RegExp(`Written by generator-vibely ${packageVersion}`));
  });
});

describe('a file that is not ours to read', () => {
  it('is told, not overwritten', () => {
    const home = unprivilegedScratch();
    mkdirSync(join(home, 'shop'));
    writeFileSync(join(home, 'shop/README.md'), 'mine');
    chmodSync(join(home, 'shop'), 0o777);
    chmodSync(join(home, 'shop/README.md'), 0);
    const args = [bin, 'shop', '--yes', '--force', '--skip-install'];
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: home,
      encoding: 'utf8',
      ...unprivileged,
    });
    assert.equal(status, 1);
    assert.match(stderr, /^VIB032/);
    chmodSync(join(home, 'shop/README.md'), 0o600);
    assert.equal(readFileSync(join(home, 'shop/README.md'), 'utf8'), 'mine');
  });
});
