import {
  BatchCheckLayerAvailabilityCommand,
  CompleteLayerUploadCommand,
  ECRClient,
  GetDownloadUrlForLayerCommand,
  type Image,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { call } from './called.ts';
import { imageTag } from './git.ts';
import {
  download,
  findImage,
  imageExists,
  manifestOf,
  type Registry,
  registryOf,
  registryOfDev,
} from './image.ts';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import type { Environment } from './settings.ts';
import { operate, type Target, type TargetOptions } from './target.ts';

/** Copies an image that has run in dev into the registry of another environment. */
export async function promote(options: TargetOptions & { tag?: string }): Promise<void> {
  const tag = await imageTag(options.tag);
  const what = ({ app, prefix }: Environment) => `copies ${app}-dev:${tag} to ${prefix}:${tag}`;
  await operate(options, { what, changes: true }, (target) => promoteImage(target, tag));
}

/**
 * Copies the same bytes, not a second build, straight from registry to registry: no Docker is needed. dev's registry
 * lets the accounts of the others pull (`imagesTo` in settings.json). Broken off, it goes on where it stopped.
 */
export async function promoteImage(target: Target, tag: string): Promise<void> {
  const { environment } = target;
  if (environment.name === 'dev')
    throw new Problem({
      what: "dev's images are not copied.",
      why: 'They are built there, and copied from there.',
      fix: `${call} build --env dev`,
    });
  if (await imageExists(target, tag)) {
    step(`${environment.prefix}:${tag} exists already`);
    return;
  }
  const source = registryOfDev();
  const image = await findImage(target, source, tag);
  if (!image)
    throw new Problem({
      what: `There is no image ${source.repository}:${tag}.`,
      why: 'It was never built in dev, or a lifecycle rule has removed it.',
      fix: `${call} deploy --env dev, then this again`,
    });
  await copyImage(target, source, registryOf(environment), { image, tag });
}

interface TaggedImage {
  readonly image: Image;
  readonly tag: string;
}

async function copyImage(
  target: Target,
  from: Registry,
  to: Registry,
  { image, tag }: TaggedImage,
): Promise<void> {
  const { config, layers = [], mediaType, manifests } = manifestOf(image);
  if (manifests)
    throw new Problem({
      what: `${from.repository}:${tag} is an index of several images.`,
      why: `Only a plain image is copied, as ${call} build makes it.`,
      fix: 'Commit anew and deploy dev, so that it is built again.',
    });
  const blobs = [...(config ? [config] : []), ...layers].map(({ digest }) => digest);
  const missing = await missingLayers(target, to, blobs);
  for (const [index, digest] of missing.entries()) {
    step(`layer ${index + 1} of ${missing.length}`);
    await copyLayer(target, from, to, digest);
  }
  const { client } = target;
  const { image: copy } = await client(ECRClient).send(
    new PutImageCommand({
      repositoryName: to.repository,
      imageManifest: image.imageManifest,
      imageManifestMediaType: mediaType,
      // ECR refuses it where the bytes are not those of dev.
      imageDigest: image.imageId?.imageDigest,
      imageTag: tag,
    }),
  );
  step(`${to.repository}:${tag} is ${copy?.imageId?.imageDigest}`);
}

async function missingLayers({ client }: Target, to: Registry, digests: string[]): Promise<string[]> {
  if (digests.length === 0) return [];
  const { layers = [] } = await client(ECRClient).send(
    new BatchCheckLayerAvailabilityCommand({ repositoryName: to.repository, layerDigests: digests }),
  );
  const there = new Set(
    layers
      .filter(({ layerAvailability }) => layerAvailability === 'AVAILABLE')
      .map(({ layerDigest }) => layerDigest),
  );
  return [...new Set(digests)].filter((digest) => !there.has(digest));
}

async function copyLayer({ client }: Target, from: Registry, to: Registry, digest: string): Promise<void> {
  const { downloadUrl = '' } = await client(ECRClient, from.region).send(
    new GetDownloadUrlForLayerCommand({
      registryId: from.account,
      repositoryName: from.repository,
      layerDigest: digest,
    }),
  );
  const layer = await download(downloadUrl);
  const ecr = client(ECRClient);
  const { repository: repositoryName } = to;
  const { uploadId, partSize = layer.length } = await ecr.send(
    new InitiateLayerUploadCommand({ repositoryName }),
  );
  for (let first = 0; first < layer.length; first += partSize) {
    const layerPartBlob = layer.subarray(first, first + partSize);
    const partLastByte = first + layerPartBlob.length - 1;
    await ecr.send(
      new UploadLayerPartCommand({
        repositoryName,
        uploadId,
        partFirstByte: first,
        partLastByte,
        layerPartBlob,
      }),
    );
  }
  await ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }));
}
