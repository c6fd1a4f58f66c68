import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing, duration } from './options.ts';

/** `rollback`: an older version into service. */
export function addRollback(ops: Command): void {
  changing(ops.command('rollback'))
    .summary('put an older version back into service')
    .description(
      'Only the image goes back: the infrastructure and the schema of the database stay as they are.',
    )
    .argument('[tag]', 'a version that `versions` lists; default is the one that served before')
    .option('--hold <time>', 'how long a stream is held at the end; default 90s', duration)
    .addHelpText('after', `\nExample:\n  ${call} rollback --env prod`)
    .action(async (tag, options) => {
      const { rollback } = await import('../lib/rollback.ts');
      await rollback({ ...options, tag });
    });
}
