import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runProgram } from '../lib/program.ts';

const start = join(import.meta.dirname, '../start.mjs');

describe('the start of the commands', () => {
  it('says what to install where nothing is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ops-'));
    copyFileSync(start, join(folder, 'start.mjs'));
    const { code, stderr } = await runProgram(process.execPath, [join(folder, 'start.mjs')], { quiet: true });
    rmSync(folder, { recursive: true });
    assert.equal(code, 1);
    assert.match(stderr, /^error: .+\n {2}why: .+\n {2}fix: npm ci --prefix ops$/m);
  });

  it('lists every command, with an example of each', async () => {
    const help = async (...args: string[]) =>
      (await runProgram(process.execPath, [start, ...args, '--help'], { quiet: true })).stdout;
    for (const [group, page] of [
      ['', await help()],
      ['secrets ', await help('secrets')],
    ] as const) {
      const [list = '', examples = ''] = page.split('Examples:');
      const names = [...list.matchAll(/^ {2}([a-z][a-z-]+) .*\S$/gm)].map(([, name = '']) => name);
      assert.ok(names.length > 3, page);
      for (const name of names.filter((one) => one !== 'help'))
        assert.match(examples, new RegExp(` -- ${group}${name}\\b`));
    }
  });
});
