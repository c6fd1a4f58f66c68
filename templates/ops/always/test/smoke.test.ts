import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { collects, replayFault } from '../lib/smoke-stream.ts';

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
