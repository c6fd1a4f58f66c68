import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { callFrom } from '../lib/called.ts';

describe('how another command is named', () => {
  const folder = join(import.meta.dirname, '..');

  it('is by the script of this folder when npm has run that', () => {
    assert.equal(callFrom(join(folder, 'package.json')), 'npm --prefix ops run ops --');
  });

  it("is by the script of the repo's own package.json otherwise", () => {
    assert.equal(callFrom(join(folder, '..', 'package.json')), 'npm run ops --');
    assert.equal(callFrom(undefined), 'npm run ops --');
  });
});
