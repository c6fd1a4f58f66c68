import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { reading } from './options.ts';

/** `status`: one page. */
export function addStatus(ops: Command): void {
  reading(ops.command('status'))
    .summary('one page: version, stacks, tasks, targets, events, database')
    .description('What is in service, and how it is. Changes nothing.')
    .addHelpText('after', `\nExample:\n  ${call} status --env prod`)
    .action(async (options) => {
      const { status } = await import('../lib/status.ts');
      await status(options);
    });
}
