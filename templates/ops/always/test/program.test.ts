import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { knownCause } from '../lib/program.ts';

describe('the CDK CLI', () => {
  for (const said of [
    'Other CLIs (PID=4711) are currently reading from cdk.out. Invoke the CLI in sequence, or use …',
    'Another CLI (PID=4711) is currently synthing to cdk.out. Invoke the CLI in sequence, or use …',
  ])
    it(`is waited for where it says ${said.slice(0, 50)}…`, () => {
      const found = knownCause(`\n❌ ${said}\n`);
      assert.equal(found?.message, 'Another command is at work in this folder.');
      assert.match(found.why, /process 4711/);
      assert.match(found.fix, /^Wait until it has ended, and run it again/);
    });

  it('needs no stack trace to say what is wrong in infra/settings.json', () => {
    const said = [
      '/shop/infra/lib/settings.ts:142',
      '  if (problems.length > 0) throw new Error(`infra/settings.json…`);',
      '',
      'Error: infra/settings.json',
      '  environments.dev.cpu is 500. Use one of 256, 512.',
      '  environments.dev.secrets has A, which is in "variables" too. Remove one of the two.',
      '    at finish (/shop/infra/lib/settings.ts:142:34)',
      '',
    ].join('\n');
    const found = knownCause(said);
    assert.equal(found?.message, 'infra/settings.json is not as it should be.');
    assert.match(
      found.why,
      /^environments\.dev\.cpu is 500\..*\n +environments\.dev\.secrets has A.* of the two\.$/,
    );
  });

  it('is left to say itself what else is wrong', () => {
    assert.equal(knownCause('Error: no such stack\n    at deploy (index.js)\n'), undefined);
  });
});
