import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { describe, it } from 'node:test';
import { mergeAll } from '../../src/merge.ts';
import { packageRoot } from '../../src/package.ts';

const cases = join(packageRoot, 'test/merge/cases');

describe('a merge of base, ours and theirs, each case a folder', () => {
  for (const name of readdirSync(cases))
    it(name.replaceAll('-', ' '), () => {
      const files = readdirSync(join(cases, name));
      const text = (part: string): Buffer =>
        readFileSync(join(cases, name, files.find((file) => file.startsWith(`${part}.`)) ?? part));
      const conflict = files.some((file) => file.startsWith('conflict.'));
      const texts = { base: text('base'), ours: text('ours'), theirs: text('theirs') };
      const path = `file${extname(files[0] ?? '')}`;
      const merged = mergeAll(new Map([[path, texts]]));
      const expected = text(conflict ? 'conflict' : 'expected');
      assert.equal(String(merged.get(path)?.text), String(expected));
      assert.deepEqual(merged.get(path), { text: expected, conflict });
    });
});
