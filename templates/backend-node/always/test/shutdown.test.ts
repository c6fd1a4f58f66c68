import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestEnvironment, testEnvironment } from './support/environment.ts';
import { type ServerProcess, startProcess } from './support/process.ts';

const BODY = JSON.stringify({ filename: 'a.png', contentType: 'image/png', size: 1 });

/** A request that is in flight until its body is ended. */
function openRequest({ port }: ServerProcess, agent: http.Agent): http.ClientRequest {
  const request = http.request({
    agent,
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: '/api/uploads',
    headers: { 'Content-Type': 'application/json', 'Content-Length': BODY.length },
  });
  request.write(BODY.slice(0, 5));
  return request;
}

describe('SIGTERM', { timeout: 30_000 }, () => {
  let environment: TestEnvironment;

  before(async () => {
    environment = await testEnvironment();
  });

  after(() => environment.dispose());

  it('ends an idle server soon, whatever connections are open', async () => {
    const server = await startProcess(environment.env);
    const agent = new http.Agent({ keepAlive: true });
    const [response] = await once(http.get(`${server.url}/health`, { agent }), 'response');
    response.resume();
    await once(response, 'end');
    const unused = connect(server.port, '127.0.0.1');
    await once(unused, 'connect');
    unused.on('error', () => {});

    const begin = Date.now();
    server.child.kill('SIGTERM');
    assert.equal(await server.exited, 0);
    assert.ok(Date.now() - begin < 3_000);
  });

  it('finishes a request in flight and accepts no new one', async () => {
    const server = await startProcess(environment.env);
    const request = openRequest(server, new http.Agent({ keepAlive: true }));
    await sleep(300);

    server.child.kill('SIGTERM');
    await sleep(300);
    await assert.rejects(fetch(`${server.url}/health`));
    request.end(BODY.slice(5));
    const [response] = await once(request, 'response');
    // No bucket: the answer of the handler, and not of a server that is going away.
    assert.equal(response.statusCode, 503);
    let text = '';
    for await (const chunk of response) text += chunk;
    assert.match(text, /ASSETS_BUCKET/);
    assert.equal(await server.exited, 0);
  });

  it('waits no longer than the grace period', async () => {
    const server = await startProcess({ ...environment.env, SHUTDOWN_GRACE_SECONDS: '1' });
    const request = openRequest(server, new http.Agent());
    request.on('error', () => {});
    await sleep(300);

    const begin = Date.now();
    server.child.kill('SIGTERM');
    assert.equal(await server.exited, 0);
    const took = Date.now() - begin;
    assert.ok(took >= 900 && took < 4_000, `${took} ms`);
  });
});
