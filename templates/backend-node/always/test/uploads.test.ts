import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type App, buildApp } from '../src/app.ts';
import { type TestEnvironment, testEnvironment } from './support/environment.ts';

const IMAGE = { filename: '../../me.png', contentType: 'image/png', size: 2048 };

interface Upload {
  url: string;
  method: string;
  headers: Record<string, string>;
  key: string;
  expiresIn: number;
}

describe('POST /api/uploads', () => {
  let environment: TestEnvironment;
  let app: App;

  before(async () => {
    environment = await testEnvironment();
    // The SDK reads credentials from the process, as it does in a task.
    process.env.AWS_ACCESS_KEY_ID = 'testing';
    process.env.AWS_SECRET_ACCESS_KEY = 'testing';
    app = await buildApp({
      ...environment.env,
      LOG_LEVEL: 'silent',
      ASSETS_BUCKET: 'shop-dev-assets',
      AWS_REGION: 'eu-central-1',
    });
  });

  after(async () => {
    await app.close();
    await environment.dispose();
  });

  const post = (payload: object) => app.inject({ method: 'POST', url: '/api/uploads', payload });

  it('signs a PUT whose type and size S3 will check', async () => {
    const response = await post(IMAGE);
    assert.equal(response.statusCode, 201);
    const upload = response.json<Upload>();
    assert.equal(upload.method, 'PUT');
    assert.deepEqual(upload.headers, { 'Content-Type': 'image/png', 'Content-Length': '2048' });

    const url = new URL(upload.url);
    assert.equal(url.host, 'shop-dev-assets.s3.eu-central-1.amazonaws.com');
    assert.equal(url.pathname, `/${upload.key}`);
    assert.equal(url.searchParams.get('X-Amz-Expires'), String(upload.expiresIn));
    assert.equal(url.searchParams.get('X-Amz-SignedHeaders'), 'content-length;content-type;host');
  });

  it('signs no checksum, which the browser could not send', async () => {
    const { url } = (await post(IMAGE)).json<Upload>();
    assert.doesNotMatch(url, /checksum/i);
  });

  it('makes the key up and takes nothing of the file name', async () => {
    const { key, url } = (await post(IMAGE)).json<Upload>();
    assert.match(key, /^uploads\/[\da-f-]{36}\.png$/);
    assert.doesNotMatch(url, /me\.png/);
  });

  for (const [what, change] of Object.entries({
    'a type that is not allowed': { contentType: 'text/html' },
    'an empty file': { size: 0 },
    'a file of more than 10 MiB': { size: 10 * 1024 * 1024 + 1 },
    'a size that is no number': { size: '2048' },
    'a file without a name': { filename: ' ' },
  })) {
    it(`refuses ${what}`, async () => {
      const response = await post({ ...IMAGE, ...change });
      assert.equal(response.statusCode, 422);
      assert.match(
        response.json<{ detail: string }>().detail,
        new RegExp(Object.keys(change)[0] ?? ''),
      );
    });
  }

  it('accepts a file of exactly 10 MiB', async () => {
    assert.equal((await post({ ...IMAGE, size: 10 * 1024 * 1024 })).statusCode, 201);
  });

  it('says so where there is no bucket', async () => {
    const bare = await buildApp({ ...environment.env, LOG_LEVEL: 'silent' });
    const response = await bare.inject({ method: 'POST', url: '/api/uploads', payload: IMAGE });
    assert.equal(response.statusCode, 503);
    assert.match(response.json<{ detail: string }>().detail, /ASSETS_BUCKET/);
    await bare.close();
  });
});
