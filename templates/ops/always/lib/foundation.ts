import { deployStack } from './stacks.ts';
import { operate, type TargetOptions } from './target.ts';

/** Deploys the stacks that the service stands on, in their order. */
export async function deployStacks(options: TargetOptions): Promise<void> {
  const what = ({ stacks, prefix }: { stacks: readonly string[]; prefix: string }) =>
    `deploys the stacks ${stacks.join(', ')} of ${prefix}`;
  await operate(options, { what, changes: true }, async (target) => {
    for (const stack of target.environment.stacks) await deployStack(target, stack);
  });
}
