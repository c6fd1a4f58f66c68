import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing } from './options.ts';

/** `exec`: a session in a task that serves. */
export function addExec(ops: Command): void {
  changing(ops.command('exec').argument('[command...]', 'after --; default: a shell'))
    .summary('open a session in a running task')
    .description(
      'Opens a session in a running task of the service: a shell, or another command. Takes the AWS CLI and its Session ' +
        'Manager plugin. What you change there is gone with the task.',
    )
    .addHelpText('after', `\nExample:\n  ${call} exec --env dev`)
    .action(async (command, options) => {
      const { exec } = await import('../lib/exec.ts');
      process.exitCode = await exec(command, options);
    });
}
