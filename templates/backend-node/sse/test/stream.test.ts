import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Mailbox } from '../src/events/mailbox.ts';
import { type EventSource, frames, type ServerEvent } from '../src/events/stream.ts';
import { type RunningApp, startApp } from './support/app.ts';
import { type TestEnvironment, testEnvironment } from './support/environment.ts';
import { startProcess } from './support/process.ts';
import { SseClient, served } from './support/sse.ts';

function event(id: number): ServerEvent {
  return { id, event: 'test', data: id };
}

describe('GET /api/events', { timeout: 30_000 }, () => {
  let environment: TestEnvironment;
  let running: RunningApp;

  before(async () => {
    environment = await testEnvironment();
    running = await startApp({ ...environment.env, EVENTS_HEARTBEAT_SECONDS: '1' });
    await served(running.url);
  });

  after(async () => {
    await running.app.close();
    await environment.dispose();
  });

  it('is a stream that no proxy will buffer or change', async () => {
    const client = await SseClient.open(running.url);
    assert.equal(client.response.status, 200);
    assert.equal(client.response.headers.get('content-type'), 'text/event-stream');
    assert.equal(client.response.headers.get('cache-control'), 'no-cache, no-transform');
    assert.equal(client.response.headers.get('x-accel-buffering'), 'no');
    assert.ok(client.response.headers.get('x-request-id'));
    client.close();
  });

  it('begins with the time after which to reconnect', async () => {
    const client = await SseClient.open(running.url);
    assert.deepEqual(await client.next(), { retry: 3000 });
    client.close();
  });

  it('sends a comment when it has been silent for as long as a heartbeat', async () => {
    const begin = Date.now();
    const client = await SseClient.open(running.url);
    await client.next();
    let received = await client.next();
    while (received?.event !== undefined) received = await client.next();
    assert.equal(received?.comment, 'heartbeat');
    assert.ok(Date.now() - begin >= 900);
    client.close();
  });

  it('ends at SIGTERM, in full, also for a client that does not read', async () => {
    const server = await startProcess({ ...environment.env, EVENTS_HEARTBEAT_SECONDS: '1' });
    await served(server.url);
    const client = await SseClient.open(server.url);
    const deaf = connect(server.port, '127.0.0.1');
    deaf.write('GET /api/events HTTP/1.1\r\nHost: test\r\n\r\n');
    await once(deaf, 'readable');
    deaf.on('error', () => {});

    const begin = Date.now();
    server.child.kill('SIGTERM');
    while ((await client.next()) !== undefined);
    assert.ok(Date.now() - begin < 1_000);
    assert.equal(await server.exited, 0);
    assert.ok(Date.now() - begin < 4_000);
  });
});

describe('a stream', () => {
  /** Replays 3 and 4; an event that comes meanwhile is live as well. */
  function source(live: Mailbox<ServerEvent>, meanwhile: number[]): EventSource {
    return {
      available: () => true,
      subscribe: () => () => {},
      async *replay() {
        yield event(3);
        for (const id of meanwhile) live.push(event(id));
        yield event(4);
      },
    };
  }

  it('leaves no gap and no duplicate between the replay and what comes live', async () => {
    const live = new Mailbox<ServerEvent>(10);
    const ids: string[] = [];
    for await (const text of frames(source(live, [3, 4, 5]), live, 2, 50)) {
      const id = /^id: (\d+)/.exec(text)?.[1];
      if (id !== undefined) ids.push(id);
      if (text.startsWith(':')) live.close();
    }
    assert.deepEqual(ids, ['3', '4', '5']);
  });

  it('holds no more for a slow client than its mailbox has room for', () => {
    const live = new Mailbox<number>(2);
    assert.deepEqual([live.push(1), live.push(2), live.push(3)], [true, true, false]);
  });
});
