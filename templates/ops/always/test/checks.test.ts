import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, describeFinding, failed, ok, runChecks, warning } from '../lib/checks.ts';
import { Problem } from '../lib/problem.ts';

const trouble = { what: 'It rains.', why: 'Clouds.', fix: 'Wait.' };

/** Runs checks and returns what they have shown. */
async function shown(checks: readonly Check[], atOnce = 4) {
  const lines: string[] = [];
  const failures = await runChecks(checks, { atOnce, show: (line) => lines.push(line) });
  return { failures, lines };
}

describe('checks', () => {
  it('say why and what to do unless all is well', () => {
    assert.equal(describeFinding('weather', ok('It shines.')), 'ok       weather         It shines.');
    const [line, why, fix] = describeFinding('weather', warning(trouble)).split('\n');
    assert.match(line ?? '', /^warning {2}weather +It rains\.$/);
    assert.match(why ?? '', /^ {25}why: Clouds\.$/);
    assert.match(fix ?? '', /^ {25}fix: Wait\.$/);
  });

  it('go on when one of them throws, and count what failed', async () => {
    const { failures, lines } = await shown([
      { name: 'a', look: async () => Promise.reject(new Problem(trouble)) },
      { name: 'b', look: async () => Promise.reject(new TypeError('x is not a function')) },
      { name: 'c', look: async () => warning(trouble) },
      { name: 'd', look: async () => failed(trouble) },
      { name: 'e', look: async () => ok('fine') },
    ]);
    assert.equal(failures, 3);
    assert.deepEqual(
      lines.map((line) => line.split(/ +/).slice(0, 2).join(' ')),
      ['failed a', 'failed b', 'warning c', 'failed d', 'ok e'],
    );
    assert.match(lines[1] ?? '', /x is not a function/);
  });

  it('are printed in their order, and no more run at once than asked for', async () => {
    let running = 0;
    let most = 0;
    const check = (name: string, milliseconds: number): Check => ({
      name,
      look: async () => {
        running += 1;
        most = Math.max(most, running);
        await sleep(milliseconds);
        running -= 1;
        return ok('');
      },
    });
    const { lines } = await shown(
      [check('slow', 40), check('fast', 1), check('third', 10), check('last', 1)],
      2,
    );
    assert.equal(most, 2);
    assert.deepEqual(
      lines.map((line) => line.split(/ +/)[1]),
      ['slow', 'fast', 'third', 'last'],
    );
  });
});
