import type { Command } from 'commander';
import { reading } from './options.ts';

/** `target`: where an environment lives. */
export function addTarget(ops: Command): void {
  reading(ops.command('target'))
    .summary('print account and region as outputs of a workflow step')
    .description('As infra/settings.json has them; needs no credentials.')
    .addHelpText('after', '\nExample:\n  npm run --silent ops -- target --env dev >>"$GITHUB_OUTPUT"')
    .action(async (options) => {
      const { printTarget } = await import('../lib/where.ts');
      printTarget(options);
    });
}
