import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { explained } from './explain-aws.ts';
import { say } from './output.ts';
import { Problem } from './problem.ts';
import { askLine } from './prompt.ts';
import { type Environment, environmentOf, readSettings, unknownAccount } from './settings.ts';

/** Options that every command takes. */
export interface TargetOptions {
  env: string;
  /** Go on without asking; for workflows. */
  yes?: boolean;
}

interface ClientConfig {
  region: string;
  profile?: string;
  maxAttempts: number;
  retryMode: string;
}

type Client<C> = new (config: ClientConfig) => C;

/** An environment in its account: what every command works on. */
export interface Target {
  readonly environment: Environment;
  /** The client of an AWS service; made once. @param region default is the environment's own */
  client<C extends object>(Class: Client<C>, region?: string): C;
}

/** An environment, to be worked on with its own profile. */
export function targetOf(environment: Environment): Target {
  return { environment, client: clientsOf(environment) };
}

/** Adaptive retries slow down by themselves when AWS says that there were too many calls. */
function clientsOf(environment: Environment): Target['client'] {
  const profile = profileOf(environment);
  const shared = { maxAttempts: 8, retryMode: 'adaptive', ...(profile && { profile }) };
  const made = new Map<unknown, Map<string, object>>();
  return <C extends object>(Class: Client<C>, region = environment.region): C => {
    const regions = made.get(Class) ?? new Map<string, object>();
    made.set(Class, regions);
    const client = regions.get(region) ?? new Class({ region, ...shared });
    regions.set(region, client);
    return client as C;
  };
}

/** The profile of the environment, unless the surroundings say who we are: a workflow has keys, a person a profile. */
function profileOf({ profile }: Pick<Environment, 'profile'>): string | undefined {
  const { AWS_PROFILE, AWS_ACCESS_KEY_ID } = process.env;
  return AWS_PROFILE || AWS_ACCESS_KEY_ID ? undefined : profile;
}

/**
 * Options of the AWS CLI that lead to the environment, for commands that a person is told to run: with the profile that
 * this process works with, which may be another than the environment's own, or none where there are keys.
 */
export function cliFlags(environment: Pick<Environment, 'region' | 'profile'>): string {
  const profile = process.env.AWS_PROFILE || profileOf(environment);
  return `--region ${environment.region}${profile ? ` --profile ${profile}` : ''}`;
}

/** Tells the CDK CLI, which is a program of its own, who we are and where. */
function prepareCdk(environment: Environment): void {
  const profile = profileOf(environment);
  if (profile) process.env.AWS_PROFILE = profile;
  process.env.AWS_REGION = environment.region;
}

/** @throws Problem as long as nobody has filled in the environment's account */
export function assertAccountKnown({ name, account }: Environment): void {
  if (account !== unknownAccount) return;
  throw new Problem({
    what: `The AWS account of ${name} is not known.`,
    why: `infra/settings.json still has ${unknownAccount} for it.`,
    fix: `Put its 12 digits at environments.${name}.account: docs/runbooks/accounts-and-bootstrap.md`,
  });
}

/** @throws Problem where the credentials are not for the environment's account */
export async function assertAccount(target: Target): Promise<void> {
  const { environment } = target;
  const { name, account, profile } = environment;
  assertAccountKnown(environment);
  const { Account } = await target.client(STSClient).send(new GetCallerIdentityCommand({}));
  if (Account === account) return;
  throw new Problem({
    what: `These credentials are for account ${Account}.`,
    why: `${name} lives in account ${account} (infra/settings.json).`,
    fix: profile ? `export AWS_PROFILE=${profile}` : 'unset AWS_PROFILE, and the keys in the environment',
  });
}

async function confirm({ name }: Environment, yes: boolean | undefined): Promise<void> {
  if (name !== 'prod' || yes) return;
  if (!process.stdin.isTTY)
    throw new Problem({
      what: 'This changes prod, and there is nobody to ask.',
      why: 'Standard input is no terminal.',
      fix: 'Run it in a terminal, or add --yes.',
    });
  const answer = await askLine('This changes prod. Go on? Type prod: ');
  if (answer === 'prod') return;
  throw new Problem({ what: 'Nothing was changed.', why: `You typed '${answer}'.`, fix: 'Run it again.' });
}

/** What a command is about to do. */
export interface Intent {
  what(environment: Environment): string;
  /** Whether it changes something: then it asks before prod. */
  changes: boolean;
}

/**
 * Does a command's work in an environment. First it makes sure that the credentials are for that account, and says
 * what will happen where.
 * @throws Problem without valid credentials, with those of another account, and for what AWS says no to
 */
export async function operate<T>(
  { env, yes }: TargetOptions,
  { what, changes }: Intent,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const environment = environmentOf(readSettings(), env);
  const target = targetOf(environment);
  prepareCdk(environment);
  try {
    await assertAccount(target);
    say(`account ${environment.account}, region ${environment.region}: ${what(environment)}`);
    if (changes) await confirm(environment, yes);
    return await work(target);
  } catch (error) {
    throw explained(error, environment);
  }
}
