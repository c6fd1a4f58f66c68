import type { Command } from 'commander';
import { reading } from './options.ts';

/** `status`: one page. */
export function addStatus(ops: Command): void {
  reading(ops.command('status'))
    .summary('one page: version, stacks, tasks, targets, events, database')
    .description('What is in service, and how it is. Changes nothing.')
    .addHelpText('after', '\nExample:\n  npm run ops -- status --env prod')
    .action(async (options) => {
      const { status } = await import('../lib/status.ts');
      await status(options);
    });
}
