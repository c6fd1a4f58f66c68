import { assertEqual, rowsFor } from './compare.ts';
import { requireName, sourceConnection, withSource } from './connection.ts';
import { availableDatabase } from './database.ts';
import { runDatabaseTask, type Work } from './database-task.ts';
import { assertRestorable } from './dump-header.ts';
import { compareFacts } from './facts.ts';
import { print, step } from './output.ts';
import { diskFor, openDump, withUpload } from './restore.ts';
import { columns } from './table.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { assertDone, listen, seconds, type Told } from './told.ts';

export interface RehearseOptions extends TargetOptions {
  full?: boolean;
  withoutExtension?: string[];
}

/**
 * Does all that a cut-over does, in a scratch database of the environment's instance, and says how long it takes.
 * @param from a dump, or the name of the variable that holds the address of a database
 */
export async function rehearse(from: string, options: RehearseOptions): Promise<void> {
  if (/^postgres(ql)?:/.test(from)) requireName(from);
  const what = ({ prefix }: { prefix: string }) =>
    `restores ${from} into a scratch database beside that of ${prefix}, which is dropped again`;
  await operate(options, { what, changes: true }, async (target) => {
    const { EngineVersion: engine = '' } = await availableDatabase(target);
    const work = {
      mode: ['rehearse'],
      engine,
      skippedExtensions: options.withoutExtension,
      allRows: rowsFor(options),
    };
    const isName = /^[A-Z][A-Z0-9_]*$/.test(from);
    const told = await (isName ? withSourceOf(target, from, work) : withDumpOf(target, from, work));
    if (isName) assertEqual(told);
    else step(`restored: ${compareFacts(told.facts).summary}`);
    tellDurations(told);
  });
}

async function withSourceOf(target: Target, name: string, work: Work): Promise<Told> {
  const connection = await sourceConnection(target, name);
  return withSource(target, connection, (secret) =>
    runRehearsal(target, { ...work, source: { connection, secret } }),
  );
}

async function withDumpOf(target: Target, path: string, work: Work): Promise<Told> {
  const dump = await openDump(target, path);
  assertRestorable(dump.header, work.engine);
  return withUpload(target, dump, (download) =>
    runRehearsal(target, { ...work, download, diskGiB: diskFor(dump) }),
  );
}

async function runRehearsal(target: Target, work: Work): Promise<Told> {
  const told = listen();
  const code = await runDatabaseTask(target, work, told.hear);
  assertDone(
    code,
    'The rehearsal',
    'The database of the app was not touched. Correct the cause, and run it again.',
  );
  return told;
}

function tellDurations({ durations }: Told): void {
  const sum = durations.reduce((total, { milliseconds }) => total + milliseconds, 0);
  const rows = [...durations, { name: 'in all', milliseconds: sum }];
  print(columns(rows.map(({ name, milliseconds }) => [name, seconds(milliseconds)])));
  step('The cut-over takes that long, and some minutes for tasks to start and for a snapshot.');
}
