import { call } from './called.ts';
import { deployStack } from './deploy-stack.ts';
import { assertCommitted, imageTag } from './git.ts';
import { requireImage } from './image.ts';
import { Problem } from './problem.ts';
import { assertSecrets } from './required-secrets.ts';
import { shellWords } from './sessions.ts';
import type { Environment } from './settings.ts';
import { stackOutput } from './stacks.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { runTask } from './tasks.ts';

/** Seconds; it is waited for no longer, but goes on: a migration is never broken off half-way. */
const timeoutSeconds = 1800;

/** Runs the release step of an image by itself. */
export async function release(options: TargetOptions & { tag?: string }): Promise<void> {
  const tag = await imageTag(options.tag);
  const what = ({ prefix, releaseCommand }: Environment) =>
    releaseCommand.length > 0
      ? `runs '${shellWords(releaseCommand)}' of ${tag} next to ${prefix}`
      : `deploys what the tasks of 'db' need to run next to ${prefix}; there is no release command`;
  await operate(options, { what, changes: true }, async (target) => {
    await assertCommitted(target.environment);
    await requireImage(target, tag);
    await assertSecrets(target);
    await releaseStep(target, tag);
  });
}

/**
 * What has to be done before a version starts, such as the migrations of the schema: as a one-shot task with the new
 * image, while the old version goes on serving.
 * @throws Problem with the task's own exit code
 */
export async function releaseStep(target: Target, tag: string): Promise<void> {
  const { releaseCommand, releaseStack, name } = target.environment;
  if (!releaseStack) return;
  await deployStack(target, 'release', { ImageTag: tag });
  if (releaseCommand.length === 0) return;
  const definition = await stackOutput(target, 'release', 'TaskDefinition');
  const code = await runTask(target, { definition, container: 'backend', timeoutSeconds });
  if (code === 0) return;
  throw new Problem(
    {
      what: `The release step of ${tag} ended with exit code ${code}.`,
      why: `'${shellWords(releaseCommand)}' says why above. The service was not touched.`,
      fix: `Repair it, commit, and: ${call} deploy --env ${name}`,
    },
    code,
  );
}
