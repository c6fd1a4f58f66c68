import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { call } from './called.ts';
import { Problem } from './problem.ts';
import type { Target } from './target.ts';

/** A deployed stack by its name without the prefix; `undefined` where it was never deployed. */
export async function findStack({ environment, client }: Target, name: string): Promise<Stack | undefined> {
  const StackName = `${environment.prefix}-${name}`;
  try {
    const { Stacks } = await client(CloudFormationClient).send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0];
  } catch (error) {
    // CloudFormation has no other way to say that there is no such stack.
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message))
      return;
    throw error;
  }
}

/**
 * Stacks of an environment that its settings do not name any more, by their names without the prefix: a feature was
 * turned off, and its stack is still there. They are known by the tags that infra/ gives them.
 * @param named those that the settings name
 */
export async function stacksLeftOver(target: Target, named: readonly string[]): Promise<string[]> {
  const { app, name, prefix } = target.environment;
  const left: string[] = [];
  for await (const { Stacks = [] } of paginateDescribeStacks(
    { client: target.client(CloudFormationClient) },
    {},
  ))
    for (const { StackName = '', Tags = [] } of Stacks) {
      const has = (key: string, value: string) =>
        Tags.some(({ Key, Value }) => Key === key && Value === value);
      if (!StackName.startsWith(`${prefix}-`) || !has('app', app) || !has('environment', name)) continue;
      const short = StackName.slice(prefix.length + 1);
      // What GitHub logs in with belongs to the account, and stays.
      if (short !== 'github' && !named.includes(short)) left.push(short);
    }
  return left.sort();
}

/** @throws Problem where the stack was not deployed or has no such output */
export async function stackOutput(target: Target, stack: string, output: string): Promise<string> {
  const found = await findStack(target, stack);
  const value = found?.Outputs?.find(({ OutputKey }) => OutputKey === output)?.OutputValue;
  if (value !== undefined) return value;
  const { prefix, name: environment } = target.environment;
  const name = `${prefix}-${stack}`;
  // These two have an image, and come with a version.
  const command = stack === 'service' || stack === 'release' ? 'deploy' : 'stacks';
  throw new Problem({
    what: `The stack ${name} has no output ${output}.`,
    why: found ? `It is in the state ${found.StackStatus}.` : 'It has not been deployed yet.',
    fix: `${call} ${command} --env ${environment} (docs/runbooks/first-deploy.md)`,
  });
}
