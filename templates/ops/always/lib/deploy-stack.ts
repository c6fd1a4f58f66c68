import { cdk } from './program.ts';
import { prepareStack } from './stack-states.ts';
import type { Target } from './target.ts';

const quietly = ['--exclusively', '--require-approval', 'never'];

/** Deploys one stack alone. Without a tag CloudFormation keeps the ImageTag that it has. */
export async function deployStack(target: Target, name: string, tag?: string): Promise<void> {
  await prepareStack(target, name);
  const stack = `${target.environment.prefix}-${name}`;
  const parameters = tag === undefined ? [] : ['--parameters', `${stack}:ImageTag=${tag}`];
  await cdk('deploy', stack, ...quietly, ...parameters);
}

/** Deploys stacks one after the other, what others stand on first; all of them are written and checked once. */
export async function deployTogether(target: Target, names: readonly string[]): Promise<void> {
  for (const name of names) await prepareStack(target, name);
  await cdk('deploy', ...names.map((name) => `${target.environment.prefix}-${name}`), ...quietly);
}
