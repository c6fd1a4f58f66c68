import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildImage, type Container, startContainer } from './support/containers.ts';
import { openStream } from './support/events.ts';
import { call } from './support/http.ts';
import { backends } from './support/image-suite.ts';
import { render } from './support/render.ts';

const image = (backend: string, kind: string) => `localhost/e2e-${backend}:${kind}`;

async function build(backend: 'fastapi' | 'node', kind: string, sse: boolean): Promise<string> {
  const directory = await render({ backend, sse, database: false });
  await buildImage(image(backend, kind), join(directory, 'backend'));
  return image(backend, kind);
}

for (const backend of [backends.fastapi.name, backends.node.name]) {
  describe(`the image of the ${backend} backend without a database and without a stream`, () => {
    let task: Container;
    before(async () => {
      task = await startContainer(await build(backend, 'bare', false), {});
    });
    after(() => task.stop());

    it('is alive and always ready', async () => {
      assert.deepEqual((await call('GET', `${task.url}/health`)).body, { status: 'ok', version: 'dev' });
      assert.equal((await call('GET', `${task.url}/ready`)).status, 200);
    });

    it('has neither notes nor events', async () => {
      for (const path of ['/api/notes', '/api/events']) {
        assert.equal((await call('GET', `${task.url}${path}`)).status, 404, path);
      }
    });

    it('says clearly that uploads need a bucket', async () => {
      const wanted = { filename: 'a.pdf', contentType: 'application/pdf', size: 10 };
      const refused = await call('POST', `${task.url}/api/uploads`, wanted);
      assert.equal(refused.status, 503);
      assert.match(refused.body.detail, /ASSETS_BUCKET/);
    });

    it('ends with exit code 0', async () => {
      const other = await startContainer(image(backend, 'bare'), {});
      assert.equal((await other.stop()).code, 0);
    });
  });

  describe(`the image of the ${backend} backend with a stream and without a database`, () => {
    let tag = '';
    before(async () => {
      tag = await build(backend, 'ticks', true);
    });

    it('streams ticks, and replays on any task those that were missed', async () => {
      const [one, two] = await Promise.all([startContainer(tag, {}), startContainer(tag, {})]);
      const live = await openStream(`${one.url}/api/events`);
      const [tick] = await live.next(1, 8_000);
      assert.equal(tick?.event, 'tick');
      const id = Number(tick?.id);
      assert.ok(Math.abs(id - Date.now() / 5000) < 3, `${id} is not derived from the clock`);
      const replay = await openStream(`${two.url}/api/events`, { 'last-event-id': String(id - 3) });
      const missed = await replay.next(3, 2_000);
      assert.deepEqual(
        missed.slice(0, 3).map((event) => Number(event.id)),
        [id - 2, id - 1, id],
      );
      const stopped = await Promise.all([one.stop(), two.stop()]);
      for (const { code, seconds } of stopped)
        assert.ok(code === 0 && seconds < 8, `${code} after ${seconds} s`);
      assert.deepEqual([await live.ended(2_000), await replay.ended(2_000)], ['end', 'end']);
    });
  });
}
