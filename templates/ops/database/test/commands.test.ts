import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Command } from 'commander';
import { addDb } from '../commands/db.ts';

describe('an extension that is left out', () => {
  it('may be named before what is restored, rehearsed or compared, and after it', () => {
    for (const command of ['restore', 'rehearse', 'compare'])
      for (const args of [
        ['OLD_DATABASE_URL', '--without-extension', 'citext', '--without-extension', 'uuid-ossp'],
        ['--without-extension', 'citext', '--without-extension', 'uuid-ossp', 'OLD_DATABASE_URL'],
      ]) {
        const program = new Command();
        addDb(program);
        const found = program.commands[0]?.commands.find((one) => one.name() === command);
        assert.deepEqual(found?.parseOptions(args).operands, ['OLD_DATABASE_URL']);
        assert.deepEqual(found?.opts().withoutExtension, ['citext', 'uuid-ossp']);
      }
  });
});
