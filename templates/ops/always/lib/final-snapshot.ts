import { findDatabase, startDatabase } from './database-instance.ts';
import { snapshotsOf, takeSnapshot, waitForSnapshot } from './snapshots.ts';
import type { Target } from './target.ts';

const reason = 'final';

/**
 * Takes a last snapshot of the database and waits for it.
 * @param resumed whether nobody can have written since an earlier try, whose snapshot is as good then
 */
export async function takeFinalSnapshot(target: Target, resumed: boolean): Promise<void> {
  const database = await findDatabase(target);
  if (!database || database.DBInstanceStatus === 'deleting') return;
  const begins = `${target.environment.prefix}-${reason}-`;
  const earlier = resumed
    ? (await snapshotsOf(target)).find(
        ({ DBSnapshotIdentifier, DbiResourceId, Status }) =>
          DBSnapshotIdentifier?.startsWith(begins) &&
          DbiResourceId === database.DbiResourceId &&
          Status !== 'failed',
      )?.DBSnapshotIdentifier
    : undefined;
  if (earlier) {
    await waitForSnapshot(target, earlier);
    return;
  }
  // RDS takes no snapshot of a database that is stopped.
  await startDatabase(target);
  await takeSnapshot(target, reason);
}
