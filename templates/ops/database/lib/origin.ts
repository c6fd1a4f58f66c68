import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { call } from './called.ts';
import { type Connection, requireName, sourceConnection, withSource } from './connection.ts';
import { runDatabaseTask, type Work } from './database-task.ts';
import { assertRestorable, type DumpHeader, headerBytes, readDumpHeader } from './dump-header.ts';
import { explained } from './explain-aws.ts';
import { withLaidOut } from './laid-out.ts';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import type { Target } from './target.ts';
import { timestamp } from './timestamp.ts';
import { assertDone, listen } from './told.ts';

/** Where the data of a task comes from: looked at, and not moved yet. */
export interface Origin {
  /** Where a task alone can tell: makes sure that it can be reached, and is not newer than the database. */
  check(): Promise<void>;
  /** Makes it ready for a task, for as long as `work` takes. */
  ready<T>(work: (given: Given) => Promise<T>): Promise<T>;
}

/** What a task is told of it. */
export type Given = Pick<Work, 'download' | 'source' | 'diskGiB'>;

/** Whether data comes from a database, whose address a variable of that name holds, and not from a dump. */
export function isVariable(from: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(from);
}

/** What an address of a database has in it: of libpq as well, `host=… password=…`. */
const hasPassword = /:\/\/|:.*@|passw(or)?d\s*=/i;

/** @throws Problem, without showing it, where it is an address that may have a password in it */
export function requireOrigin(from: string): void {
  if (hasPassword.test(from.replace(/^s3:\/\//, ''))) requireName(from);
}

/**
 * @param from a file, `s3://…` as `db dump` prints it, or the name of a variable with the address of a database
 * @param engine version of the database that the data is for
 * @throws Problem where it is a dump that is newer than that
 */
export async function openOrigin(target: Target, from: string, engine: string): Promise<Origin> {
  if (isVariable(from)) return openSource(target, await sourceConnection(target, from), engine);
  const dump = await openDump(target, from);
  assertRestorable(dump.header, engine);
  return {
    check: async () => {},
    ready: (work) => withUpload(target, dump, (download) => work({ download, diskGiB: diskFor(dump) })),
  };
}

function openSource(target: Target, connection: Connection, engine: string): Origin {
  const ready = <T>(work: (given: Given) => Promise<T>) =>
    withSource(target, connection, (secret) => work({ source: { connection, secret } }));
  const check = async () => {
    const code = await ready((given) =>
      runDatabaseTask(target, { ...given, mode: ['check'], engine, diskGiB: 21 }, listen().hear),
    );
    assertDone(code, 'The look at the source', 'Nothing was changed. Correct the cause, and run it again.');
  };
  return { check, ready };
}

/** A dump and where it lies. */
interface Dump {
  header: DumpHeader;
  bytes: number;
  /** `s3://…` where it lies there already. */
  address?: string;
  /** Its path where it is a file. */
  file?: string;
}

/**
 * Reads the header of a dump.
 * @param path a file, or `s3://…` as `db dump` prints it
 * @throws Problem where there is none, or it is none
 */
async function openDump(target: Target, path: string): Promise<Dump> {
  if (path.startsWith('s3://')) return stored(target, path);
  const file = resolve(process.env.INIT_CWD ?? '.', path);
  let first: Buffer;
  try {
    first = firstBytes(file);
  } catch (error) {
    throw unreadable(path, error);
  }
  return { header: readDumpHeader(first, path), bytes: statSync(file).size, file };
}

function firstBytes(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(headerBytes);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, headerBytes, 0));
  } finally {
    closeSync(descriptor);
  }
}

function unreadable(path: string, error: unknown): Problem {
  return new Problem({
    what: `${path} cannot be read.`,
    why: error instanceof Error ? error.message : String(error),
    fix: `Name a file of pg_dump --format=custom, or an address as ${call} db dump prints it.`,
  });
}

async function stored({ client, environment }: Target, address: string): Promise<Dump> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(address) ?? [];
  if (!Key) throw unreadable(address, 'It has to look like s3://bucket/name.dump');
  const Range = `bytes=0-${headerBytes - 1}`;
  const request = new GetObjectCommand({ Bucket, Key, Range });
  const { Body, ContentRange = '' } = await client(S3Client)
    .send(request)
    .catch((error: unknown) => {
      const known = explained(error, environment);
      throw known instanceof Problem ? known : unreadable(address, error);
    });
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return { header: readDumpHeader(bytes, address), bytes: Number(ContentRange.split('/')[1] ?? 0), address };
}

/** Bucket of the environment for dumps; whatever lies in it is deleted after 30 days. */
export function dumpsBucket({ environment }: Target): string {
  const { prefix, account, region } = environment;
  return `${prefix}-dumps-${account}-${region}`;
}

/** Has a dump in S3 for as long as `work` takes; one that lay there before stays. */
async function withUpload<T>(
  target: Target,
  { file = '', address }: Dump,
  work: (address: string) => Promise<T>,
): Promise<T> {
  if (address) return work(address);
  const at = { Bucket: dumpsBucket(target), Key: `${timestamp()}-${basename(file)}` };
  const client = target.client(S3Client);
  const uploaded = `s3://${at.Bucket}/${at.Key}`;
  step(`uploads ${file}`);
  // Takes itself back when it breaks off.
  await new Upload({ client, params: { ...at, Body: createReadStream(file) } }).done();
  return withLaidOut(() => work(uploaded), {
    take: () => client.send(new DeleteObjectCommand(at)),
    isNeeded: () => true,
    stays: `${uploaded} stays for the task. Its bucket deletes it after 30 days.`,
  });
}

/** GiB of disk for the task: Fargate has 21 to 200, of which the images take some. */
function diskFor({ bytes }: Dump): number {
  return Math.min(200, Math.max(30, Math.ceil((bytes / 2 ** 30) * 1.1) + 20));
}
