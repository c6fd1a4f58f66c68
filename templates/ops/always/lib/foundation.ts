import { call } from './called.ts';
import { deployTogether } from './deploy-stack.ts';
import { assertCommitted } from './git.ts';
import { step } from './output.ts';
import { assertSecrets } from './required-secrets.ts';
import type { Environment } from './settings.ts';
import { operate, type Target, type TargetOptions } from './target.ts';

/** Deploys the stacks that the service stands on, in their order. */
export async function deployStacks(options: TargetOptions): Promise<void> {
  const what = ({ stacks, prefix }: Environment) => `deploys the stacks ${stacks.join(', ')} of ${prefix}`;
  await operate(options, { what, changes: true }, foundation);
}

async function foundation(target: Target): Promise<void> {
  const { stacks, name } = target.environment;
  await assertCommitted(target.environment);
  // CloudFormation reads the password while it makes the database.
  if (stacks.includes('data')) await assertSecrets(target, ['DATABASE_PASSWORD']);
  if (stacks.includes('dns'))
    step(`a new certificate waits for DNS: ${call} dns --env ${name} says for what`);
  await deployTogether(target, stacks);
}
