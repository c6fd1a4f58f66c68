import { ModifyDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { call } from './called.ts';
import { availableDatabase, requireDatabase } from './database.ts';
import { step } from './output.ts';
import { putSecret, readSecrets } from './parameters.ts';
import { randomPassword } from './password.ts';
import { Problem } from './problem.ts';
import { restartServices } from './restart.ts';
import { deployedTag } from './services.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { waitFor } from './wait.ts';

const name = 'DATABASE_PASSWORD';

/** Seconds that RDS may take to change it. */
const changeSeconds = 900;

/** Gives the database a new password, and the tasks with it. */
export async function rotatePassword(options: TargetOptions): Promise<void> {
  const what = ({ prefix }: { prefix: string }) =>
    `changes the password of the database of ${prefix}, and replaces the tasks`;
  await operate(options, { what, changes: true }, async (target) => {
    await availableDatabase(target);
    await changePassword(target, randomPassword());
    step('the database and the Parameter Store have the new password');
    if ((await deployedTag(target)) !== undefined) await restartServices(target);
  });
}

/** The Parameter Store first: a password that only the database knew would be lost. */
async function changePassword(target: Target, password: string): Promise<void> {
  const before = (await readSecrets(target, [name])).get(name);
  await putSecret(target, name, password);
  try {
    await target.client(RDSClient).send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: target.environment.prefix,
        MasterUserPassword: password,
        ApplyImmediately: true,
      }),
    );
  } catch (error) {
    if (before !== undefined) await putSecret(target, name, before);
    throw error;
  }
  await waitFor(
    async () => {
      const { DBInstanceStatus, PendingModifiedValues } = await requireDatabase(target);
      return (DBInstanceStatus === 'available' && !PendingModifiedValues?.MasterUserPassword) || undefined;
    },
    changeSeconds,
    () =>
      new Problem({
        what: 'RDS has not changed the password yet.',
        why: `It takes longer than ${changeSeconds / 60} minutes. The Parameter Store has the new one.`,
        fix: `Run it again: ${call} db rotate-password --env ${target.environment.name}`,
      }),
  );
}
