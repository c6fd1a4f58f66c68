import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { reading } from './options.ts';

/** `costs`: what should it cost, and what has it cost? */
export function addCosts(ops: Command): void {
  reading(ops.command('costs'))
    .summary('the estimate of a month, beside what the account has cost')
    .description(
      'By service: the estimate of docs/costs.md, last month and this month so far, in US dollars. AWS charges 0.01 USD ' +
        'for the question. Without the permission to see the bill there is only the estimate.',
    )
    .option('--estimate', 'only the estimate, without asking AWS')
    .addHelpText('after', `\nExample:\n  ${call} costs --env prod`)
    .action(async (options) => {
      const { costs } = await import('../lib/costs.ts');
      await costs(options);
    });
}
