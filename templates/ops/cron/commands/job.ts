import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing } from './options.ts';

/** `job`: one of the jobs, now. */
export function addJob(ops: Command): void {
  changing(ops.command('job').argument('<name>', 'as infra/settings.json names it'))
    .summary('start a job now, whatever its schedule says')
    .description(
      'Starts a job as the last deployment has left it, and does not wait for it. It steps back if a run is going.',
    )
    .option('--wait', 'show what it logs, and end with its exit code')
    .addHelpText('after', `\nExample:\n  ${call} job cleanup --env dev`)
    .action(async (name, options) => {
      const { startJob } = await import('../lib/job.ts');
      process.exitCode = await startJob(name, options);
    });
}
