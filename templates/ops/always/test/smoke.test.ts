import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { streamReader } from '../lib/event-stream.ts';
import { environmentOf, readSettings } from '../lib/settings.ts';
import { smokeAt } from '../lib/smoke.ts';
import { collects, judgeHold, lacksIds, replayFault } from '../lib/smoke-stream.ts';

describe('smoke', () => {
  it('takes a replay that has all that was missed, in its order, whatever follows', () => {
    assert.equal(replayFault(['2', '3'], ['2', '3', '4']), undefined);
  });

  it('finds what was left out, what came twice and what never came', () => {
    assert.match(replayFault(['2', '3'], ['3', '4']) ?? '', /Event 3 came where 2 was to come/);
    assert.match(replayFault(['2', '3'], ['2', '2', '3']) ?? '', /Event 2 came where 3/);
    assert.match(replayFault(['2', '3'], ['2']) ?? '', /Event 3 did not come again/);
  });

  it('knows the headers that keep a stream from being collected', () => {
    const good = { 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' };
    assert.equal(collects(good), undefined);
    assert.equal(collects({ ...good, 'content-encoding': 'identity' }), undefined);
    assert.match(collects({ ...good, 'content-encoding': 'br' }) ?? '', /br/);
    assert.match(collects({ ...good, 'cache-control': 'no-cache' }) ?? '', /no-transform/);
    assert.match(collects({ 'cache-control': 'no-transform' }) ?? '', /X-Accel-Buffering/);
  });
});

describe('smoke, of a stream', () => {
  const read = (text: string) => streamReader()(text);

  it('takes events without an id for a stream that brings nothing back', () => {
    assert.equal(lacksIds(read('data: a\n\ndata: b\n\n')), true);
    assert.equal(lacksIds(read('id: 1\ndata: a\n\nid: 2\ndata: b\n\n')), false);
    assert.equal(lacksIds(read('data: a\n\n: \n\n')), false);
  });

  it('says when it was held too shortly for a heartbeat to come', () => {
    const held = (text: string) =>
      judgeHold({ over: 'held', seconds: 3, items: read(text), arrivals: [1] }, { hold: 3, silence: 30 })
        .text;
    assert.match(held(': \n\n'), /heartbeats: 1.* 2 seconds$/);
    assert.match(held('data: a\n\n'), /too short to prove heartbeats$/);
  });
});

describe('smoke, of a page of another origin', { concurrency: 1 }, () => {
  const page = 'https://shop.example.com';

  /** What is said of a backend that lets the page in, and answers a preflight like this. */
  async function corsLines(frontendOrigin: string | null, preflight: number): Promise<string> {
    const server = createServer(({ method, headers }, response) => {
      response.writeHead(method === 'OPTIONS' ? preflight : 200, {
        'x-request-id': 'a',
        ...(headers.origin === page && { 'access-control-allow-origin': page }),
      });
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const { container, ...environment } = environmentOf(readSettings(), 'dev');
    const { write } = process.stdout;
    let text = '';
    // Handed on: the test runner speaks through it, too.
    process.stdout.write = (chunk: string | Uint8Array) => {
      text += chunk;
      return write.call(process.stdout, chunk);
    };
    const starter = { ...environment, container: undefined, idleTimeoutSeconds: 60, frontendOrigin };
    await smokeAt(url, undefined, starter, {})
      .catch(() => {})
      .finally(() => {
        process.stdout.write = write;
        server.close();
      });
    return text.match(/^\w+ +cors .*(\n {5,}.*)*/gm)?.join('\n') ?? text;
  }

  it('asks the preflight, too', async () => {
    assert.match(await corsLines(page, 204), /^ok +cors +https:\/\/shop\.example\.com may call/m);
    assert.match(
      await corsLines(page, 405),
      /^failed +cors [\s\S]*The preflight, OPTIONS, is answered with 405/m,
    );
  });

  it('says what it has not asked', async () => {
    assert.match(await corsLines(null, 204), /^ok +cors +not asked: frontendOrigin is null/m);
  });
});
