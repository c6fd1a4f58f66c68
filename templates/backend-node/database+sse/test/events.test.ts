import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { connectionSettings } from '../src/database/settings.ts';
import { postJson, type RunningApp, startApp } from './support/app.ts';
import { type TestEnvironment, testEnvironment } from './support/environment.ts';
import { DatabaseProxy } from './support/proxy.ts';
import { isServed, SseClient, served } from './support/sse.ts';

describe('the events of notes', { timeout: 60_000 }, () => {
  let environment: TestEnvironment;
  let proxy: DatabaseProxy;
  /** Two tasks of the service; the second one reaches its database through the proxy. */
  let one: RunningApp;
  let two: RunningApp;

  before(async () => {
    environment = await testEnvironment();
    proxy = new DatabaseProxy(environment.env);
    await proxy.open();
    const env = { ...environment.env, EVENTS_HEARTBEAT_SECONDS: '1' };
    one = await startApp(env);
    two = await startApp({ ...env, ...proxy.env });
    await Promise.all([served(one.url), served(two.url)]);
  });

  after(async () => {
    await Promise.all([one.app.close(), two.app.close()]);
    await proxy.close();
    await environment.dispose();
  });

  async function note(running: RunningApp, text: string): Promise<{ id: number }> {
    const response = await postJson(`${running.url}/api/notes`, { text });
    assert.equal(response.status, 201);
    return (await response.json()) as { id: number };
  }

  it('reach every task, whichever one made the note', async () => {
    const clients = [await SseClient.open(one.url), await SseClient.open(two.url)];
    const created = await note(one, 'hello');
    for (const client of clients) {
      assert.deepEqual(await client.events(1), [{ id: created.id, event: 'note', data: created }]);
      client.close();
    }
  });

  it('that were missed come first, on any task, then the new ones', async () => {
    const { id } = await note(one, 'seen');
    const missed = [await note(one, 'a'), await note(two, 'b')];
    const client = await SseClient.open(two.url, id);
    assert.deepEqual(
      (await client.events(2)).map(({ data }) => data),
      missed,
    );
    const next = await note(one, 'c');
    assert.deepEqual(
      (await client.events(1)).map(({ data }) => data),
      [next],
    );
    client.close();
  });

  it('are complete and in order while notes are being made and clients come', async () => {
    const { id } = await note(one, 'begin');
    const writing = Promise.all(
      Array.from({ length: 250 }, (_, i) => note(i % 2 ? one : two, `${i}`)),
    );
    const clients = await Promise.all(
      [one, two, one, two].map(({ url }) => SseClient.open(url, id)),
    );
    const created = (await writing).map((one) => one.id).sort((a, b) => a - b);
    for (const client of clients) {
      assert.deepEqual(
        (await client.events(250)).map((event) => event.id),
        created,
      );
      client.close();
    }
  });

  it('keep their order when a note with a lower id is committed late', async () => {
    const slow = new pg.Client(connectionSettings(environment.env));
    await slow.connect();
    const client = await SseClient.open(one.url);
    await slow.query('begin');
    const { rows } = await slow.query("insert into notes (text) values ('slow') returning id");
    const fast = note(one, 'fast');
    await sleep(200);
    await slow.query('commit');
    const ids = (await client.events(2)).map(({ id }) => id);
    assert.deepEqual(ids, [rows[0].id, (await fast).id]);
    client.close();
    await slow.end();
  });

  it('catch up on an open stream when the database was away', async () => {
    const client = await SseClient.open(two.url);
    await proxy.close();
    const missed = [await note(one, 'a'), await note(one, 'b')];
    while (await isServed(two.url)) await sleep(50);
    await proxy.open();
    assert.deepEqual(
      (await client.events(2)).map(({ data }) => data),
      missed,
    );
    client.close();
  });
});
