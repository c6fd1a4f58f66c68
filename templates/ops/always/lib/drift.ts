import { call } from './called.ts';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import { cdkFinds } from './program.ts';
import { findStack } from './stacks.ts';
import { operate, type Target, type TargetOptions } from './target.ts';

/** What the CDK CLI prints where it has found a difference; without that it could not look. */
const found = /Number of (stacks with differences|resources with drift): [1-9]/;

/** Compares what runs in AWS with what this repo says, and with what CloudFormation has made. Reads no secret. */
export async function drift(options: TargetOptions): Promise<void> {
  const what = ({ prefix }: { prefix: string }) => `looks for differences in ${prefix}`;
  await operate(options, { what, changes: false }, async (target) => {
    const { prefix, name } = target.environment;
    await assertDeployed(target);
    step('between this commit and the deployed stacks');
    const undeployed = await cdkFinds(found, 'diff', `${prefix}-*`, '--method', 'template', '--fail');
    step('between the deployed stacks and what is really there');
    const changed = await cdkFinds(found, 'drift', `${prefix}-*`, '--fail');
    if (undeployed || changed)
      throw new Problem({
        what: `${prefix} is not what this commit says.`,
        why: `${[undeployed && 'This commit was not deployed, or not all of it.', changed && 'Somebody has changed it by hand.'].filter(Boolean).join(' ')} What differs is above.`,
        fix: `Bring it back: ${call} stacks --env ${name} and deploy; or take the change over into infra/.`,
      });
    step('no difference');
  });
}

/** @throws Problem where there is nothing yet that could be compared */
async function assertDeployed(target: Target): Promise<void> {
  const { stacks, prefix, name } = target.environment;
  for (const stack of [...stacks, 'service']) if (await findStack(target, stack)) return;
  throw new Problem({
    what: `Nothing of ${prefix} is deployed.`,
    why: `There is no stack of it in account ${target.environment.account}.`,
    fix: `${call} stacks --env ${name}, then deploy (docs/runbooks/first-deploy.md)`,
  });
}
