import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { buildApp } from '../src/app.ts';
import { postJson, type RunningApp, startApp } from './support/app.ts';
import { type TestEnvironment, testEnvironment } from './support/environment.ts';

const ORIGIN = 'https://shop.example';

describe('the application', () => {
  let environment: TestEnvironment;
  let running: RunningApp;

  before(async () => {
    environment = await testEnvironment();
    running = await startApp({
      ...environment.env,
      APP_VERSION: '4f2a9c1',
      FRONTEND_ORIGIN: ORIGIN,
    });
  });

  after(async () => {
    await running.app.close();
    await environment.dispose();
  });

  function requestLines(path: string) {
    return running.logged.filter((line) => line.msg === 'request' && line.path === path);
  }

  it('is alive and says which version it is', async () => {
    const response = await fetch(`${running.url}/health`);
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), { status: 'ok', version: '4f2a9c1' });
  });

  it('is ready', async () => {
    const response = await fetch(`${running.url}/ready`);
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), { status: 'ready' });
  });

  it('describes every route in its OpenAPI document', async () => {
    const document = (await (await fetch(`${running.url}/openapi.json`)).json()) as {
      paths: Record<string, unknown>;
    };
    for (const path of ['/health', '/ready', '/api/uploads']) assert.ok(document.paths[path], path);
  });

  it('shows the OpenAPI document at /docs', async () => {
    const response = await fetch(`${running.url}/docs`);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /swagger-ui/);
  });

  it('keeps connections for longer than the load balancer does', () => {
    const { server } = running.app;
    assert.equal(server.keepAliveTimeout, 3_605_000);
    assert.ok(server.headersTimeout > server.keepAliveTimeout);
  });

  it('hands a sane request id back and logs it', async () => {
    const id = 'trace-1.a_B';
    const response = await fetch(`${running.url}/nowhere`, { headers: { 'X-Request-Id': id } });
    assert.equal(response.headers.get('x-request-id'), id);
    const [line] = requestLines('/nowhere');
    assert.equal(line?.requestId, id);
    assert.equal(line?.method, 'GET');
    assert.equal(line?.status, 404);
    assert.equal(line?.level, 'info');
    assert.equal(typeof line?.durationMs, 'number');
    assert.match(String(line?.time), /^\d{4}-\d\d-\d\dT/);
  });

  it('makes a request id of its own where the given one is none', async () => {
    for (const id of ['a b', '{"x":1}', 'x'.repeat(129)]) {
      const response = await fetch(`${running.url}/health`, { headers: { 'X-Request-Id': id } });
      assert.match(response.headers.get('x-request-id') ?? '', /^[\da-f-]{36}$/);
    }
  });

  it('gives a request id with errors too, even for a URL that is malformed', async () => {
    for (const path of ['/nowhere', '/%zz']) {
      const response = await fetch(running.url + path);
      assert.ok(response.headers.get('x-request-id'), path);
      assert.ok(((await response.json()) as { detail: string }).detail, path);
    }
  });

  it('keeps query strings, cookies and credentials out of the log', async () => {
    const secret = 'hunter2';
    const headers = { Authorization: `Bearer ${secret}`, Cookie: `session=${secret}` };
    await fetch(`${running.url}/nothing?token=${secret}`, { headers });
    await postJson(`${running.url}/api/uploads?token=${secret}`, '{"filename', headers);
    assert.equal(requestLines('/nothing').length, 1);
    assert.equal(requestLines('/api/uploads').length, 1);
    assert.doesNotMatch(JSON.stringify(running.logged), new RegExp(secret));
  });

  it('does not log health checks at info', async () => {
    await fetch(`${running.url}/health`);
    assert.deepEqual(requestLines('/health'), []);
  });

  it('answers invalid JSON with 422 and says what is wrong', async () => {
    const response = await postJson(`${running.url}/api/uploads`, '{"filename');
    assert.equal(response.status, 422);
    assert.match(((await response.json()) as { detail: string }).detail, /not valid JSON/);
  });

  it('lets the front end read its answers, and no other origin', async () => {
    const ours = await fetch(`${running.url}/ready`, { headers: { Origin: ORIGIN } });
    assert.equal(ours.headers.get('access-control-allow-origin'), ORIGIN);
    const theirs = await fetch(`${running.url}/ready`, {
      headers: { Origin: 'https://evil.example' },
    });
    assert.equal(theirs.headers.get('access-control-allow-origin'), null);
  });

  it('answers the preflight of the front end', async () => {
    const response = await fetch(`${running.url}/api/uploads`, {
      method: 'OPTIONS',
      headers: { Origin: ORIGIN, 'Access-Control-Request-Method': 'POST' },
    });
    assert.equal(response.status, 204);
    assert.equal(response.headers.get('access-control-allow-origin'), ORIGIN);
    assert.match(response.headers.get('access-control-allow-methods') ?? '', /POST/);
  });

  it('sends no CORS headers where no front end is named', async () => {
    const app = await buildApp({ ...environment.env, LOG_LEVEL: 'silent' });
    const response = await app.inject({ url: '/health', headers: { Origin: ORIGIN } });
    assert.equal(response.headers['access-control-allow-origin'], undefined);
    await app.close();
  });

  it('tells nothing of an unexpected error but logs it', async () => {
    const logged: string[] = [];
    const app = await buildApp(environment.env, { write: (line) => logged.push(line) });
    app.get('/broken', async () => {
      throw new Error('the inside of it');
    });
    const response = await app.inject('/broken');
    assert.equal(response.statusCode, 500);
    assert.deepEqual(response.json(), { detail: 'internal error' });
    assert.match(logged.join(''), /the inside of it/);
    await app.close();
  });

  it('refuses to start with a setting that is no number', async () => {
    await assert.rejects(
      buildApp({ ...environment.env, KEEP_ALIVE_SECONDS: 'long' }),
      /KEEP_ALIVE_SECONDS must be a whole number/,
    );
  });
});
