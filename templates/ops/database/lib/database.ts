import type { DBInstance } from '@aws-sdk/client-rds';
import { call } from './called.ts';
import { findDatabase } from './database-instance.ts';
import { Problem } from './problem.ts';
import type { Target } from './target.ts';

/** The instance of the environment. @throws Problem where there is none */
export async function requireDatabase(target: Target): Promise<DBInstance> {
  const found = await findDatabase(target);
  if (found) return found;
  const { prefix, name } = target.environment;
  throw new Problem({
    what: `There is no database ${prefix}.`,
    why: 'RDS does not know it.',
    fix: `${call} stacks --env ${name} (docs/runbooks/first-deploy.md)`,
  });
}

/** @throws Problem where the database is not available */
export async function availableDatabase(target: Target): Promise<DBInstance> {
  const found = await requireDatabase(target);
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
