import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failed } from '../lib/program.ts';

describe('the CDK CLI', () => {
  for (const said of [
    'Other CLIs (PID=4711) are currently reading from cdk.out. Invoke the CLI in sequence, or use …',
    'Another CLI (PID=4711) is currently synthing to cdk.out. Invoke the CLI in sequence, or use …',
  ])
    it(`is waited for where it says ${said.slice(0, 50)}…`, () => {
      const { message, why, fix } = failed('synth', 1, `\n❌ ${said}\n`);
      assert.equal(message, 'Another command is at work in this folder.');
      assert.match(why, /process 4711/);
      assert.match(fix, /^Wait until it has ended, and run it again/);
    });

  it('is left to say itself what else is wrong', () => {
    assert.match(failed('deploy', 3, 'no such stack').message, /cdk deploy ended with exit code 3/);
    assert.equal(failed('deploy', 3, '').exitCode, 3);
  });
});
