import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { reading } from './options.ts';

/** `versions`: what can be deployed. */
export function addVersions(ops: Command): void {
  reading(ops.command('versions'))
    .summary('list the versions that can be deployed, and the one in service')
    .description('The newest 20, by the time at which they were pushed.')
    .option('--in-service', 'only the tag of the one in service')
    .option(
      '--infrastructure',
      'only the commit that the infrastructure was deployed from; nothing before the first',
    )
    .addHelpText('after', `\nExample:\n  ${call} versions --env prod`)
    .action(async (options) => {
      const { versions } = await import('../lib/versions.ts');
      await versions(options);
    });
}
