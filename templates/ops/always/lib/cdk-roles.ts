import { GetRoleCommand, IAMClient, NoSuchEntityException } from '@aws-sdk/client-iam';
import { call } from './called.ts';
import type { Environment } from './settings.ts';
import type { Target } from './target.ts';

/** Roles that `cdk bootstrap` makes, by the middle of their names. */
export const kinds = ['deploy', 'file-publishing', 'image-publishing', 'lookup', 'cfn-exec'];

/** What a role lets in, decoded; `undefined` where there is no such role. */
export async function trustOf({ client }: Target, RoleName: string): Promise<string | undefined> {
  try {
    const { Role } = await client(IAMClient).send(new GetRoleCommand({ RoleName }));
    return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw error;
  }
}

/** The kinds of which there is none. */
export async function missingRoles(target: Target): Promise<string[]> {
  const { account, region } = target.environment;
  const found = await Promise.all(
    kinds.map((kind) => trustOf(target, `cdk-hnb659fds-${kind}-role-${account}-${region}`)),
  );
  return kinds.filter((_, index) => found[index] === undefined);
}

/** What to do where the stack of the bootstrap is there and its roles are not. */
export function lostRoles({ account, region, name }: Environment, missing: readonly string[]) {
  return {
    what: `Roles of CDK are missing: ${missing.join(', ')}.`,
    why: 'Somebody has deleted them, and the stack CDKToolkit does not know.',
    fix: `Empty and delete the bucket cdk-hnb659fds-assets-${account}-${region}, delete the stack CDKToolkit, then: ${call} bootstrap --env ${name}`,
  };
}
