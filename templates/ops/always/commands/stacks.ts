import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing } from './options.ts';

/** `stacks`: what the service stands on. */
export function addStacks(ops: Command): void {
  changing(ops.command('stacks'))
    .summary('deploy what the service stands on: network, registry, buckets, database, certificate')
    .description(
      'Deploys the stacks that the service stands on, each by itself. Changes nothing where nothing has changed.',
    )
    .addHelpText('after', `\nExample:\n  ${call} stacks --env dev`)
    .action(async (options) => {
      const { deployStacks } = await import('../lib/foundation.ts');
      await deployStacks(options);
    });
}
