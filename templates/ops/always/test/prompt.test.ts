import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { afterEach, describe, it } from 'node:test';
import { confirmName } from '../lib/confirm.ts';
import { Problem } from '../lib/problem.ts';
import { askLine, askYesNo, readHidden } from '../lib/prompt.ts';

const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor;

/** Somebody at a terminal who types this. */
function typing(keys: string): void {
  const value = Object.assign(new PassThrough(), { isTTY: true });
  Object.defineProperty(process, 'stdin', { ...stdin, get: () => value });
  value.write(keys.replace('^D', ''));
  if (keys.includes('^D')) value.end();
}

const ended = (error: unknown) =>
  error instanceof Problem && error.message === 'Nothing was changed.' && error.exitCode === 130;

describe('a question', () => {
  afterEach(() => {
    Object.defineProperty(process, 'stdin', stdin);
  });

  it('is answered with a line', async () => {
    typing(' prod \n');
    assert.equal(await askLine('?'), 'prod');
    typing('yes\n');
    assert.equal(await askYesNo('?'), true);
    typing('secret \r');
    assert.equal(await readHidden('?'), 'secret ');
  });

  it('ends the command with 130 where the answer is Ctrl-D, or Ctrl-C', async () => {
    typing('^D');
    await assert.rejects(askLine('?'), ended);
    typing('^D');
    await assert.rejects(confirmName('shop', undefined), ended);
    typing('abc\x03');
    await assert.rejects(readHidden('?'), ended);
    typing('abc\x04\x15\x04');
    await assert.rejects(readHidden('?'), ended);
  });

  it('is answered with no where it is one of yes and no', async () => {
    typing('^D');
    assert.equal(await askYesNo('?'), false);
    typing('\n');
    assert.equal(await askYesNo('?'), false);
  });
});
