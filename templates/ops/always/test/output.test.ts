import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';

const script = `
import { isRead, print } from '${new URL('../lib/output.ts', import.meta.url)}';
while (isRead()) {
  print('a line');
  await new Promise((resolve) => setImmediate(resolve));
}
print('nobody reads this');
process.stderr.write('came to its end');`;

describe('what is printed', () => {
  it('ends no command when nobody reads it any more', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script]);
    child.stdout.once('data', () => child.stdout.destroy());
    const said = text(child.stderr);
    const [code] = await once(child, 'close');
    assert.equal(await said, 'came to its end');
    assert.equal(code, 0);
  });
});
