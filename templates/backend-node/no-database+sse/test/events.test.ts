import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { App } from '../src/app.ts';
import { createSource } from '../src/events/source.ts';
import { type RunningApp, startApp } from './support/app.ts';
import { SseClient } from './support/sse.ts';

function currentTick(): number {
  return Math.floor(Date.now() / 5_000);
}

describe('the ticks', { timeout: 30_000 }, () => {
  let running: RunningApp;

  before(async () => {
    running = await startApp({});
  });

  after(() => running.app.close());

  it('are numbered by the clock, so that every task has the same', async () => {
    const client = await SseClient.open(running.url);
    const [tick] = await client.events(1);
    assert.equal(tick?.event, 'tick');
    assert.equal(tick?.id, currentTick());
    assert.deepEqual(tick?.data, { time: currentTick() * 5 });
    client.close();
  });

  it('that were missed come first, then the next one', async () => {
    const last = currentTick() - 3;
    const client = await SseClient.open(running.url, last);
    const ids = (await client.events(4)).map(({ id }) => id);
    assert.deepEqual(ids, [last + 1, last + 2, last + 3, last + 4]);
    client.close();
  });

  it('are replayed no further back than the last hundred', async () => {
    const client = await SseClient.open(running.url, 1);
    const events = await client.events(100);
    assert.ok(Math.abs(Number(events.at(-1)?.id) - currentTick()) <= 1);
    assert.equal(Number(events.at(-1)?.id) - Number(events[0]?.id), 99);
    client.close();
  });

  it('are all sent when a timer fires a moment before its tick', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let now = 50_000;
    let creeps = false;
    t.mock.method(Date, 'now', () => (creeps ? now++ : now));
    const source = createSource({ addHook: () => {} } as unknown as App, {});
    const ids: number[] = [];
    source.subscribe(({ id }) => ids.push(id));
    creeps = true;
    now = 54_999;
    t.mock.timers.tick(5_000);
    t.mock.timers.tick(1);
    assert.deepEqual(ids, [11]);
  });
});
