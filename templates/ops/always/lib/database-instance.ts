import {
  type DBInstance,
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  RDSClient,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import type { Target } from './target.ts';
import { waitFor } from './wait.ts';

/** Longest wait for the database to start or stop: mostly five minutes, sometimes twenty. */
const patienceSeconds = 2400;

/** The database of an environment; `undefined` where there is none. */
export async function findDatabase({ environment, client }: Target): Promise<DBInstance | undefined> {
  const DBInstanceIdentifier = environment.prefix;
  try {
    const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier });
    return (await client(RDSClient).send(command)).DBInstances?.[0];
  } catch (error) {
    if (error instanceof DBInstanceNotFoundFault) return undefined;
    throw error;
  }
}

/** Waits until the database is in one of these states, telling each that it passes. */
async function databaseIs(target: Target, ...wanted: string[]): Promise<DBInstance> {
  let said = '';
  const look = async () => {
    const database = await findDatabase(target);
    const status = database?.DBInstanceStatus ?? 'gone';
    if (database && wanted.includes(status)) return database;
    if (status !== said) step(`database: ${status}`);
    said = status;
    return undefined;
  };
  const late = () =>
    new Problem({
      what: `The database ${target.environment.prefix} is not ${wanted[0]} yet: ${said}.`,
      why: `AWS has taken more than ${patienceSeconds / 60} minutes.`,
      fix: 'Run the same command again; it goes on.',
    });
  return waitFor(look, patienceSeconds, late);
}

/** Stops the database where it runs; the data stays. Does not wait for the end. */
export async function stopDatabase(target: Target): Promise<void> {
  const DBInstanceIdentifier = target.environment.prefix;
  const { DBInstanceStatus } = await databaseIs(target, 'available', 'stopped', 'stopping');
  if (DBInstanceStatus !== 'available') {
    step(`database: ${DBInstanceStatus} already`);
    return;
  }
  await target.client(RDSClient).send(new StopDBInstanceCommand({ DBInstanceIdentifier }));
  step('database: stopping');
}

/** Starts the database where it rests, and waits until it answers. */
export async function startDatabase(target: Target): Promise<void> {
  const DBInstanceIdentifier = target.environment.prefix;
  // One that is about to stop can only be started once it has.
  const { DBInstanceStatus } = await databaseIs(target, 'available', 'stopped', 'starting');
  if (DBInstanceStatus === 'stopped')
    await target.client(RDSClient).send(new StartDBInstanceCommand({ DBInstanceIdentifier }));
  await databaseIs(target, 'available');
  step('database: available');
}
