import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { print, step } from './output.ts';
import { Problem } from './problem.ts';
import { type Environment, readSettings } from './settings.ts';
import { operate, type Target, type TargetOptions } from './target.ts';

/** A call to AWS, of what CloudTrail writes down. */
interface Call {
  eventTime: string;
  eventName: string;
  userIdentity: { arn?: string; invokedBy?: string; type?: string };
  sourceIPAddress?: string;
  requestParameters?: Record<string, unknown> | null;
  errorCode?: string;
}

/** Lists the calls of one day in UTC, in their order; with `word` those that have it somewhere. */
export async function showTrail(
  day: string,
  word: string | undefined,
  options: TargetOptions,
): Promise<void> {
  requireDay(day);
  await operate(options, { what: () => `reads who did what on ${day}`, changes: false }, async (target) => {
    const lines: string[] = [];
    let all = 0;
    for await (const calls of recordsOf(target, day)) {
      all += calls.length;
      lines.push(...calls.filter((call) => has(call, word)).map(lineOf));
    }
    for (const line of lines.sort()) print(line);
    step(`${lines.length} of ${all} calls`);
  });
}

function requireDay(day: string): void {
  if (/^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day))) return;
  throw new Problem({
    what: `'${day}' is no day.`,
    why: 'The record has a folder for each day.',
    fix: `Say it as ${new Date().toISOString().slice(0, 10)}`,
  });
}

async function* recordsOf({ client, environment }: Target, day: string): AsyncGenerator<Call[]> {
  const s3 = client(S3Client);
  const Bucket = trailBucket(environment);
  const folder = `AWSLogs/${environment.account}/CloudTrail/`;
  // In it there is a folder for each region, and in that one for each day.
  for await (const { CommonPrefixes = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket, Prefix: folder, Delimiter: '/' },
  ))
    for (const { Prefix: region = '' } of CommonPrefixes)
      yield* recordsBelow(s3, Bucket, `${region}${day.replaceAll('-', '/')}/`);
}

async function* recordsBelow(s3: S3Client, Bucket: string, Prefix: string): AsyncGenerator<Call[]> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix }))
    for (const { Key } of Contents) yield read(s3, Bucket, Key);
}

/** Where environments share an account, one of them has its trail. */
function trailBucket({ app, account, audit, name, region }: Environment): string {
  const others = Object.entries(readSettings().environments);
  const other = audit ? undefined : others.find(([, one]) => one.account === account && one.audit);
  const [owner, home] = other ? [other[0], other[1].region] : [name, region];
  return `${app}-${owner}-trail-${account}-${home}`;
}

async function read(s3: S3Client, Bucket: string, Key: string | undefined): Promise<Call[]> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const packed = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return JSON.parse((await promisify(gunzip)(packed)).toString()).Records;
}

function has(call: Call, word: string | undefined): boolean {
  return word === undefined || JSON.stringify(call).includes(word);
}

/** Time, who, what, on what, from where, and the error. */
export function lineOf(call: Call): string {
  const { arn, invokedBy, type } = call.userIdentity;
  const on = Object.values(call.requestParameters ?? {}).filter((value) => typeof value === 'string');
  const cells = [
    call.eventTime,
    arn ?? invokedBy ?? type,
    call.eventName,
    on.slice(0, 2).join(' '),
    call.sourceIPAddress,
    call.errorCode,
  ];
  return cells.filter(Boolean).join('\t');
}
