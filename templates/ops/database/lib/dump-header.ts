import { Problem } from './problem.ts';

/** What the first bytes of a dump say. */
export interface DumpHeader {
  /** Of the format itself: 1.14 is of PostgreSQL 12 to 15, 1.15 of 16, 1.16 of 17 and later. */
  format: string;
  /** Name of the database that was dumped. */
  database: string;
  /** Version of the server that was dumped: `16.4`, `15.8 (Debian 15.8-1)`. */
  server: string;
  /** Version of the pg_dump that has written it. */
  pgDump: string;
}

/** Enough bytes for every header. */
export const headerBytes = 4096;

const customFormat = 1;

/**
 * Reads the header of a dump of `pg_dump --format=custom`, as pg_backup_archiver.c writes it: `PGDMP`, the version of
 * the format in three bytes, the size of an integer and of an offset, the kind of archive, how it is compressed, the
 * date in seven integers, then three texts.
 * @throws Problem where it is none
 */
export function readDumpHeader(bytes: Uint8Array, file: string): DumpHeader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.toString('latin1', 0, 5) !== 'PGDMP' || buffer[10] !== customFormat)
    throw new Problem({
      what: `${file} is no dump in custom format.`,
      why: 'It does not begin as one does.',
      fix: 'pg_dump --format=custom --file app.dump … (docs/runbooks/restore-a-dump.md)',
    });
  const [major = 0, minor = 0, , integerSize = 4] = buffer.subarray(5);
  try {
    return readFields(buffer, { major, minor, integerSize });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Problem({
      what: `${file} is no whole dump.`,
      why: 'It begins as one in custom format does, and ends before it says which version it is of.',
      fix: 'Make or fetch it again, and look at its size; docs/runbooks/restore-a-dump.md',
    });
  }
}

/** @throws RangeError where it ends too early */
function readFields(
  buffer: Buffer,
  { major, minor, integerSize }: { major: number; minor: number; integerSize: number },
): DumpHeader {
  const reader = integers(buffer, 11, integerSize);
  // Until 1.14 the level of gzip, from 1.15 on one byte for the method.
  if (major === 1 && minor < 15) reader.integer();
  else reader.skip(1);
  for (let part = 0; part < 7; part += 1) reader.integer();
  const [database, server, pgDump] = [reader.text(), reader.text(), reader.text()];
  return { format: `${major}.${minor}`, database, server, pgDump };
}

function integers(buffer: Buffer, start: number, size: number) {
  let at = start;
  // A byte for the sign, then the lowest byte first.
  const integer = (): number => {
    const value = buffer.readUIntLE(at + 1, size);
    const negative = buffer[at] !== 0;
    at += 1 + size;
    return negative ? -value : value;
  };
  const text = (): string => {
    const length = integer();
    if (length <= 0) return '';
    at += length;
    if (at > buffer.length) throw new RangeError();
    return buffer.toString('utf8', at - length, at);
  };
  const skip = (bytes: number) => {
    at += bytes;
  };
  return { integer, text, skip };
}

/**
 * Makes sure that a dump can be restored into a server.
 * @param engine version of that server
 * @throws Problem where the dump is newer
 */
export function assertRestorable({ server, pgDump, format }: DumpHeader, engine: string): void {
  const target = majorOf(engine);
  const dumped = majorOf(server);
  const writer = majorOf(pgDump);
  if (dumped > target)
    throw new Problem({
      what: `The dump is of PostgreSQL ${dumped}, and the database is ${target}.`,
      why: 'A dump can be restored into the same version or a newer one.',
      fix: `Set version of database to ${dumped} in infra/settings.json before there is data, and deploy; docs/runbooks/restore-a-dump.md`,
    });
  if (writer > target)
    throw new Problem({
      what: `The dump was written by pg_dump ${writer}, and the database is ${target}.`,
      why: `pg_dump ${writer} writes format ${format} and settings that ${target} does not know.`,
      fix: `Dump again with pg_dump ${target}, which reads servers up to ${target}; docs/runbooks/restore-a-dump.md`,
    });
}

export function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
