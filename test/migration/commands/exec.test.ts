import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { containerCommand, getsSignals } from '../../../src/migration/commands-exec.ts';

describe('the words with which a container runs a line', () => {
  const cases: [line: string, words: readonly string[]][] = [
    ['node a.js', ['node', 'a.js']],
    ['npm run setup && npm start', ['sh', '-c', 'npm run setup && exec npm start']],
    ['cd dist && node a.js', ['sh', '-c', 'cd dist && exec node a.js']],
    ['A=$B node a.js', ['sh', '-c', 'exec env A=$B node a.js']],
    ['gunicorn a:a & celery -A a worker & wait', ['sh', '-c', 'gunicorn a:a & celery -A a worker & wait']],
    ['node a.js; exit 1', ['sh', '-c', 'node a.js; exit 1']],
    ['cd app && . ./start.sh', ['sh', '-c', 'cd app && . ./start.sh']],
    ['node a.js | tee log', ['sh', '-c', 'node a.js | tee log']],
    ['cat <<A\nx\nA\nnode a.js', ['sh', '-c', 'cat <<A\nx\nA\nnode a.js']],
    ['wait', ['sh', '-c', 'wait']],
  ];
  for (const [line, words] of cases)
    it(`are ${JSON.stringify(words)} for ${line}`, () => {
      assert.deepEqual(containerCommand(line).words, words);
    });

  it('wait for what runs in the background', () => {
    const [program = '', ...words] = containerCommand('echo one & echo two & wait').words;
    assert.equal(spawnSync(program, words).status, 0);
  });
});

describe('SIGTERM', () => {
  const cases: [line: string, reaches: boolean][] = [
    ['node a.js', true],
    ['cd dist && node a.js', true],
    ['celery -A a worker & gunicorn a:a', true],
    ['gunicorn a:a & celery -A a worker & wait', false],
    ['node a.js | tee log', false],
    ['(cd dist && node a.js)', false],
    ['node a.js || node b.js', false],
    ['node a.js &', false],
    ['sh -c "node a.js"', true],
    ['sh -c "node a.js | tee log"', false],
  ];
  for (const [line, reaches] of cases)
    it(`${reaches ? 'reaches' : 'does not reach'} what ${line} starts`, () => {
      assert.equal(getsSignals(containerCommand(line).words), reaches);
    });
});
