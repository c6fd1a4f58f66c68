import { requireName, sourceConnection, withSource } from './connection.ts';
import { availableDatabase } from './database.ts';
import { runDatabaseTask } from './database-task.ts';
import { compareFacts, type Facts } from './facts.ts';
import { say, step } from './output.ts';
import { Problem } from './problem.ts';
import { operate, type TargetOptions } from './target.ts';
import { assertDone, listen, type Told } from './told.ts';

export interface CompareOptions extends TargetOptions {
  /** Every row of every table. */
  full?: boolean;
  /** Extensions of the source that were left out. */
  withoutExtension?: string[];
}

/** Compares the database of the environment with the one that its data comes from. */
export async function compare(source: string, options: CompareOptions): Promise<void> {
  requireName(source);
  const what = ({ prefix }: { prefix: string }) => `compares the database of ${prefix} with ${source}`;
  await operate(options, { what, changes: false }, async (target) => {
    const { EngineVersion: engine = '' } = await availableDatabase(target);
    const connection = await sourceConnection(target, source);
    const told = listen();
    const code = await withSource(target, connection, (secret) =>
      runDatabaseTask(
        target,
        { mode: ['compare'], engine, source: { connection, secret }, allRows: rowsFor(options), diskGiB: 21 },
        told.hear,
      ),
    );
    assertDone(code, 'The comparison', 'Correct the cause, and run it again.');
    assertEqual(told, options.withoutExtension);
  });
}

/** Up to how many rows a table is read in full. */
export function rowsFor({ full }: { full?: boolean }): number | undefined {
  return full ? Number.MAX_SAFE_INTEGER : undefined;
}

/**
 * @param leftOut extensions of the source that the target was not to have
 * @throws Problem that names every difference
 */
export function assertEqual({ facts, complete }: Told, leftOut?: readonly string[]): void {
  assertWhole(facts, complete);
  const { differences, notes, summary } = compareFacts(facts, leftOut);
  for (const note of notes) step(`to know: ${note}`);
  if (differences.length === 0) {
    step(`equal: ${summary}`);
    return;
  }
  for (const difference of differences) say(`  ${difference}`);
  throw new Problem({
    what: `The databases differ in ${differences.length} points.`,
    why: 'They are above. Rows that are written while both are read differ as well.',
    fix: 'Stop what writes to the source, restore again with --clean, and compare again; docs/runbooks/restore-a-dump.md',
  });
}

function assertWhole({ source, target }: Facts, complete: boolean): void {
  if (complete && source.length > 0 && target.length > 0) return;
  throw new Problem({
    what: 'The comparison is not whole.',
    why: 'Lines of its log are missing, so nothing is proved.',
    fix: 'Run it again.',
  });
}
