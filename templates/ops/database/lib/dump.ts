import { createWriteStream, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { availableDatabase } from './database.ts';
import { runDatabaseTask } from './database-task.ts';
import { dumpsBucket } from './origin.ts';
import { print, step } from './output.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { timestamp } from './timestamp.ts';
import { assertDone, listen } from './told.ts';

/** Dumps the database of the environment into its bucket, or into a file of this machine. */
export async function dump(file: string | undefined, options: TargetOptions): Promise<void> {
  const what = ({ prefix }: { prefix: string }) =>
    `dumps the database of ${prefix}${file ? ` into ${file}` : ''}`;
  await operate(options, { what, changes: false }, async (target) => {
    const { EngineVersion: engine = '' } = await availableDatabase(target);
    const at = { Bucket: dumpsBucket(target), Key: `${target.environment.prefix}-${timestamp()}.dump` };
    const upload = `s3://${at.Bucket}/${at.Key}`;
    const code = await runDatabaseTask(target, { mode: ['dump'], engine, upload }, listen().hear);
    assertDone(code, 'The dump', 'Run it again; docs/runbooks/when-something-is-wrong.md');
    if (file) await fetchDump(target, at, file);
    else print(upload);
  });
}

/** A file of that name is a whole one; only its owner can read it. */
async function fetchDump(
  { client }: Target,
  at: { Bucket: string; Key: string },
  path: string,
): Promise<void> {
  const file = resolve(process.env.INIT_CWD ?? '.', path);
  const s3 = client(S3Client);
  const { Body } = await s3.send(new GetObjectCommand(at));
  const part = `${file}.part`;
  await pipeline(Body as NodeJS.ReadableStream, createWriteStream(part, { mode: 0o600 }));
  renameSync(part, file);
  await s3.send(new DeleteObjectCommand(at));
  step(`wrote ${path}. It holds everybody's data: delete it when it has served its purpose.`);
}
