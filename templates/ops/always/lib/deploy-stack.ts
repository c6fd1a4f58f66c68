import { cdk } from './program.ts';
import { prepareStack } from './stack-states.ts';
import type { Target } from './target.ts';

const quietly = ['--exclusively', '--require-approval', 'never'];

/**
 * Deploys one stack alone.
 * @param parameters of its template; CloudFormation keeps the others as they are
 */
export async function deployStack(
  target: Target,
  name: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<void> {
  await prepareStack(target, name);
  const stack = `${target.environment.prefix}-${name}`;
  const given = Object.entries(parameters).flatMap(([key, value]) => [
    '--parameters',
    `${stack}:${key}=${value}`,
  ]);
  await cdk('deploy', stack, ...quietly, ...given);
}

/** Deploys stacks one after the other, what others stand on first; all of them are written and checked once. */
export async function deployTogether(target: Target, names: readonly string[]): Promise<void> {
  for (const name of names) await prepareStack(target, name);
  await cdk('deploy', ...names.map((name) => `${target.environment.prefix}-${name}`), ...quietly);
}
