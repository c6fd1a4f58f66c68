import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing } from './options.ts';

/** `release`: the migrations of a version. */
export function addRelease(ops: Command): void {
  changing(ops.command('release'))
    .summary('run the release step of a version by itself: the migrations of the schema')
    .description(
      'As a one-shot task with the image of that version, while the running version goes on serving. Ends with the ' +
        "task's exit code. deploy does it, too.",
    )
    .argument('[tag]', 'a commit; default is the one that is checked out')
    .addHelpText('after', `\nExample:\n  ${call} release --env dev`)
    .action(async (tag, options) => {
      const { release } = await import('../lib/release.ts');
      await release({ ...options, tag });
    });
}
