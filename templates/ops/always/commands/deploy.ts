import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing, duration } from './options.ts';

/** `deploy`: a version into service. */
export function addDeploy(ops: Command): void {
  changing(ops.command('deploy'))
    .summary('put a version into service: image, release step, service, questions from outside')
    .description(
      'Builds the image in dev, or copies it from there, where it is missing; wakes up what sleeps; runs the release ' +
        'step; deploys the service and waits until it is stable; asks it from outside. Tells at once why a task dies, and gives up ' +
        'after three. The old version serves until the new one is well.',
    )
    .argument('[tag]', 'a commit; default is the one that is checked out')
    .option('--remote', 'build in AWS, by CodeBuild; the default where no Docker answers')
    .option('--hold <time>', 'how long a stream is held at the end; default 90s', duration)
    .addHelpText('after', `\nExamples:\n  ${call} deploy --env dev\n  ${call} deploy 4f1c2ab --env prod`)
    .action(async (tag, options) => {
      const { deploy } = await import('../lib/deploy.ts');
      await deploy({ ...options, tag });
    });
}
