import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Row, rows } from './pairs.ts';

describe('the sets of answers that are tried', () => {
  it('hold every pair of values of every two answers', () => {
    const keys = Object.keys(rows[0] ?? {}) as (keyof Row)[];
    for (const a of keys)
      for (const b of keys.slice(keys.indexOf(a) + 1))
        assert.equal(new Set(rows.map((row) => `${row[a]} ${row[b]}`)).size, 4, `${a} and ${b}`);
  });
});
