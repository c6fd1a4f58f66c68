import { call } from './called.ts';
import { availableDatabase } from './database.ts';
import { runDatabaseTask } from './database-task.ts';
import { requireOrigin, withOrigin } from './origin.ts';
import { say, step } from './output.ts';
import { takeSnapshot } from './snapshots.ts';
import { operate, type TargetOptions } from './target.ts';
import { assertDone, listen } from './told.ts';

export interface RestoreOptions extends TargetOptions {
  clean?: boolean;
  /** Take one before. */
  snapshot: boolean;
  withoutExtension?: string[];
}

/**
 * Restores a dump, or what another database holds, into the database of the environment.
 * @param from as `withOrigin` takes it
 */
export async function restore(from: string, options: RestoreOptions): Promise<void> {
  requireOrigin(from);
  const { clean = false, snapshot, withoutExtension: skippedExtensions } = options;
  const what = ({ prefix }: { prefix: string }) =>
    `restores ${from} into the database of ${prefix}${clean ? ', over what is there of it' : ''}`;
  await operate(options, { what, changes: true }, async (target) => {
    const { EngineVersion: engine = '' } = await availableDatabase(target);
    await withOrigin(target, from, engine, async (origin) => {
      if (snapshot) tellWayBack(await takeSnapshot(target, 'before-restore'));
      const mode = ['restore', ...(clean ? ['--clean'] : [])];
      const code = await runDatabaseTask(
        target,
        { mode, engine, skippedExtensions, ...origin },
        listen().hear,
      );
      assertDone(
        code,
        'The restore',
        'Correct the cause, and run it again with --clean; docs/runbooks/restore-a-dump.md',
      );
    });
    const { name, releaseCommand } = target.environment;
    const next = `. Bring the schema up to date: ${call} release --env ${name}`;
    step(`restored${releaseCommand.length > 0 ? next : ''}`);
  });
}

function tellWayBack(snapshot: string): void {
  say(`The way back: the snapshot ${snapshot}, as docs/runbooks/restore-a-dump.md says under "Undo".`);
}
