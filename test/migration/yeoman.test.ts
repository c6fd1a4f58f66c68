import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import helpers from 'yeoman-test';
import { packageRoot } from '../../src/package.ts';
import { tree } from '../support.ts';
import { folderWith } from './tree.ts';

const generator = join(packageRoot, 'dist/generators/migrate/index.js');

const blueprint =
  'services:\n  - {type: web, name: shop, runtime: node, startCommand: node a.js, healthCheckPath: /}\n';

const migrate = (cwd: string, options: Record<string, unknown>) =>
  helpers
    .create(generator, { namespace: 'vibely:migrate' }, { cwd })
    .withOptions({ skipInstall: true, ...options } as object);

describe('yo vibely:migrate', () => {
  it('shows the plan and writes nothing in a dry run', async () => {
    const folder = folderWith({ 'render.yaml': blueprint });
    const before = tree(folder);
    await migrate(folder, { 'dry-run': true }).run();
    assert.deepEqual(tree(folder), before);
  });

  it('refuses with the same words as the bin', async () => {
    const folder = folderWith({ 'render.yaml': blueprint, Procfile: 'web: node b.js\n' });
    await assert.rejects(
      migrate(folder, { 'dry-run': true, yes: true }).run(),
      /VIB100 .*--platform render or --platform heroku/s,
    );
  });
});
