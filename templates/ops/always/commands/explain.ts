import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { reading } from './options.ts';

/** `explain`: why it failed. */
export function addExplain(ops: Command): void {
  reading(ops.command('explain'))
    .summary('say why a deployment failed')
    .description(
      "CloudFormation's reasons, the services' events, the tasks that have stopped and their last lines. Changes nothing.",
    )
    .addHelpText('after', `\nExample:\n  ${call} explain --env dev`)
    .action(async (options) => {
      const { explain } = await import('../lib/explain.ts');
      await explain(options);
    });
}
