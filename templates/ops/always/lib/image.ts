import {
  BatchGetImageCommand,
  ECRClient,
  GetDownloadUrlForLayerCommand,
  type Image,
} from '@aws-sdk/client-ecr';
import { call } from './called.ts';
import { Problem } from './problem.ts';
import { type Environment, readSettings } from './settings.ts';
import { stackOutput } from './stacks.ts';
import type { Target } from './target.ts';

/** A repository of images in some account. */
export interface Registry {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
}

export function registryOf({ account, region, prefix }: Environment): Registry {
  return { account, region, repository: prefix };
}

/** Where the images of every environment come from. */
export function registryOfDev(): Registry {
  const { app, environments } = readSettings();
  const dev = environments.dev;
  if (!dev)
    throw new Problem({
      what: 'There is no environment dev.',
      why: 'Images are built in dev and copied from there.',
      fix: `Build one here instead: ${call} build --help`,
    });
  return { account: dev.account, region: dev.region, repository: `${app}-dev` };
}

/** What a registry has under a tag; `undefined` where there is nothing. */
export async function findImage(
  { client }: Target,
  { account, region, repository }: Registry,
  tag: string,
): Promise<Image | undefined> {
  const { images } = await client(ECRClient, region).send(
    new BatchGetImageCommand({
      registryId: account,
      repositoryName: repository,
      imageIds: [{ imageTag: tag }],
      acceptedMediaTypes: manifestTypes,
    }),
  );
  return images?.[0];
}

/** Every kind that a build may push: a manifest, or an index of several. */
const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** Whether the environment's own registry has the tag. @throws Problem where there is no registry yet */
export async function imageExists(target: Target, tag: string): Promise<boolean> {
  await stackOutput(target, 'foundation', 'RepositoryUri');
  return (await findImage(target, registryOf(target.environment), tag)) !== undefined;
}

/** @throws Problem where the registry has no such tag */
export async function requireImage(target: Target, tag: string): Promise<void> {
  if (await imageExists(target, tag)) return;
  const { prefix, name } = target.environment;
  throw new Problem({
    what: `There is no image ${prefix}:${tag}.`,
    why: 'It was never built, or a lifecycle rule has removed it.',
    fix: `${call} versions --env ${name} lists those that are there`,
  });
}

/** The part of a manifest, or of an index, that says what is in it. */
export interface Manifest {
  readonly mediaType?: string;
  readonly config?: { readonly digest: string; readonly size?: number };
  readonly layers?: readonly { readonly digest: string; readonly size?: number }[];
  readonly manifests?: readonly {
    readonly digest: string;
    readonly platform?: { readonly architecture: string };
  }[];
}

export function manifestOf({ imageManifest = '{}' }: Image): Manifest {
  return JSON.parse(imageManifest);
}

/** The processors that an image runs on, as its config or its index names them: `arm64`, `amd64`. */
async function processorsOf(target: Target, registry: Registry, image: Image): Promise<string[]> {
  const { config, manifests } = manifestOf(image);
  if (manifests) return manifests.flatMap(({ platform }) => platform?.architecture ?? []);
  if (!config) return [];
  const { downloadUrl = '' } = await target.client(ECRClient, registry.region).send(
    new GetDownloadUrlForLayerCommand({
      registryId: registry.account,
      repositoryName: registry.repository,
      layerDigest: config.digest,
    }),
  );
  const { architecture }: { architecture?: string } = JSON.parse(String(await download(downloadUrl)));
  return architecture ? [architecture] : [];
}

/** What lies at an address that ECR has given out. @throws Problem where it does not come */
export async function download(url: string): Promise<Buffer> {
  try {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    return Buffer.from(await answer.arrayBuffer());
  } catch (error) {
    const { cause, message } = error as Error;
    throw new Problem({
      what: 'A layer of the image could not be downloaded.',
      why: cause instanceof Error ? cause.message : message,
      fix: 'Run the same command again; what has been copied is not copied twice.',
    });
  }
}

/** Names of the processor: that of the settings and AWS, and that of Docker. */
export const dockerNames = { arm64: 'arm64', x86_64: 'amd64' } as const;

/** @throws Problem for an image that the tasks' processor cannot run; ECS would only say so after minutes */
export async function assertArchitecture(target: Target, tag: string): Promise<void> {
  const { environment } = target;
  const registry = registryOf(environment);
  const image = await findImage(target, registry, tag);
  if (!image) return requireImage(target, tag);
  const found = await processorsOf(target, registry, image);
  const wanted = dockerNames[environment.architecture];
  if (found.length === 0 || found.includes(wanted)) return;
  throw new Problem({
    what: `The image ${registry.repository}:${tag} is for ${found.join(' and ')}.`,
    why: `The tasks of ${environment.name} run on ${wanted} (architecture in infra/settings.json), and could not start it.`,
    fix: `Commit anew, since tags do not move: git commit --allow-empty -m "Build again"; then ${call} deploy --env dev`,
  });
}
