import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { reading } from './options.ts';

/** `trail`: who did what in the account. */
export function addTrail(ops: Command): void {
  reading(ops.command('trail'))
    .argument('<day>', 'in UTC, as 2026-11-20')
    .argument('[word]', 'only lines with it, like DeleteBucket or a name')
    .summary('who did what in the account on one day')
    .description(
      'Lists the calls to AWS of a day, from the record of the trail: when, who, what, on what, from where, and the ' +
        'error where AWS said no. A new call takes a quarter of an hour to get there.',
    )
    .addHelpText('after', `\nExample:\n  ${call} trail 2026-11-20 DeleteBucket --env prod`)
    .action(async (day, word, options) => {
      const { showTrail } = await import('../lib/trail.ts');
      await showTrail(day, word, options);
    });
}
