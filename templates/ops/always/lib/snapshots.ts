import {
  CreateDBSnapshotCommand,
  type DBSnapshot,
  DescribeDBSnapshotsCommand,
  RDSClient,
  type Tag,
} from '@aws-sdk/client-rds';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import { cliFlags, type Target } from './target.ts';
import { timestamp } from './timestamp.ts';
import { waitFor } from './wait.ts';

/** Longest wait for a snapshot: the first one of an instance copies all of its storage. */
const patienceSeconds = 7200;

/** The snapshots of an environment's database that somebody made, and that stay until somebody deletes them. */
export async function snapshotsOf({ environment, client }: Target): Promise<DBSnapshot[]> {
  const { DBSnapshots = [] } = await client(RDSClient).send(
    new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: environment.prefix, SnapshotType: 'manual' }),
  );
  return DBSnapshots;
}

/**
 * Takes a snapshot and waits for it.
 * @param reason part of its name
 * @returns its name
 * @throws Problem where it fails, or takes too long
 */
export async function takeSnapshot(target: Target, reason: string, Tags: Tag[] = []): Promise<string> {
  const { prefix: DBInstanceIdentifier } = target.environment;
  const DBSnapshotIdentifier = `${DBInstanceIdentifier}-${reason}-${timestamp()}`;
  await target
    .client(RDSClient)
    .send(new CreateDBSnapshotCommand({ DBInstanceIdentifier, DBSnapshotIdentifier, Tags }));
  await waitForSnapshot(target, DBSnapshotIdentifier);
  return DBSnapshotIdentifier;
}

/** Waits until a snapshot can be used. @throws Problem where it fails, or takes too long */
export async function waitForSnapshot(target: Target, name: string): Promise<void> {
  step(`snapshot ${name}`);
  let said = '';
  const look = async () => {
    const found = (await snapshotsOf(target)).find((snapshot) => snapshot.DBSnapshotIdentifier === name);
    if (found?.Status === 'available') return true;
    if (found?.Status === 'failed') throw failed(name);
    const progress = `${found?.Status ?? 'not begun'}, ${found?.PercentProgress ?? 0} %`;
    if (progress !== said) step(`snapshot: ${progress}`);
    said = progress;
    return undefined;
  };
  const late = () =>
    new Problem({
      what: `The snapshot ${name} is not ready after ${patienceSeconds / 3600} hours.`,
      why: `It is ${said}; AWS goes on.`,
      fix: `aws rds wait db-snapshot-available --db-snapshot-identifier ${name} ${cliFlags(target.environment)}; then the same command again, with --no-snapshot`,
    });
  await waitFor(look, patienceSeconds, late);
}

function failed(name: string): Problem {
  return new Problem({
    what: `The snapshot ${name} failed.`,
    why: 'RDS does not say why.',
    fix: 'Run the same command again, or give it up with --no-snapshot.',
  });
}
