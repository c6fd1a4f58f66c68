import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { reading } from './options.ts';

/** Without the lines that npm prints itself. */
const quietly = call.replace('run', 'run --silent');

/** `target`: where an environment lives. */
export function addTarget(ops: Command): void {
  reading(ops.command('target'))
    .summary('print account and region as outputs of a workflow step')
    .description('As infra/settings.json has them; needs no credentials.')
    .addHelpText('after', `\nExample:\n  ${quietly} target --env dev >>"$GITHUB_OUTPUT"`)
    .action(async (options) => {
      const { printTarget } = await import('../lib/where.ts');
      printTarget(options);
    });
}
