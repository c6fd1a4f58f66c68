import { cdk } from './program.ts';
import { prepareStack } from './stack-states.ts';
import type { Target } from './target.ts';

/** Deploys one stack alone. Without a tag CloudFormation keeps the ImageTag that it has. */
export async function deployStack(target: Target, name: string, tag?: string): Promise<void> {
  await prepareStack(target, name);
  const stack = `${target.environment.prefix}-${name}`;
  const parameters = tag === undefined ? [] : ['--parameters', `${stack}:ImageTag=${tag}`];
  await cdk('deploy', stack, '--exclusively', '--require-approval', 'never', ...parameters);
}
