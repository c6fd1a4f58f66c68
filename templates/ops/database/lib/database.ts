import {
  CreateDBSnapshotCommand,
  type DBInstance,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { call } from './called.ts';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import type { Target } from './target.ts';
import { cliFlags } from './tasks.ts';
import { waitFor } from './wait.ts';

/** Seconds that a snapshot may take; the first one of an instance copies all of its storage. */
const snapshotSeconds = 7200;

/** The instance of the environment. @throws Problem where it was never deployed */
export async function describeDatabase({ client, environment }: Target): Promise<DBInstance> {
  const { prefix, name } = environment;
  try {
    const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: prefix });
    const { DBInstances } = await client(RDSClient).send(command);
    if (DBInstances?.[0]) return DBInstances[0];
  } catch (error) {
    if (!(error instanceof Error && /DBInstanceNotFound/.test(error.name))) throw error;
  }
  throw new Problem({
    what: `There is no database ${prefix}.`,
    why: 'RDS does not know it.',
    fix: `${call} stacks --env ${name} (docs/runbooks/first-deploy.md)`,
  });
}

/** @throws Problem where the database is not available */
export async function availableDatabase(target: Target): Promise<DBInstance> {
  const found = await describeDatabase(target);
  if (found.DBInstanceStatus === 'available') return found;
  const { prefix, name } = target.environment;
  throw new Problem({
    what: `The database ${prefix} is ${found.DBInstanceStatus}.`,
    why: 'Only one that is available answers.',
    fix:
      found.DBInstanceStatus === 'stopped'
        ? `${call} resume --env ${name}`
        : 'Wait until RDS is done with it, and run the same command again.',
  });
}

/**
 * Takes a snapshot and waits for it.
 * @param reason part of its name
 * @returns its name
 */
export async function takeSnapshot(target: Target, reason: string): Promise<string> {
  const { client, environment } = target;
  const DBSnapshotIdentifier = `${environment.prefix}-${reason}-${timestamp()}`;
  step(`snapshot ${DBSnapshotIdentifier}`);
  await client(RDSClient).send(
    new CreateDBSnapshotCommand({ DBInstanceIdentifier: environment.prefix, DBSnapshotIdentifier }),
  );
  await waitFor(
    async () => {
      const command = new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier });
      const [snapshot] = (await client(RDSClient).send(command)).DBSnapshots ?? [];
      return snapshot?.Status === 'available' || undefined;
    },
    snapshotSeconds,
    () =>
      new Problem({
        what: `The snapshot ${DBSnapshotIdentifier} is not done yet.`,
        why: `It takes longer than ${snapshotSeconds / 3600} hours. Nothing was changed.`,
        fix: `aws rds wait db-snapshot-available --db-snapshot-identifier ${DBSnapshotIdentifier} ${cliFlags(environment)}; then again, with --no-snapshot`,
      }),
  );
  return DBSnapshotIdentifier;
}

/** For names: `20261122-201530`, in UTC. */
export function timestamp(now = new Date()): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
