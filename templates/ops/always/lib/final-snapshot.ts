import {
  CreateDBSnapshotCommand,
  type DBSnapshot,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { findDatabase, startDatabase } from './database-instance.ts';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import type { Target } from './target.ts';
import { waitFor } from './wait.ts';

/** Longest wait for a snapshot: an hour covers some hundred gigabytes. */
const patienceSeconds = 3600;

/** The snapshots of an environment's database that somebody made, and that stay until somebody deletes them. */
export async function snapshotsOf({ environment, client }: Target): Promise<DBSnapshot[]> {
  const { DBSnapshots = [] } = await client(RDSClient).send(
    new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: environment.prefix, SnapshotType: 'manual' }),
  );
  return DBSnapshots;
}

/**
 * Takes a last snapshot of the database and waits for it.
 * @param resumed whether nobody can have written since an earlier try, whose snapshot is as good then
 * @returns its name; `undefined` where there is no database any more
 */
export async function takeFinalSnapshot(target: Target, resumed: boolean): Promise<string | undefined> {
  const database = await findDatabase(target);
  if (!database || database.DBInstanceStatus === 'deleting') return undefined;
  const { prefix } = target.environment;
  const earlier = resumed
    ? (await snapshotsOf(target)).find(
        ({ DBSnapshotIdentifier, DbiResourceId, Status }) =>
          DBSnapshotIdentifier?.startsWith(`${prefix}-final-`) &&
          DbiResourceId === database.DbiResourceId &&
          Status !== 'failed',
      )
    : undefined;
  const name = earlier?.DBSnapshotIdentifier ?? `${prefix}-final-${stamp(new Date())}`;
  if (!earlier) {
    // RDS takes no snapshot of a database that is stopped.
    await startDatabase(target);
    const command = new CreateDBSnapshotCommand({
      DBInstanceIdentifier: prefix,
      DBSnapshotIdentifier: name,
    });
    await target.client(RDSClient).send(command);
  }
  await waitForSnapshot(target, name);
  return name;
}

/** `202611221030`: RDS allows no colon in a name. */
function stamp(date: Date): string {
  return date.toISOString().replace(/\D/g, '').slice(0, 12);
}

async function waitForSnapshot(target: Target, name: string): Promise<void> {
  step(`snapshot ${name}`);
  let said = '';
  const look = async () => {
    const found = (await snapshotsOf(target)).find((snapshot) => snapshot.DBSnapshotIdentifier === name);
    if (found?.Status === 'available') return true;
    if (found?.Status === 'failed')
      throw new Problem({
        what: `The snapshot ${name} failed.`,
        why: 'RDS does not say why.',
        fix: 'Run the same command again, or give it up with --no-snapshot.',
      });
    const progress = `${found?.Status ?? 'not begun'}, ${found?.PercentProgress ?? 0} %`;
    if (progress !== said) step(`snapshot: ${progress}`);
    said = progress;
    return undefined;
  };
  const late = () =>
    new Problem({
      what: `The snapshot ${name} is not ready after ${patienceSeconds / 60} minutes.`,
      why: `It is ${said}; AWS goes on.`,
      fix: 'Run the same command again; it goes on.',
    });
  await waitFor(look, patienceSeconds, late);
}
