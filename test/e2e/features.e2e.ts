import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { linkModules } from './support/infra.ts';
import { run } from './support/process.ts';
import { features, render, turnOn, type Variant } from './support/render.ts';

const variants: Variant[] = [
  { backend: 'fastapi', sse: true, database: true, domain: 'api.example.com', github: 'acme/shop' },
  { backend: 'node', sse: false, database: false },
];

const folders = ['infra', 'ops'] as const;

for (const variant of variants)
  describe(`a repo with every feature on, ${variant.backend}`, { concurrency: 1 }, () => {
    let directory = '';
    before(async () => {
      directory = await render(variant);
      for (const folder of folders) await linkModules(directory, folder);
    });

    for (const feature of features)
      it(`takes vibely ${feature.join(' ')}`, async () => {
        await turnOn(directory, feature);
      });

    for (const folder of folders)
      for (const script of ['lint', 'typecheck', 'test'])
        it(`passes ${script} of ${folder}`, async () => {
          await run('npm', ['run', script], { cwd: join(directory, folder), timeoutMs: 300_000 });
        });
  });
