import { ECRClient, type ImageDetail, paginateDescribeImages } from '@aws-sdk/client-ecr';
import { print, step } from './output.ts';
import { Problem } from './problem.ts';
import { servedBefore } from './served.ts';
import { deployedInfrastructure, deployedTag, requireDeployedTag } from './services.ts';
import { operate, type Target, type TargetOptions } from './target.ts';

/** A version that can be deployed. */
export interface Version {
  readonly tag: string;
  readonly pushed: Date;
}

/** Every version in the registry, newest first. */
export async function versionsOf({ environment, client }: Target): Promise<Version[]> {
  const found: ImageDetail[] = [];
  const pages = paginateDescribeImages(
    { client: client(ECRClient) },
    { repositoryName: environment.prefix, filter: { tagStatus: 'TAGGED' } },
  );
  for await (const { imageDetails = [] } of pages) found.push(...imageDetails);
  return found
    .map(({ imageTags = [], imagePushedAt = new Date(0) }) => ({
      tag: imageTags[0] ?? '',
      pushed: imagePushedAt,
    }))
    .sort((a, b) => Number(b.pushed) - Number(a.pushed));
}

/**
 * The version that served before one: an image that was only ever built has not shown that it runs.
 * @throws Problem where no older one is left
 */
export async function versionBefore(target: Target, tag: string): Promise<string> {
  const versions = await versionsOf(target);
  const served = await servedBefore(target, tag);
  const last = served.find((one) => versions.some((version) => version.tag === one));
  if (last) return last;
  step('ECS does not remember what served before: this is the image that was pushed before');
  const before = versions[versions.findIndex((version) => version.tag === tag) + 1];
  if (before) return before.tag;
  throw new Problem({
    what: `There is no version before ${tag}.`,
    why: `The registry of ${target.environment.prefix} has no older image.`,
    fix: 'Repair it, commit, and deploy that.',
  });
}

interface VersionsOptions extends TargetOptions {
  /** Print the tag of the one in service alone. */
  inService?: boolean;
  /** Print the commit of the infrastructure alone, and nothing where nothing was deployed. */
  infrastructure?: boolean;
}

/** Lists the versions that can be deployed, and says which one is in service. */
export async function versions({ inService, infrastructure, ...options }: VersionsOptions): Promise<void> {
  const what = ({ prefix }: { prefix: string }) => `lists the versions of ${prefix}`;
  await operate(options, { what, changes: false }, async (target) => {
    if (inService) {
      print(await requireDeployedTag(target));
      return;
    }
    if (infrastructure) {
      const commit = await deployedInfrastructure(target);
      if (commit !== undefined) print(commit);
      return;
    }
    const current = await deployedTag(target);
    for (const { tag, pushed } of (await versionsOf(target)).slice(0, 20))
      print(`${pushed.toISOString().slice(0, 19)}Z  ${tag}${tag === current ? '  in service' : ''}`);
  });
}
