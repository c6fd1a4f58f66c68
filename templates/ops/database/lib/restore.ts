import { call } from './called.ts';
import { availableDatabase } from './database.ts';
import { runDatabaseTask } from './database-task.ts';
import { openOrigin, requireOrigin } from './origin.ts';
import { step } from './output.ts';
import { operate, type TargetOptions } from './target.ts';
import { assertDone, listen } from './told.ts';
import { markEnded, takeWayBack } from './way-back.ts';

export interface RestoreOptions extends TargetOptions {
  clean?: boolean;
  /** Take one before. */
  snapshot: boolean;
  withoutExtension?: string[];
}

/**
 * Restores a dump, or what another database holds, into the database of the environment.
 * @param from as `openOrigin` takes it
 */
export async function restore(from: string, options: RestoreOptions): Promise<void> {
  requireOrigin(from);
  const { clean = false, snapshot, withoutExtension: skippedExtensions } = options;
  const what = ({ prefix }: { prefix: string }) =>
    `restores ${from} into the database of ${prefix}${clean ? ', over what is there of it' : ''}`;
  await operate(options, { what, changes: true }, async (target) => {
    const database = await availableDatabase(target);
    const { EngineVersion: engine = '' } = database;
    const origin = await openOrigin(target, from, engine);
    if (snapshot) {
      // Who waits for a snapshot should not hear afterwards that it was in vain.
      await origin.check();
      await takeWayBack(target, database);
    }
    const mode = ['restore', ...(clean ? ['--clean'] : [])];
    const code = await origin.ready((given) =>
      runDatabaseTask(target, { mode, engine, skippedExtensions, ...given }, listen().hear),
    );
    assertDone(
      code,
      'The restore',
      'Correct the cause, and run it again with --clean; docs/runbooks/restore-a-dump.md',
    );
    await markEnded(target);
    const { name, releaseCommand } = target.environment;
    const next = `. Bring the schema up to date: ${call} release --env ${name}`;
    step(`restored${releaseCommand.length > 0 ? next : ''}`);
  });
}
