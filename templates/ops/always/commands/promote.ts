import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing } from './options.ts';

/** `promote`: dev's image for another environment. */
export function addPromote(ops: Command): void {
  changing(ops.command('promote'))
    .summary("copy the image that has run in dev into another environment's registry")
    .description(
      'The same bytes, from registry to registry: no second build, and no Docker. deploy does it, too.',
    )
    .argument('[tag]', 'a commit; default is the one that is checked out')
    .addHelpText('after', `\nExample:\n  ${call} promote --env prod`)
    .action(async (tag, options) => {
      const { promote } = await import('../lib/promote.ts');
      await promote({ ...options, tag });
    });
}
