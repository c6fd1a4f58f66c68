import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { commandNamed } from '../../src/commands.ts';
import type { Ask } from '../../src/questions.ts';
import { run } from '../../src/run.ts';
import { shop, status, succeed } from '../generators/owned-repo.ts';
import { bin, type Outcome, tree, vibely } from '../support.ts';

const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');
const firewall = { mode: 'count', rateLimit: 2000 };
const app = 'infra/bin/app.ts';

/** Adds a firewall as a person at a terminal does, who does something else before answering the question `at`. */
function addFirewall(directory: string, meanwhile: () => void, at = 'write'): Promise<number> {
  const flags = { yes: false, force: false, dryRun: false, skipInstall: true, skipGit: false, off: false };
  const options = { command: commandNamed('waf'), directory, name: undefined, given: firewall, ...flags };
  const ask: Ask = async ({ name }) => {
    if (name === at) meanwhile();
    return true;
  };
  return run({ ...options, program: 'vibely' }, { say: () => {}, ask });
}

describe('a file that changes while the question stands whether to write', () => {
  it('is named, and nothing is written', async () => {
    const folder = shop();
    const before = tree(folder);
    await assert.rejects(
      addFirewall(folder, () => appendFileSync(join(folder, app), '// mine\n')),
      /VIB038 .*infra\/bin\/app\.ts/,
    );
    assert.deepEqual(tree(folder), before.set(app, `${before.get(app)}// mine\n`));
  });

  it('is seen where there was none before', async () => {
    const folder = shop();
    const path = 'infra/lib/constructs/waf.ts';
    await assert.rejects(
      addFirewall(folder, () => writeFileSync(join(folder, path), '// mine\n')),
      /VIB038 .*constructs\/waf\.ts/,
    );
    assert.equal(read(folder, path), '// mine\n');
    assert.equal(status(folder), `?? ${path}\n`);
  });

  it('is seen where something else than a file lies there now', async () => {
    const folder = shop();
    const path = 'infra/lib/constructs/waf.ts';
    await assert.rejects(
      addFirewall(folder, () => mkdirSync(join(folder, path))),
      /VIB038 .*constructs\/waf\.ts/,
    );
    assert.equal(status(folder), '');
  });

  it('in the midst of the writing is seen, and what was written is taken back', () => {
    const folder = shop();
    const before = tree(folder);
    const path = '.vibely.lock.json';
    // Before the third file is put into place; the lock is the last one.
    const work = `fs.appendFileSync('${path}', '\\n')`;
    const { code, err } = meanwhile(folder, { call: 'renameSync', at: 3, work });
    assert.equal(code, 1);
    assert.match(err, /^VIB038 .*\.vibely\.lock\.json/);
    assert.deepEqual(tree(folder), before.set(path, `${before.get(path)}\n`));
  });
});

/** Runs `vibely waf`, which does `work` (JavaScript) before its call `at` of `call`. */
function meanwhile(folder: string, { call, at, work }: { call: string; at: number; work: string }): Outcome {
  const preload = join(dirname(folder), `${call}-${at}.mjs`);
  const code = `
    import { spawnSync } from 'node:child_process';
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const real = fs.${call};
    let left = ${at};
    fs.${call} = (...args) => {
      if (--left === 0) { ${work}; }
      return real(...args);
    };
    syncBuiltinESMExports();
  `;
  writeFileSync(preload, code);
  const args = ['--import', preload, bin, 'waf', '--yes', '--skip-install'];
  const {
    status: exit,
    stdout,
    stderr,
  } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: exit, out: stdout, err: stderr };
}

describe('two runs at once', () => {
  /** Adds a cache from within the other run, and leaves beside the repo what came of it. */
  function withCache(folder: string, call: string, at: number): { waf: Outcome; cache: string } {
    const args = JSON.stringify([bin, 'cache', '--yes', '--skip-install']);
    const work = `
      const { status, stderr } = spawnSync(process.execPath, ${args}, { encoding: 'utf8' });
      fs.appendFileSync('../cache.txt', status + ' ' + stderr)`;
    const waf = meanwhile(folder, { call, at, work });
    return { waf, cache: readFileSync(join(dirname(folder), 'cache.txt'), 'utf8') };
  }

  it('do not write at the same time: the second is refused, and the first goes on', () => {
    const folder = shop();
    const { waf, cache } = withCache(folder, 'renameSync', 3);
    assert.match(cache, /^1 VIB039 /);
    assert.equal(waf.code, 0, waf.err);
    assert.equal(vibely(['waf', '--yes'], { cwd: folder }).code, 0);
    assert.match(read(folder, '.yo-rc.json'), /"waf"/);
    assert.doesNotMatch(read(folder, '.yo-rc.json'), /"cache"/);
    assert.ok(!existsSync(join(folder, '.vibely-unfinished')));
  });

  it('are not both done where one is through while the other asks', async () => {
    const folder = shop();
    const addCache = (): void => void succeed(folder, ['cache']);
    await assert.rejects(addFirewall(folder, addCache, 'behindProxy'), /VIB038 .*\.yo-rc\.json/);
    assert.match(read(folder, '.yo-rc.json'), /"cache"/);
  });

  it('are not both done where one is through before the other writes', () => {
    const folder = shop();
    const { waf, cache } = withCache(folder, 'mkdirSync', 1);
    assert.match(cache, /^0 /);
    assert.equal(waf.code, 1);
    assert.match(waf.err, /^VIB038 .*\.yo-rc\.json/);
    assert.equal(vibely(['waf', '--yes'], { cwd: folder }).code, 0);
    assert.match(read(folder, '.yo-rc.json'), /"cache"[\s\S]*"waf"/);
  });
});

describe('what a run has left that was killed', () => {
  const left = (owner: { pid: number; host: string }): string => {
    const folder = shop();
    mkdirSync(join(folder, '.vibely-unfinished'));
    writeFileSync(join(folder, '.vibely-unfinished/.gitignore'), '*\n');
    writeFileSync(join(folder, '.vibely-unfinished/owner-0'), JSON.stringify(owner));
    return folder;
  };

  it('is finished where its process is no more', () => {
    const gone = spawnSync(process.execPath, ['--version']).pid;
    const folder = left({ pid: gone, host: hostname() });
    const { code, out } = vibely(['waf', '--yes'], { cwd: folder });
    assert.equal(code, 0);
    assert.match(out, /Finished what an interrupted run had begun/);
    assert.ok(!existsSync(join(folder, '.vibely-unfinished')));
  });

  for (const [where, host] of [
    ['on this computer', hostname()],
    ['on another computer', 'elsewhere'],
  ] as const)
    it(`is left alone where its process may still run ${where}, and the message says how to go on`, () => {
      const folder = left({ pid: process.pid, host });
      const before = tree(folder);
      for (const flags of [['--yes'], ['--yes', '--dry-run']]) {
        const { code, err } = vibely(['waf', ...flags], { cwd: folder });
        assert.equal(code, 1);
        assert.match(err, new RegExp(`^VIB039 .*${process.pid}.*${host}.*\n.*\n {2}Fix: .*owner-0`));
        assert.deepEqual(tree(folder), before);
      }
      rmSync(join(folder, '.vibely-unfinished/owner-0'));
      assert.equal(vibely(['waf', '--yes'], { cwd: folder }).code, 0);
    });
});
