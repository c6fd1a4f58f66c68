import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildImage, type Container, inspectImage, runInImage, startContainer } from './containers.ts';
import { openStream } from './events.ts';
import { startProxy } from './haproxy.ts';
import { call } from './http.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { until } from './process.ts';
import { render } from './render.ts';

export interface Backend {
  name: 'fastapi' | 'node';
  base: string;
  /** What the image may add to its base. */
  megabytes: number;
  release: string[];
}

export const backends: Record<'fastapi' | 'node', Backend> = {
  fastapi: {
    name: 'fastapi',
    base: 'public.ecr.aws/docker/library/python:3.13-slim',
    megabytes: 110,
    release: ['alembic', 'upgrade', 'head'],
  },
  node: {
    name: 'node',
    base: 'public.ecr.aws/docker/library/node:24-slim',
    megabytes: 70,
    release: ['node', 'dist/migrate.js'],
  },
};

/** The image of a backend with a database and with a stream: everything that the contract says of a running task. */
export function describeImage(backend: Backend): void {
  describe(`the image of the ${backend.name} backend`, { concurrency: 1 }, () => {
    const tag = `localhost/e2e-${backend.name}:full`;
    let postgres: Postgres;
    let backendDirectory = '';

    const environment = (more: Record<string, string> = {}) => ({
      ...postgres.environment,
      APP_VERSION: 'abc1234',
      ASSETS_BUCKET: 'shop-dev-assets',
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing-secret',
      FRONTEND_ORIGIN: 'https://shop.example.com',
      EVENTS_HEARTBEAT_SECONDS: '1',
      SHUTDOWN_GRACE_SECONDS: '10',
      ...more,
    });
    const migrate = () => runInImage(tag, environment(), backend.release);

    before(async () => {
      const [directory, database] = await Promise.all([
        render({ backend: backend.name, sse: true, database: true }),
        startPostgres({ tls: true }),
      ]);
      postgres = database;
      backendDirectory = join(directory, 'backend');
      copyFileSync(postgres.caFile, join(backendDirectory, 'test-ca.pem'));
      await buildImage(tag, backendDirectory, { RDS_CA_BUNDLE: 'test-ca.pem' });
    });

    it(`adds at most ${backend.megabytes} MB to its base`, async (t) => {
      const [image, base] = await Promise.all([inspectImage(tag), inspectImage(backend.base)]);
      const added = (image.Size - base.Size) / 1e6;
      t.diagnostic(`${added.toFixed(1)} MB`);
      assert.ok(added > 1, `the base is not the image's base: ${added} MB`);
      assert.ok(added <= backend.megabytes, `${added.toFixed(1)} MB`);
    });

    it('names a numeric user that is not root, an exec form and a health check', async () => {
      const { Config, Healthcheck } = await inspectImage(tag);
      assert.match(Config.User ?? '', /^[1-9]\d*(:[1-9]\d*)?$/);
      assert.notEqual(Config.Cmd?.[0], '/bin/sh');
      assert.equal(Config.WorkingDir, '/app');
      assert.ok((Config.Healthcheck ?? Healthcheck)?.Test.length);
    });

    it('does not install the dependencies again when only the code has changed', async () => {
      const source = backend.name === 'fastapi' ? 'app/health.py' : 'src/app.ts';
      appendFileSync(
        join(backendDirectory, source),
        backend.name === 'fastapi' ? '# changed\n' : '// changed\n',
      );
      const log = await buildImage(`${tag}-changed`, backendDirectory, { RDS_CA_BUNDLE: 'test-ca.pem' });
      const installed =
        /STEP [^\n]*(?:npm ci|pip install|pip --python)[^\n]*\n(?:(?!STEP)[^\n]*\n)*?--> Using cache/;
      assert.match(log, installed);
    });

    it('answers 503 and no internals while the schema is not there', async () => {
      const container = await startContainer(tag, environment());
      const list = await call('GET', `${container.url}/api/notes`);
      assert.ok(list.status >= 500, String(list.status));
      assert.doesNotMatch(
        JSON.stringify(list.body),
        /relation|psycopg|sqlalchemy|node_modules|Traceback|at /,
      );
      await container.stop();
    });

    it('migrates the schema with its release command, once more without a change, and two at once', async () => {
      const [first, second] = await Promise.all([migrate(), migrate()]);
      assert.deepEqual([first.code, second.code], [0, 0], first.stderr + second.stderr);
      const again = await migrate();
      assert.equal(again.code, 0, again.stderr);
    });

    it('fails its release command when the database is not the one of its CA', async () => {
      const volume = ['--volume', `${postgres.otherCaFile}:/app/rds-ca.pem:ro`];
      const refused = await runInImage(tag, environment(), backend.release, volume);
      assert.notEqual(refused.code, 0);
      assert.match(refused.stdout + refused.stderr, /certificate/i);
      assert.ok(!(refused.stdout + refused.stderr).includes(postgres.password));
    });

    describe('one task', () => {
      let task: Container;
      before(async () => {
        task = await startContainer(tag, environment());
      });
      after(() => task.stop());

      it('is alive and ready, and says which version it is', async () => {
        const health = await call('GET', `${task.url}/health`);
        assert.deepEqual([health.status, health.body], [200, { status: 'ok', version: 'abc1234' }]);
        assert.equal((await call('GET', `${task.url}/ready`)).status, 200);
        assert.ok(await task.healthcheck());
      });

      it('shows its API at /docs and /openapi.json', async () => {
        assert.equal((await call('GET', `${task.url}/docs`)).status, 200);
        const { paths } = (await call('GET', `${task.url}/openapi.json`)).body;
        for (const path of ['/api/notes', '/api/uploads', '/health']) assert.ok(paths[path], path);
      });

      it('creates, lists in pages and deletes notes', async () => {
        const ids: string[] = [];
        for (const text of ['  one ', 'two', 'three']) {
          const made = await call('POST', `${task.url}/api/notes`, { text });
          assert.equal(made.status, 201);
          assert.equal(made.body.text, text.trim());
          ids.push(made.body.id);
        }
        const page = await call('GET', `${task.url}/api/notes?limit=2`);
        assert.deepEqual(
          page.body.items.map((note: { text: string }) => note.text),
          ['three', 'two'],
        );
        const cursor = encodeURIComponent(page.body.nextCursor);
        const rest = await call('GET', `${task.url}/api/notes?limit=2&cursor=${cursor}`);
        assert.deepEqual([rest.body.items.length, rest.body.nextCursor], [1, null]);
        for (const id of ids) assert.equal((await call('DELETE', `${task.url}/api/notes/${id}`)).status, 204);
        assert.equal((await call('DELETE', `${task.url}/api/notes/${ids[0]}`)).status, 404);
      });

      it('refuses bad input with 422 and a detail', async () => {
        for (const body of [{ text: '   ' }, { text: 'x'.repeat(1001) }, {}]) {
          const refused = await call('POST', `${task.url}/api/notes`, body);
          assert.equal(refused.status, 422);
          assert.ok(refused.body.detail);
        }
        assert.equal((await call('GET', `${task.url}/api/notes?limit=101`)).status, 422);
      });

      it('presigns an upload bound to its type and its size', async () => {
        const wanted = { filename: 'me.png', contentType: 'image/png', size: 1234 };
        const made = await call('POST', `${task.url}/api/uploads`, wanted);
        assert.equal(made.status, 201);
        const url = new URL(made.body.url);
        const signed = url.searchParams.get('X-Amz-SignedHeaders')?.split(';') ?? [];
        assert.ok(signed.includes('content-type') && signed.includes('content-length'), signed.join());
        assert.match(made.body.key, /^uploads\/[0-9a-f-]{36}\.png$/);
        assert.ok(url.host.startsWith('shop-dev-assets.s3.eu-central-1.'), url.host);
        const large = { ...wanted, size: 10 * 1024 * 1024 + 1 };
        assert.equal((await call('POST', `${task.url}/api/uploads`, large)).status, 422);
        const script = { ...wanted, contentType: 'text/html' };
        assert.equal((await call('POST', `${task.url}/api/uploads`, script)).status, 422);
      });

      it('lets only the front end in from another origin', async () => {
        const allowed = await call('GET', `${task.url}/health`, undefined, {
          origin: 'https://shop.example.com',
        });
        assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://shop.example.com');
        const other = await call('GET', `${task.url}/health`, undefined, {
          origin: 'https://evil.example.com',
        });
        assert.equal(other.headers.get('access-control-allow-origin'), null);
      });

      it('logs JSON lines with a request id and no secret', async () => {
        const sent = 'e2e-request-42';
        const url = `${task.url}/api/notes?limit=1&token=very-secret`;
        const headers = { 'x-request-id': sent, authorization: 'Bearer very-secret' };
        const answer = await call('GET', url, undefined, headers);
        assert.equal(answer.headers.get('x-request-id'), sent);
        const log = await task.log();
        const line = log.split('\n').find((text) => text.includes(sent));
        assert.equal(JSON.parse(line ?? '{}').path, '/api/notes');
        for (const text of log.split('\n').filter(Boolean)) JSON.parse(text);
        assert.ok(
          !log.includes('very-secret') && !log.includes(postgres.password) && !log.includes('testing-secret'),
        );
      });

      it('keeps an idle connection for longer than a client would', async () => {
        const socket = connect(task.port, '127.0.0.1');
        const answers: string[] = [];
        let closed = false;
        socket.setEncoding('utf8').on('data', (text: string) => answers.push(text));
        socket.on('close', () => (closed = true));
        socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
        await sleep(7_000); // longer than the default of uvicorn and of Node, which is 5 s
        assert.equal(closed, false);
        socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
        await sleep(500);
        assert.equal(answers.join('').match(/200 OK/g)?.length, 2);
        socket.destroy();
      });
    });

    describe('a stream', () => {
      it('is held through a proxy with an idle time-out of 2 s by a heartbeat each second', async () => {
        const task = await startContainer(tag, environment());
        const proxy = await startProxy([task.port], 2);
        const stream = await openStream(`${proxy.url}/api/events`);
        assert.equal(stream.status, 200);
        assert.match(String(stream.headers['content-type']), /^text\/event-stream/);
        assert.match(String(stream.headers['cache-control']), /no-cache.*no-transform/);
        assert.equal(stream.headers['x-accel-buffering'], 'no');
        await sleep(6_500);
        assert.equal(stream.retry, 3000);
        assert.ok(stream.comments.length >= 5, `${stream.comments.length} comments`);
        const made = await call('POST', `${proxy.url}/api/notes`, { text: 'still there' });
        const [event] = await stream.next(1);
        assert.equal(event?.event, 'note');
        assert.equal(event?.id, String(made.body.id));
        assert.deepEqual(JSON.parse(event?.data ?? ''), made.body);
        stream.close();
        assert.equal((await task.stop()).code, 0);
      });

      it('is cut after 2 s by the same proxy when the heartbeat is slower', async () => {
        const task = await startContainer(tag, environment({ EVENTS_HEARTBEAT_SECONDS: '15' }));
        const proxy = await startProxy([task.port], 2);
        const stream = await openStream(`${proxy.url}/api/events`);
        assert.equal(await stream.ended(6_000), 'cut');
        assert.ok(stream.openSeconds() >= 1.5 && stream.openSeconds() < 5, `${stream.openSeconds()} s`);
        await task.stop();
      });

      it('brings a note that was made on another task, once, and replays what was missed', async () => {
        const [one, two] = await Promise.all([
          startContainer(tag, environment()),
          startContainer(tag, environment()),
        ]);
        const stream = await openStream(`${one.url}/api/events`);
        await sleep(500);
        const notes = [];
        for (const text of ['a', 'b', 'c'])
          notes.push((await call('POST', `${two.url}/api/notes`, { text })).body);
        const ids = notes.map((note) => String(note.id));
        const live = await stream.next(3);
        assert.deepEqual(
          live.map((event) => event.id),
          ids,
        );
        const replay = await openStream(`${two.url}/api/events`, { 'last-event-id': ids[0] as string });
        await replay.next(2);
        const next = (await call('POST', `${one.url}/api/notes`, { text: 'd' })).body;
        await replay.next(3);
        await sleep(1_000);
        assert.deepEqual(
          replay.events.map((event) => event.id),
          [...ids.slice(1), String(next.id)],
        );
        assert.equal(stream.events.length, 4);
        stream.close();
        replay.close();
        await Promise.all([one.stop(), two.stop()]);
      });

      it('ends at SIGTERM, and the task with it: exit code 0 inside the grace', async () => {
        const task = await startContainer(tag, environment());
        const streams = await Promise.all([1, 2, 3].map(() => openStream(`${task.url}/api/events`)));
        await sleep(500);
        const stopped = await task.stop(10);
        assert.equal(stopped.code, 0);
        assert.ok(stopped.seconds < 8, `${stopped.seconds} s`);
        for (const stream of streams) assert.equal(await stream.ended(2_000), 'end');
      });
    });

    it('loses no response when SIGTERM comes during a request, and exits with 0', async () => {
      const task = await startContainer(tag, environment());
      const slow = await slowNote(task.port, 'finished after SIGTERM');
      await task.signal('TERM');
      await sleep(1_000);
      const answer = await slow.finish();
      assert.match(answer, /^HTTP\/1\.1 201 /, answer);
      assert.match(answer, /finished after SIGTERM/);
      assert.equal(await task.exitCode(12_000), 0);
      const refused = await fetch(`${task.url}/health`).then(
        () => false,
        () => true,
      );
      assert.ok(refused, 'it still accepts connections');
    });

    it('answers 503 while the database is away, stays alive, and recovers by itself', async () => {
      const task = await startContainer(tag, environment());
      const stream = await openStream(`${task.url}/api/events`);
      await postgres.stop();
      assert.equal((await call('GET', `${task.url}/ready`)).status, 503);
      const away = await call('GET', `${task.url}/api/notes`);
      assert.deepEqual([away.status, away.body], [503, { detail: 'database unavailable' }]);
      assert.ok(away.headers.get('retry-after'));
      assert.equal((await call('GET', `${task.url}/health`)).status, 200);
      await postgres.start();
      const ready = async () => (await call('GET', `${task.url}/ready`)).status === 200;
      await until('ready after the restart', 20_000, ready);
      assert.equal((await call('GET', `${task.url}/api/notes`)).status, 200);
      // The listening connection comes back as well: a stream opened before the restart goes on.
      await until('a note on the stream again', 20_000, async () => {
        await call('POST', `${task.url}/api/notes`, { text: 'after the restart' });
        await sleep(500);
        return stream.events.length > 0;
      });
      stream.close();
      assert.equal((await task.stop()).code, 0);
    });

    it('refuses a database whose certificate another CA has signed', async () => {
      const volume = ['--volume', `${postgres.otherCaFile}:/app/rds-ca.pem:ro`];
      const task = await startContainer(tag, environment(), volume);
      assert.equal((await call('GET', `${task.url}/ready`)).status, 503);
      assert.equal((await call('GET', `${task.url}/api/notes`)).status, 503);
      await task.stop();
    });
  });
}

/** A request whose body is sent in two parts, so that it is under way for as long as the test wants. */
async function slowNote(port: number, text: string): Promise<{ finish(): Promise<string> }> {
  const body = JSON.stringify({ text });
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.once('error', () => resolve());
  });
  socket.write(
    `POST /api/notes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, 5)}`,
  );
  await sleep(300);
  return {
    finish: async () => {
      socket.write(body.slice(5));
      await Promise.race([closed, sleep(8_000)]);
      return answer;
    },
  };
}
