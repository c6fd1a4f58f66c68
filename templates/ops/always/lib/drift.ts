import { call } from './called.ts';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import { cdk } from './program.ts';
import { operate, type TargetOptions } from './target.ts';

/** Compares what runs in AWS with what this repo says, and with what CloudFormation has made. Reads no secret. */
export async function drift(options: TargetOptions): Promise<void> {
  const what = ({ prefix }: { prefix: string }) => `looks for differences in ${prefix}`;
  await operate(options, { what, changes: false }, async ({ environment: { prefix, name } }) => {
    step('between this commit and the deployed stacks');
    const undeployed = await differs('diff', `${prefix}-*`, '--method', 'template', '--fail');
    step('between the deployed stacks and what is really there');
    const changed = await differs('drift', `${prefix}-*`, '--fail');
    if (undeployed || changed)
      throw new Problem({
        what: `${prefix} is not what this commit says.`,
        why: 'Somebody has changed it by hand, or a deployment is missing. What differs is above.',
        fix: `Bring it back: ${call} stacks --env ${name} and deploy; or take the change over into infra/.`,
      });
    step('no difference');
  });
}

/** The CDK CLI ends with 1 where it finds a difference, and where it cannot look: what it prints says which. */
async function differs(...args: string[]): Promise<boolean> {
  try {
    await cdk(...args);
    return false;
  } catch (error) {
    if (error instanceof Problem && error.exitCode === 1) return true;
    throw error;
  }
}
