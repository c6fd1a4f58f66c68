import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { holdStream, idsOf, longestSilence, streamReader } from '../lib/event-stream.ts';

describe('the reader of event streams', () => {
  it('reads events, comments and the retry time', () => {
    const read = streamReader();
    const items = read('retry: 3000\n\n: heartbeat\n\nid: 7\nevent: note\ndata: {"a":1}\n\n');
    assert.deepEqual(items, [
      { type: 'retry' },
      { type: 'comment' },
      { type: 'event', id: '7', data: '{"a":1}' },
    ]);
  });

  it('puts together what arrives in pieces, whatever ends the lines', () => {
    const text = 'id: 1\r\ndata: a\r\ndata: b\r\n\r\n:x\rid: 2\rdata:c\r\r: end\n';
    const expected = [
      { type: 'event', id: '1', data: 'a\nb' },
      { type: 'comment' },
      { type: 'event', id: '2', data: 'c' },
      { type: 'comment' },
    ];
    for (const size of [1, 2, 3, 7, text.length]) {
      const read = streamReader();
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      assert.deepEqual(pieces.flatMap(read), expected, `in pieces of ${size}`);
    }
  });

  it('keeps the last id for events without one, and takes an event without data for none', () => {
    const read = streamReader();
    assert.deepEqual(idsOf(read('id: 5\n\ndata: x\n\n')), ['5']);
  });

  it('counts the beginning and the end as silence', () => {
    assert.equal(longestSilence({ arrivals: [4, 5], seconds: 6 }), 4);
    assert.equal(longestSilence({ arrivals: [1, 2], seconds: 9 }), 7);
    assert.equal(longestSilence({ arrivals: [], seconds: 3 }), 3);
  });
});

describe('a stream that is held', () => {
  let answer: (response: ServerResponse) => void;
  const server = createServer((_, response) => answer(response.writeHead(200)));
  let url: URL;
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  after(() => server.close());

  it('is let go after its time', async () => {
    answer = (response) => response.write(': heartbeat\n\n');
    const { over, seconds, items } = await holdStream(url, { seconds: 1 });
    assert.equal(over, 'held');
    assert.ok(seconds >= 1 && seconds < 10, `${seconds}`);
    assert.equal(items.length, 1);
  });

  it('is never let go before it', async () => {
    answer = (response) => response.write(': heartbeat\n\n');
    for (let round = 0; round < 40; round++) {
      const { seconds } = await holdStream(url, { seconds: 0.02 });
      assert.ok(seconds >= 0.02, `${seconds} in round ${round}`);
    }
  });

  it('has ended where the server ends it, and was cut where the connection breaks', async () => {
    answer = (response) => response.end('data: x\n\n');
    assert.equal((await holdStream(url, { seconds: 30 })).over, 'ended');
    answer = (response) => response.write('data: x\n\n', () => response.destroy());
    assert.equal((await holdStream(url, { seconds: 30 })).over, 'cut');
  });

  it('is let go when enough has come', async () => {
    answer = (response) => response.write('id: 1\ndata: x\n\nid: 2\ndata: y\n\n');
    const { over, seconds } = await holdStream(url, { seconds: 30, enough: (items) => items.length >= 2 });
    assert.equal(over, 'held');
    assert.ok(seconds < 20, `${seconds}`);
  });

  it('says where nobody answers', async () => {
    await assert.rejects(holdStream(new URL('http://127.0.0.1:1/'), { seconds: 1 }), /ECONNREFUSED|bad port/);
  });
});
