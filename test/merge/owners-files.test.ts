import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { lockFile } from '../../src/state.ts';
import { scratch, tree, vibely } from '../support.ts';
import { commit, generate } from './in-process.ts';

/** Adds a cache, after the owner has done something to the repo. @returns its folder, the exit code and what is said */
async function withCache(
  own: (folder: string) => void,
): Promise<{ folder: string; code: number; said: string }> {
  const folder = join(scratch(), 'shop');
  assert.equal(await generate(folder, { command: 'app', given: { name: 'shop' } }), 0);
  own(folder);
  const said: string[] = [];
  const code = await generate(folder, { command: 'cache' }, (text) => void said.push(text));
  return { folder, code, said: said.join('') };
}

/** Gives a repo a domain, after its owner has done something to it. @returns its folder and the exit code */
async function withDomain(
  own: (folder: string) => void,
): Promise<{ folder: string; code: number; said: string }> {
  const folder = join(scratch(), 'shop');
  assert.equal(await generate(folder, { command: 'app', given: { name: 'shop' } }), 0);
  own(folder);
  commit(folder);
  const said: string[] = [];
  const https = { command: 'https', given: { domain: 'api.example.com' } };
  const code = await generate(folder, https, (text) => void said.push(text));
  return { folder, code, said: said.join('') };
}

const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');
const isExecutable = (folder: string, path: string): boolean =>
  (statSync(join(folder, path)).mode & 0o111) !== 0;

describe('what an owner does to files, apart from their lines', () => {
  it('leaves a renamed file alone, and does not bring back the old name', async () => {
    const { folder, code } = await withDomain((shop) =>
      renameSync(join(shop, 'docs/costs.md'), join(shop, 'docs/what-it-costs.md')),
    );
    assert.equal(code, 0);
    assert.ok(!existsSync(join(folder, 'docs/costs.md')));
    assert.match(read(folder, 'docs/what-it-costs.md'), /^# /);
  });

  it('names, in the plan and at the end, what the templates change in a file that is renamed or deleted', async () => {
    const { folder, said } = await withDomain((shop) => {
      renameSync(join(shop, 'docs/costs.md'), join(shop, 'docs/what-it-costs.md'));
      rmSync(join(shop, 'docs/architecture.md'));
      rmSync(join(shop, 'compose.yaml'));
    });
    const told = said.match(
      /changed in the templates.*:\n {2}docs\/architecture\.md\n {2}docs\/costs\.md\n(?! )/g,
    );
    assert.equal(told?.length, 2, said);
    assert.ok(!existsSync(join(folder, 'docs/architecture.md')));
  });

  it('leaves a symbolic link and a folder in the place of a file, and what they lead to', async () => {
    const { folder, code, said } = await withDomain((shop) => {
      rmSync(join(shop, 'CLAUDE.md'));
      symlinkSync('AGENTS.md', join(shop, 'CLAUDE.md'));
      rmSync(join(shop, 'docs/costs.md'));
      symlinkSync('../notes.md', join(shop, 'docs/costs.md'));
      writeFileSync(join(shop, 'notes.md'), 'Mine.\n');
      rmSync(join(shop, 'compose.yaml'));
      mkdirSync(join(shop, 'compose.yaml'));
      writeFileSync(join(shop, 'compose.yaml/dev.yaml'), 'services: {}\n');
    });
    assert.equal(code, 0);
    assert.equal(readlinkSync(join(folder, 'CLAUDE.md')), 'AGENTS.md');
    assert.equal(readlinkSync(join(folder, 'docs/costs.md')), '../notes.md');
    assert.equal(read(folder, 'notes.md'), 'Mine.\n');
    assert.match(said, /changed in the templates.*:\n {2}docs\/costs\.md\n(?! )/);
    const status = vibely(['status'], { cwd: folder });
    assert.equal(status.code, 0, status.err);
    assert.match(status.out, /Edited by you:\n {2}CLAUDE\.md\n {2}compose\.yaml\n {2}docs\/costs\.md\n/);
  });

  for (const [what, replace] of Object.entries({
    'a symbolic link': (shop: string): void => symlinkSync('documentation', join(shop, 'docs')),
    'a file': (shop: string): void => writeFileSync(join(shop, 'docs'), 'See documentation/.\n'),
  }))
    it(`leaves ${what} in the place of a folder, and what the folder was renamed to`, async () => {
      let before = new Map<string, string>();
      const { folder, code, said } = await withDomain((shop) => {
        renameSync(join(shop, 'docs'), join(shop, 'documentation'));
        replace(shop);
        before = tree(join(shop, 'documentation'));
      });
      assert.equal(code, 0);
      assert.match(said, /changed in the templates.*:\n( {2}docs\/.*\n)* {2}docs\/costs\.md\n/);
      assert.deepEqual(tree(join(folder, 'documentation')), before);
      const status = vibely(['status'], { cwd: folder });
      assert.equal(status.code, 0, status.err);
      commit(folder);
      // A page that is new would be written through the link.
      await assert.rejects(generate(folder, { command: 'cache' }), /VIB031 .*docs is in the way/);
      assert.equal(await generate(folder, { command: 'https', off: true }), 0);
      assert.deepEqual(tree(join(folder, 'documentation')), before);
    });

  it('keeps the mode of a file that is updated, merged or left', async () => {
    const { folder, code } = await withDomain((shop) => {
      appendFileSync(join(shop, 'docs/architecture.md'), '\nOurs.\n');
      for (const path of ['docs/costs.md', 'docs/architecture.md', 'infra/cdk.json'])
        chmodSync(join(shop, path), 0o755);
    });
    assert.equal(code, 0);
    for (const path of ['docs/costs.md', 'docs/architecture.md', 'infra/cdk.json'])
      assert.ok(isExecutable(folder, path), path);
  });

  it("takes a formatter's reflow of what the templates do not change for no conflict", async () => {
    const path = 'infra/lib/constructs/storage.ts';
    let reflowed = '';
    const { folder, code } = await withDomain((shop) => {
      reflowed = read(shop, path).replace(/^( {2})+/gm, (indent) => '\t'.repeat(indent.length / 2));
      writeFileSync(join(shop, path), reflowed);
    });
    assert.equal(code, 0);
    assert.equal(read(folder, path), reflowed);
  });

  it('merges a file with CR LF, and it has CR LF on every line afterwards', async () => {
    const path = 'docs/architecture.md';
    const { folder, code } = await withDomain((shop) => {
      const text = `${read(shop, path)}\nOurs.\n`;
      writeFileSync(join(shop, path), text.replaceAll('\n', '\r\n'));
    });
    assert.equal(code, 0);
    assert.match(read(folder, path), /api\.example\.com[\s\S]*\r\nOurs\.\r\n$/);
    assert.doesNotMatch(read(folder, path), /[^\r]\n/);
  });

  it('merges a file with CR LF in which one line has LF, without a conflict', async () => {
    const path = 'docs/architecture.md';
    const { folder, code } = await withDomain((shop) => {
      const text = `${read(shop, path)}\nOurs.\n`;
      writeFileSync(join(shop, path), `Odd.\n${text.replaceAll('\n', '\r\n')}`);
    });
    assert.equal(code, 0);
    assert.match(read(folder, path), /^Odd\.\n[\s\S]*api\.example\.com[\s\S]*\r\nOurs\.\r\n$/);
    assert.doesNotMatch(read(folder, path).slice(5), /[^\r]\n/);
  });

  it('leaves bytes that are no UTF-8 as they are in a file that is merged', async () => {
    const path = 'docs/architecture.md';
    const own = Buffer.from('Caf\xe9 of the owner\n', 'latin1');
    const { folder, code } = await withDomain((shop) =>
      writeFileSync(join(shop, path), Buffer.concat([own, readFileSync(join(shop, path))])),
    );
    assert.equal(code, 0);
    const merged = readFileSync(join(folder, path));
    assert.deepEqual(merged.subarray(0, own.length), own);
    assert.ok(isUtf8(merged.subarray(own.length)));
  });
});

describe('a file of the owner in the place of one that a feature brings', () => {
  const page = 'docs/runbooks/cache.md';
  const program = 'infra/lib/constructs/cache.ts';

  it('stays, untracked or not, and is named in the plan and at the end; the rest is written', async () => {
    const { folder, code, said } = await withCache((shop) => writeFileSync(join(shop, page), 'Mine.\n'));
    assert.equal(code, 0);
    assert.equal(read(folder, page), 'Mine.\n');
    assert.ok(existsSync(join(folder, program)));
    assert.equal(
      said.match(/Yours, where another one would be generated.*:\n {2}docs\/runbooks\/cache\.md\n/g)?.length,
      2,
    );
  });

  it('stays at the next change, when its feature goes, and when it is told by status', async () => {
    const { folder } = await withCache((shop) => writeFileSync(join(shop, page), 'Mine.\n'));
    commit(folder);
    assert.match(
      vibely(['status'], { cwd: folder }).out,
      /touch: none\nYours, where .*:\n {2}docs\/runbooks\/cache\.md\n/,
    );
    assert.match(vibely(['upgrade'], { cwd: folder }).out, /up to date/);
    assert.equal(await generate(folder, { command: 'cache', off: true }), 0);
    assert.equal(read(folder, page), 'Mine.\n');
  });

  it('is in conflict where the infrastructure does not work without the new one, once', async () => {
    const { folder, code, said } = await withCache((shop) => {
      writeFileSync(join(shop, program), '// Mine.\n');
      commit(shop);
    });
    assert.equal(code, 1);
    assert.match(
      read(folder, program),
      /^<<<<<<< yours\n\/\/ Mine\.\n[\s\S]*=======\n[\s\S]*ElastiCache[\s\S]*>>>>>>> generated now\n$/i,
    );
    assert.match(
      said,
      /You have files of your own where new ones .*\n {2}infra\/lib\/constructs\/cache\.ts\n/,
    );
    assert.doesNotMatch(said, /offline/);
    writeFileSync(join(folder, program), '// Mine.\n');
    commit(folder);
    const kept = read(folder, lockFile);
    assert.equal(await generate(folder, { command: 'waf' }), 0);
    assert.equal(read(folder, program), '// Mine.\n');
    assert.equal(kept.includes(program), read(folder, lockFile).includes(program));
  });

  it('is refused where the infrastructure needs the new one, and git does not hold it', async () => {
    const untracked = (shop: string): void => writeFileSync(join(shop, program), '// Mine.\n');
    await assert.rejects(withCache(untracked), /VIB036 .*infra\/lib\/constructs\/cache\.ts/);
  });
});
