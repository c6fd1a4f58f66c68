import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing } from './options.ts';

/** `restart`: new tasks. */
export function addRestart(ops: Command): void {
  changing(ops.command('restart'))
    .summary('replace the running tasks, so that they read their secrets anew')
    .description('The same image in new tasks. The old ones serve until the new ones are well.')
    .addHelpText('after', `\nExample:\n  ${call} restart --env dev`)
    .action(async (options) => {
      const { restart } = await import('../lib/restart.ts');
      await restart(options);
    });
}
