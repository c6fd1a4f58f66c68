import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Command } from 'commander';
import { addSecrets } from '../commands/secrets.ts';

describe('an option that may be given several times', () => {
  it('leaves the argument alone, which may come after it', () => {
    for (const command of ['push', 'diff'])
      for (const args of [
        ['.env', '--plain', 'A', '--plain', 'B', '--secret', 'C'],
        ['--plain', 'A', '--secret', 'C', '--plain', 'B', '.env'],
      ]) {
        const program = new Command();
        addSecrets(program);
        const found = program.commands[0]?.commands.find((one) => one.name() === command);
        assert.deepEqual(found?.parseOptions(args).operands, ['.env']);
        assert.deepEqual(found?.opts(), { plain: ['A', 'B'], secret: ['C'] });
      }
  });
});
