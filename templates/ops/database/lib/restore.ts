import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { availableDatabase, takeSnapshot, timestamp } from './database.ts';
import { runDatabaseTask } from './database-task.ts';
import { assertRestorable, type DumpHeader, headerBytes, readDumpHeader } from './dump-header.ts';
import { say, step } from './output.ts';
import { Problem } from './problem.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { assertDone, listen } from './told.ts';

export interface RestoreOptions extends TargetOptions {
  clean?: boolean;
  /** Take one before. */
  snapshot: boolean;
  withoutExtension?: string[];
}

/** A dump and where it lies. */
export interface Dump {
  header: DumpHeader;
  bytes: number;
  /** `s3://…` where it lies there already. */
  address?: string;
  /** Its path where it is a file. */
  file?: string;
}

/** Restores a dump into the database of the environment. */
export async function restore(path: string, options: RestoreOptions): Promise<void> {
  const { clean = false, snapshot, withoutExtension } = options;
  const what = ({ prefix }: { prefix: string }) =>
    `restores ${path} into the database of ${prefix}${clean ? ', over what the dump contains' : ''}`;
  await operate(options, { what, changes: true }, async (target) => {
    const { EngineVersion: engine = '' } = await availableDatabase(target);
    const dump = await openDump(target, path);
    assertRestorable(dump.header, engine);
    if (snapshot) tellWayBack(await takeSnapshot(target, 'before-restore'));
    await withUpload(target, dump, async (download) => {
      const told = listen();
      const mode = ['restore', ...(clean ? ['--clean'] : [])];
      const work = { mode, engine, download, skippedExtensions: withoutExtension, diskGiB: diskFor(dump) };
      const code = await runDatabaseTask(target, work, told.hear);
      assertDone(
        code,
        'The restore',
        'Correct the cause, and run it again with --clean; docs/runbooks/restore-a-dump.md',
      );
    });
    const { name } = target.environment;
    step(`restored. Bring the schema up to date: npm run ops -- release --env ${name}`);
  });
}

function tellWayBack(snapshot: string): void {
  say(`The way back: the snapshot ${snapshot}, as docs/runbooks/restore-a-dump.md says under "Undo".`);
}

/**
 * Reads the header of a dump.
 * @param path a file, or `s3://…` as `db dump` prints it
 * @throws Problem where there is none, or it is none
 */
export async function openDump(target: Target, path: string): Promise<Dump> {
  if (path.startsWith('s3://')) return stored(target, path);
  const file = resolve(process.env.INIT_CWD ?? '.', path);
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    throw new Problem({
      what: `${path} cannot be read.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Name a file of pg_dump --format=custom, or an address as npm run ops -- db dump prints it.',
    });
  }
  try {
    const bytes = Buffer.alloc(headerBytes);
    const length = readSync(descriptor, bytes, 0, headerBytes, 0);
    return { header: readDumpHeader(bytes.subarray(0, length), path), bytes: statSync(file).size, file };
  } finally {
    closeSync(descriptor);
  }
}

async function stored({ client }: Target, address: string): Promise<Dump> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(address) ?? [];
  const Range = `bytes=0-${headerBytes - 1}`;
  const { Body, ContentRange = '' } = await client(S3Client).send(
    new GetObjectCommand({ Bucket, Key, Range }),
  );
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return { header: readDumpHeader(bytes, address), bytes: Number(ContentRange.split('/')[1] ?? 0), address };
}

/** Bucket of the environment for dumps; whatever lies in it is deleted after 30 days. */
export function dumpsBucket({ environment }: Target): string {
  const { prefix, account, region } = environment;
  return `${prefix}-dumps-${account}-${region}`;
}

/** Has a dump in S3 for as long as `work` takes; one that lay there before stays. */
export async function withUpload<T>(
  target: Target,
  { file, address }: Dump,
  work: (address: string) => Promise<T>,
): Promise<T> {
  if (address) return work(address);
  const at = { Bucket: dumpsBucket(target), Key: `${timestamp()}-${basename(file ?? '')}` };
  const client = target.client(S3Client);
  step(`uploads ${file}`);
  // Takes itself back when it breaks off.
  await new Upload({ client, params: { ...at, Body: createReadStream(file ?? '') } }).done();
  try {
    return await work(`s3://${at.Bucket}/${at.Key}`);
  } finally {
    await client.send(new DeleteObjectCommand(at));
  }
}

/** GiB of disk for the task: Fargate has 21 to 200, of which the images take some. */
export function diskFor({ bytes }: Dump): number {
  return Math.min(200, Math.max(30, Math.ceil((bytes / 2 ** 30) * 1.1) + 20));
}
