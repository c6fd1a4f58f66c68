import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing, duration } from './options.ts';

/** `run`: a command of the image, once. */
export function addRun(ops: Command): void {
  changing(ops.command('run').argument('<command...>', 'after --, program and arguments'))
    .summary('run a command once, in a task of its own')
    .description(
      'Runs a command once, with the image, the variables, the secrets and the network of the service. Shows what it ' +
        'logs, and ends with its exit code. The tasks that serve are left alone.',
    )
    .option('--timeout <duration>', 'how long to wait for its end; the task itself goes on', duration, 3600)
    .addHelpText('after', `\nExample:\n  ${call} run --env dev -- python -m app.tools.report --month 11`)
    .action(async (command, options) => {
      const { run } = await import('../lib/run.ts');
      process.exitCode = await run(command, options);
    });
}
