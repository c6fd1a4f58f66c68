import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  paginateListBuckets,
  S3Client,
} from '@aws-sdk/client-s3';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import type { Target } from './target.ts';

/** The buckets of an environment that are there; `shop-dev-assets-123456789012-eu-central-1`. */
export async function findBuckets({ environment, client }: Target): Promise<string[]> {
  const { prefix, account, region } = environment;
  const end = `-${account}-${region}`;
  const found: string[] = [];
  for await (const { Buckets = [] } of paginateListBuckets(
    { client: client(S3Client) },
    { Prefix: `${prefix}-` },
  ))
    found.push(...Buckets.flatMap(({ Name }) => Name ?? []));
  // Another environment's name may begin with this one's.
  return found.filter(
    (name) => /^[a-z]+$/.test(name.slice(prefix.length + 1, -end.length)) && name.endsWith(end),
  );
}

/** Whether there is anything in a bucket, older versions included. */
export async function isEmpty({ client }: Target, Bucket: string): Promise<boolean> {
  const { Versions = [], DeleteMarkers = [] } = await client(S3Client).send(
    new ListObjectVersionsCommand({ Bucket, MaxKeys: 1 }),
  );
  return Versions.length + DeleteMarkers.length === 0;
}

/** Deletes all that is in a bucket, older versions included. @throws Problem where S3 keeps something */
export async function emptyBucket({ client }: Target, Bucket: string): Promise<void> {
  const s3 = client(S3Client);
  let count = 0;
  while (true) {
    // A page has a thousand at most, as many as can be deleted at once; what is deleted makes room for the next.
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    if (Objects.length === 0) break;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    if (Errors[0])
      throw new Problem({
        what: `${Bucket} cannot be emptied.`,
        why: `${Errors[0].Key}: ${Errors[0].Message ?? Errors[0].Code}`,
        fix: 'See to it in the S3 console, then run the same command again; it goes on.',
      });
    count += Objects.length;
  }
  if (count > 0) step(`emptied ${Bucket}: ${count} objects and versions`);
}
