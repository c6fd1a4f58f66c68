import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { reading } from './options.ts';

/** `teardown`: it is no longer needed. */
export function addTeardown(ops: Command): void {
  reading(ops.command('teardown'))
    .summary('remove an environment from AWS, with a last snapshot of its database')
    .description(
      'Deletes the stacks in their order, after you have typed the full name, and says what stays. Deletion protection ' +
        'is lifted only then. There is no undo.',
    )
    .option('--empty-buckets', 'delete what is in the buckets that do not outlive the environment')
    .option('--no-snapshot', 'take no last snapshot of the database')
    .option('--confirm <name>', 'the full name, such as shop-dev, instead of typing it')
    .addHelpText('after', `\nExample:\n  ${call} teardown --env dev --empty-buckets`)
    .action(async (options) => {
      const { teardown } = await import('../lib/teardown.ts');
      await teardown(options);
    });
}
