import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing } from './options.ts';

/** `build`: the image of a commit. */
export function addBuild(ops: Command): void {
  changing(ops.command('build'))
    .summary('build the image of a commit and push it')
    .description(
      'Builds what was committed, not what lies around. A tag that is there already is not built again.',
    )
    .argument('[tag]', 'a commit; default is the one that is checked out')
    .option('--remote', 'in AWS, by CodeBuild; the default where no Docker answers')
    .addHelpText('after', `\nExample:\n  ${call} build --env dev --remote`)
    .action(async (tag, options) => {
      const { build } = await import('../lib/build.ts');
      await build({ ...options, tag });
    });
}
