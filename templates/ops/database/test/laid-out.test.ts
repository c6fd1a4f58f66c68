import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { parseConnection, withSource } from '../lib/connection.ts';
import { interruptible, interruptionCode } from '../lib/interruption.ts';
import { TaskGoesOn } from '../lib/tasks.ts';
import { startAws } from './aws.ts';

const connection = parseConnection('postgres://old:secret@host/app');

/** An AWS that tells what was done with the password. */
async function parameterStore() {
  const calls: string[] = [];
  const target = await startAws({
    PutParameter: ({ Name }) => ({ done: calls.push(`put ${Name}`) }),
    DeleteParameter: ({ Name }) => ({ done: calls.push(`delete ${Name}`) }),
  });
  return { calls, target };
}

const [put, deleted] = ['put', 'delete'].map((what) => `${what} /shop/dev/ops/SOURCE_DATABASE_PASSWORD`);

describe('the password of a source', () => {
  for (const [name, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    it(`is taken away at ${name}`, async () => {
      const { calls, target } = await parameterStore();
      const listeners = process.listenerCount(name);
      const work = () =>
        interruptible(async (signal) => {
          process.kill(process.pid, name);
          await once(signal, 'abort');
          throw new Error(`ended with ${interruptionCode(signal)}`);
        });
      await assert.rejects(withSource(target, connection, work), { message: `ended with ${code}` });
      assert.deepEqual(calls, [put, deleted]);
      assert.equal(process.listenerCount(name), listeners);
    });

  for (const [lastStatus, calls] of [
    ['PROVISIONING', [put]],
    ['PENDING', [put]],
    ['RUNNING', [put, deleted]],
  ] as const)
    it(`is ${calls.length > 1 ? 'taken away' : 'left'} when nobody waits for a task that is ${lastStatus}`, async () => {
      const { calls: done, target } = await parameterStore();
      const goesOn = new TaskGoesOn(
        target,
        { taskArn: 'a/b/7', lastStatus },
        'You have stopped waiting.',
        130,
      );
      await assert.rejects(
        withSource(target, connection, () => Promise.reject(goesOn)),
        goesOn,
      );
      assert.deepEqual(done, calls);
    });
});
