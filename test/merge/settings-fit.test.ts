import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { allFeatures } from '../../src/features/all.ts';
import { packageRoot } from '../../src/package.ts';
import { Problem } from '../../src/problem.ts';
import { must, scratch, vibely } from '../support.ts';
import { type Call, commit, generate } from './in-process.ts';

// biome-ignore lint/suspicious/noExplicitAny: its values are of many types
type Blocks = Record<string, any>;

/** Edits the blocks of the environments in `infra/settings.json`, and commits that. */
function editBlocks(folder: string, edit: (blocks: Blocks) => void): void {
  const path = join(folder, 'infra/settings.json');
  const settings = JSON.parse(readFileSync(path, 'utf8'));
  edit(settings.environments);
  writeFileSync(path, `${JSON.stringify(settings, null, 2)}\n`);
  commit(folder);
}

/** Writes a repo with some features, and edits its blocks as its owner would. */
async function edited(folder: string, on: Call[], edit: (blocks: Blocks) => void): Promise<void> {
  for (const call of [{ command: 'app', given: { name: 'shop' } }, ...on])
    assert.equal(await generate(folder, call), 0);
  commit(folder);
  editBlocks(folder, edit);
}

async function assertRefused(folder: string, call: Call, code: string, what: RegExp): Promise<void> {
  await assert.rejects(generate(folder, call), (error: unknown) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.code, code);
    assert.match(error.text.what, what);
    return true;
  });
  assert.equal(must('git', ['status', '--porcelain'], folder), '');
}

const cron = { command: 'cron', name: 'cleanup', given: { schedule: '@daily', command: 'a' } };
const worker = { command: 'worker', name: 'emails', given: { command: 'a' } };

describe('a block that the owner copied into another environment', { concurrency: 1 }, () => {
  const ways: [key: string, call: Call][] = [
    ['waf', { command: 'waf' }],
    ['alarms', { command: 'alarms', given: { email: 'ada@example.com' } }],
    ['cache', { command: 'cache' }],
    ['audit', { command: 'audit' }],
    ['workers', worker],
    ['jobs', cron],
    ['zone', { command: 'https', given: { domain: 'api.example.com' } }],
  ];
  const folder = join(scratch(), 'shop');

  before(async () => {
    const on = [...ways.map(([, call]) => call), { ...worker, name: 'pdf' }];
    await edited(folder, on, (blocks) => {
      blocks.qa = { ...blocks.prod, zone: { id: 'Z0123456789' }, secrets: ['REDIS_URL'] };
    });
  });

  it('stays as long as something else needs what reads it, and whatever else changes', async () => {
    assert.equal(await generate(folder, { ...worker, name: 'pdf', off: true }), 0);
    commit(folder);
  });

  for (const [key, { command, name }] of ways)
    it(`is to be taken out before what reads it is: ${key}`, async () => {
      const off = { command, off: true, ...(name !== undefined && { name }) };
      await assertRefused(folder, off, 'VIB049', new RegExp(`would still have environments\\.qa\\.${key},`));
    });

  it('is told by --dry-run', () => {
    const { code, out } = vibely(['waf', '--off', '--dry-run'], { cwd: folder });
    assert.equal(code, 0);
    assert.match(out, /this would be refused as things are:\nVIB049 .*environments\.qa\.waf/);
  });

  it('is no longer in the way when it is taken out', async () => {
    editBlocks(folder, ({ qa }) => delete qa.waf);
    assert.equal(await generate(folder, { command: 'waf', off: true }), 0);
  });

  it('is read by what the feature declares, and by nothing else', () => {
    const infra = join(packageRoot, 'templates/infra');
    const read = readdirSync(infra, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\/lib\/.*\.ts$/.test(path))
      .flatMap((path) => [...readFileSync(join(infra, path), 'utf8').matchAll(/\.part\('(\w+)'/g)])
      .map(([, key]) => key);
    assert.deepEqual(read.sort(), allFeatures.flatMap(({ blockKey }) => blockKey ?? []).sort());
  });
});

it("refuses to add what has the name of something of the owner's", async () => {
  const folder = join(scratch(), 'shop');
  await edited(folder, [worker], ({ dev }) => {
    dev.secrets = ['REDIS_URL'];
    dev.variables = { REDIS_URL: 'redis://cache' };
    dev.workers.cleanup = dev.workers.emails;
  });
  const variables = /dev\.secrets\.REDIS_URL, environments\.dev\.variables\.REDIS_URL, and 'cache'/;
  await assertRefused(folder, { command: 'cache' }, 'VIB053', variables);
  await assertRefused(folder, cron, 'VIB053', /dev\.workers\.cleanup, .*'cron'/);
});
