import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertArchitecture } from '../lib/image.ts';
import { startAws } from './aws.ts';

const image = (manifest: object) => () => ({ images: [{ imageManifest: JSON.stringify(manifest) }] });
const single = image({ config: { digest: 'sha256:abc' } });
const downloads = (architecture: string) => ({
  GetDownloadUrlForLayer: (_: unknown, address: string) => ({ downloadUrl: `${address}/config` }),
  '/config': () => ({ architecture }),
});

describe('the processor of an image', () => {
  it('is read from its config', async () => {
    const fits = await startAws({ BatchGetImage: single, ...downloads('arm64') });
    await assertArchitecture(fits, 'abc');
    const other = await startAws({ BatchGetImage: single, ...downloads('amd64') });
    await assert.rejects(assertArchitecture(other, 'abc'), /shop-dev:abc is for amd64/);
  });

  it('may be one of several in an index', async () => {
    const index = (...names: string[]) =>
      image({ manifests: names.map((architecture) => ({ digest: 'd', platform: { architecture } })) });
    await assertArchitecture(await startAws({ BatchGetImage: index('amd64', 'arm64') }), 'abc');
    await assert.rejects(
      assertArchitecture(await startAws({ BatchGetImage: index('amd64', 'unknown') }), 'abc'),
      /is for amd64 and unknown/,
    );
  });
});
