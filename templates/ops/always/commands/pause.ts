import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing } from './options.ts';

/** `pause`: nobody works on it for a while. */
export function addPause(ops: Command): void {
  changing(ops.command('pause'))
    .summary('put dev to sleep: no tasks, no schedules, the database stopped')
    .description(
      'Ends all tasks, lets no job start and stops the database; the data stays. AWS starts a stopped database again ' +
        'after seven days. What it saves: docs/costs.md',
    )
    .option('--force', 'also an environment other than dev')
    .addHelpText('after', `\nExample:\n  ${call} pause --env dev`)
    .action(async (options) => {
      const { pause } = await import('../lib/pause.ts');
      await pause(options);
    });
}
