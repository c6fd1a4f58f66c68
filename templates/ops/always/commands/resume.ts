import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing } from './options.ts';

/** `resume`: work goes on. */
export function addResume(ops: Command): void {
  changing(ops.command('resume'))
    .summary('wake up what `pause` has put to sleep, and wait until it answers')
    .description(
      'Starts the database, then as many tasks as infra/settings.json asks for, then the schedules. Takes about ten ' +
        'minutes with a database.',
    )
    .addHelpText('after', `\nExample:\n  ${call} resume --env dev`)
    .action(async (options) => {
      const { resume } = await import('../lib/pause.ts');
      await resume(options);
    });
}
