import { type BuildOptions, buildImage } from './build.ts';
import { deployStack } from './deploy-stack.ts';
import { assertCommitted, imageTag } from './git.ts';
import { assertArchitecture, imageExists } from './image.ts';
import { promoteImage } from './promote.ts';
import { releaseStep } from './release.ts';
import { assertSecrets } from './required-secrets.ts';
import { rollOut } from './rollout.ts';
import { untilTasksRun } from './scaling.ts';
import { smoke } from './smoke.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { wakeForDeployment } from './wake.ts';

export interface DeployOptions extends TargetOptions, BuildOptions {
  /** Default: the commit that is checked out. */
  tag?: string;
  /** How long a stream is held at the end, in seconds; default as `smoke` has it. */
  hold?: number;
}

/**
 * Puts a version into service: builds its image in dev, or copies it from there, where it is missing; wakes up what
 * sleeps; runs the release step; deploys the service and waits; asks it from outside. The old version serves until the
 * new one is well.
 */
export async function deploy(options: DeployOptions): Promise<void> {
  const tag = await imageTag(options.tag);
  const what = ({ prefix }: { prefix: string }) => `deploys ${tag} to ${prefix}`;
  await operate(options, { what, changes: true }, (target) => deployTo(target, tag, options));
}

async function deployTo(target: Target, tag: string, options: DeployOptions): Promise<void> {
  await assertCommitted(target.environment);
  // The image may be of another commit than the infrastructure, which is the one that is checked out.
  const parameters = { ImageTag: tag, InfraCommit: await imageTag(undefined) };
  await assertSecrets(target);
  await provideImage(target, tag, options);
  await assertArchitecture(target, tag);
  const woken = await wakeForDeployment(target);
  await releaseStep(target, tag);
  await rollOut(target, tag, () => deployStack(target, 'service', parameters));
  // A deployment that changes nothing does not wait for them.
  if (woken) await untilTasksRun(target);
  await smoke(target, { tag, hold: options.hold });
}

async function provideImage(target: Target, tag: string, options: BuildOptions): Promise<void> {
  if (await imageExists(target, tag)) return;
  if (target.environment.name === 'dev') await buildImage(target, tag, options);
  else await promoteImage(target, tag);
}
