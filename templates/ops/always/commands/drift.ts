import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { reading } from './options.ts';

/** `drift`: is AWS what the repo says? */
export function addDrift(ops: Command): void {
  reading(ops.command('drift'))
    .summary('compare AWS with this commit')
    .description('Fails where there is a difference. Reads only, and no secret.')
    .addHelpText('after', `\nExample:\n  ${call} drift --env prod`)
    .action(async (options) => {
      const { drift } = await import('../lib/drift.ts');
      await drift(options);
    });
}
