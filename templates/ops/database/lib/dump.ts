import { closeSync, createWriteStream, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { availableDatabase } from './database.ts';
import { runDatabaseTask } from './database-task.ts';
import { interruptible, interruptionCode } from './interruption.ts';
import { dumpsBucket } from './origin.ts';
import { print, say, step } from './output.ts';
import { Problem } from './problem.ts';
import { cliFlags, operate, type Target, type TargetOptions } from './target.ts';
import { TaskGoesOn } from './tasks.ts';
import { timestamp } from './timestamp.ts';
import { assertDone, listen } from './told.ts';

/** Dumps the database of the environment into its bucket, or into a file of this machine. */
export async function dump(file: string | undefined, options: TargetOptions): Promise<void> {
  const what = ({ prefix }: { prefix: string }) =>
    `dumps the database of ${prefix}${file ? ` into ${file}` : ''}`;
  await operate(options, { what, changes: false }, async (target) => {
    if (file) await interruptible((signal) => dumpIntoFile(target, file, signal));
    else print(addressOf(await dumpIntoBucket(target)));
  });
}

/** Where a dump lies in S3. */
export interface Stored {
  Bucket: string;
  Key: string;
}

const addressOf = ({ Bucket, Key }: Stored) => `s3://${Bucket}/${Key}`;

async function dumpIntoBucket(target: Target): Promise<Stored> {
  const { EngineVersion: engine = '' } = await availableDatabase(target);
  const at = { Bucket: dumpsBucket(target), Key: `${target.environment.prefix}-${timestamp()}.dump` };
  const upload = addressOf(at);
  try {
    const code = await runDatabaseTask(target, { mode: ['dump'], engine, upload }, listen().hear);
    assertDone(code, 'The dump', 'Run it again; docs/runbooks/when-something-is-wrong.md');
  } catch (error) {
    if (error instanceof TaskGoesOn) say(`What it dumps will lie in ${upload}`);
    throw error;
  }
  return at;
}

async function dumpIntoFile(target: Target, path: string, signal: AbortSignal): Promise<void> {
  const file = newFile(path);
  try {
    await fetchDump(target, await dumpIntoBucket(target), file, signal);
  } finally {
    rmSync(file.part, { force: true });
  }
  step(`wrote ${path}. It holds everybody's data: delete it when it has served its purpose.`);
}

/** A file that is to be written. */
export interface NewFile {
  /** As its owner calls it. */
  path: string;
  /** Its whole path. */
  file: string;
  /** That of what becomes it once it is whole. */
  part: string;
}

/**
 * Makes what becomes a file, readable by its owner alone: a dump takes its time, and must not be in vain.
 * @throws Problem where the file is there already, or cannot be made
 */
export function newFile(path: string): NewFile {
  const file = resolve(process.env.INIT_CWD ?? '.', path);
  const part = `${file}.part`;
  if (existsSync(file) || existsSync(part))
    throw new Problem({
      what: `${path}${existsSync(file) ? '' : '.part'} exists.`,
      why: 'It may be the only dump that there is, or another one is just being written.',
      fix: 'Name another file, or delete that one.',
    });
  try {
    closeSync(openSync(part, 'wx', 0o600));
  } catch (error) {
    throw new Problem({
      what: `${path} cannot be written.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Name a file in a folder that exists and that you may write to.',
    });
  }
  return { path, file, part };
}

/**
 * Moves a dump from S3 into a file.
 * @throws Problem that says where the dump lies, where it cannot be read or written
 */
export async function fetchDump(
  { client, environment }: Target,
  at: Stored,
  { path, file, part }: NewFile,
  signal: AbortSignal,
): Promise<void> {
  const s3 = client(S3Client);
  try {
    const { Body } = await s3.send(new GetObjectCommand(at), { abortSignal: signal });
    await pipeline(Body as NodeJS.ReadableStream, createWriteStream(part), { signal });
    renameSync(part, file);
  } catch (error) {
    const why = signal.aborted ? 'You have stopped it.' : error instanceof Error ? error.message : `${error}`;
    throw new Problem(
      {
        what: `The dump is made, but ${path} could not be written.`,
        why,
        fix: `Fetch it: aws s3 cp ${addressOf(at)} . ${cliFlags(environment)}`,
      },
      interruptionCode(signal),
    );
  }
  await s3.send(new DeleteObjectCommand(at));
}
