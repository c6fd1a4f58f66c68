import type { Command } from 'commander';
import { call } from '../lib/called.ts';

/** `doctor`: what is missing, anywhere? */
export function addDoctor(ops: Command): void {
  ops
    .command('doctor')
    .summary('look over this machine, GitHub and every environment')
    .description(
      'One line for each check: ok, a warning, or a failure with what to do. Changes nothing; the exit code is 1 where ' +
        'something has failed.',
    )
    .option('--env <name>', 'only this environment; default all of infra/settings.json')
    .addHelpText('after', `\nExample:\n  ${call} doctor`)
    .action(async ({ env }) => {
      const { doctor } = await import('../lib/doctor.ts');
      await doctor(env);
    });
}
