import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { lostRoles, missingRoles } from './cdk-roles.ts';
import { deployStack } from './deploy-stack.ts';
import { prepareGithub } from './github.ts';
import { step } from './output.ts';
import { parameterName, putNewSecret } from './parameters.ts';
import { randomPassword } from './password.ts';
import { Problem } from './problem.ts';
import { cdkBootstrap } from './program.ts';
import { assertSecrets } from './required-secrets.ts';
import type { Environment } from './settings.ts';
import { failuresOf } from './stack-states.ts';
import { operate, type Target, type TargetOptions } from './target.ts';

/** Of the bootstrap stack: `cdk rollback`, which ends an update that failed, takes this one. Newer CLIs only add to it. */
export const oldestVersion = 23;

/** Prepares an account, once; what is there already is left alone. */
export async function bootstrap(options: TargetOptions): Promise<void> {
  const what = ({ account, github, database }: Environment) =>
    [
      `prepares account ${account} for CDK`,
      database && 'makes the password of the database if there is none',
      github && `lets the workflows of ${github} in`,
    ]
      .filter(Boolean)
      .join(', ');
  await operate(options, { what, changes: true }, async (target) => {
    await bootstrapCdk(target);
    await makePassword(target);
    await letGithubIn(target);
  });
}

async function bootstrapCdk(target: Target): Promise<void> {
  const version = await bootstrapVersion(target);
  if (version >= oldestVersion) {
    await assertRoles(target, version);
    return;
  }
  await cdkBootstrap(target.environment);
}

/**
 * CloudFormation believes that what its stack has made is there, and would make nothing anew.
 * @throws Problem where somebody has deleted roles of it
 */
async function assertRoles(target: Target, version: number): Promise<void> {
  const missing = await missingRoles(target);
  if (missing.length > 0) throw new Problem(lostRoles(target.environment, missing));
  step(`CDK is bootstrapped (version ${version})`);
}

/** 0 where the account was never bootstrapped. */
export async function bootstrapVersion({ client }: Target): Promise<number> {
  try {
    const command = new GetParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version' });
    return Number((await client(SSMClient).send(command)).Parameter?.Value ?? 0);
  } catch (error) {
    if (error instanceof ParameterNotFound) return 0;
    throw error;
  }
}

/** Never over one that is there: the database would go on with the old password. */
export async function makePassword(target: Target): Promise<void> {
  const { environment } = target;
  if (!environment.database) return;
  const path = parameterName(environment, 'DATABASE_PASSWORD');
  if (await putNewSecret(target, 'DATABASE_PASSWORD', randomPassword())) step(`made ${path}`);
  else {
    await assertSecrets(target, ['DATABASE_PASSWORD']);
    step(`${path} exists and stays as it is`);
  }
}

async function letGithubIn(target: Target): Promise<void> {
  const { github } = target.environment;
  if (!github) {
    step('GitHub: settings.json names no repository; docs/runbooks/first-deploy.md says how');
    return;
  }
  await deployAccess(target);
  await prepareGithub(target.environment, github);
}

async function deployAccess(target: Target): Promise<void> {
  try {
    await deployStack(target, 'github');
  } catch (error) {
    const reasons = await failuresOf(target, 'github').catch(() => []);
    if (!reasons.some((reason) => /already exists/i.test(reason))) throw error;
    throw new Problem({
      what: 'The account has what GitHub logs in with already.',
      why: `IAM has one provider for each account, and another repo has made it. ${reasons[0]}`,
      fix: `Set githubOidcProvider of ${target.environment.name} to "import" in infra/settings.json, and run this again.`,
    });
  }
}
