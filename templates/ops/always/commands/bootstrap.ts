import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing } from './options.ts';

/** `bootstrap`: prepares an account. */
export function addBootstrap(ops: Command): void {
  changing(ops.command('bootstrap'))
    .summary('prepare an account, once: CDK, the password of the database, GitHub')
    .description(
      'Checks the account, prepares it for CDK, makes the password of the database, and lets the workflows of the ' +
        'GitHub repository in. What is there already is left alone.',
    )
    .addHelpText('after', `\nExample:\n  ${call} bootstrap --env dev`)
    .action(async (options) => {
      const { bootstrap } = await import('../lib/bootstrap.ts');
      await bootstrap(options);
    });
}
