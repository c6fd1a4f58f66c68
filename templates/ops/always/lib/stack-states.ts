import {
  CancelUpdateStackCommand,
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  type Stack,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { call } from './called.ts';
import { say, step } from './output.ts';
import { Problem } from './problem.ts';
import { cdk } from './program.ts';
import { unprotectLoadBalancer } from './removal.ts';
import { findStack } from './stacks.ts';
import { cliFlags, type Target } from './target.ts';
import { waitFor } from './wait.ts';

/** Longest wait for an update that somebody else has started: a database takes that long. */
const othersSeconds = 3600;

/**
 * Brings a stack into a state from which it can be deployed. What a first deployment has left that failed is deleted
 * by the CDK CLI; an update that could be neither finished nor taken back is taken back now.
 * @throws Problem where only a person can go on
 */
export async function prepareStack(target: Target, name: string): Promise<void> {
  const stack = await rested(target, name);
  if (!stack) return;
  const { StackName = '', StackStatus = '' } = stack;
  if (StackStatus === 'ROLLBACK_COMPLETE' || StackStatus === 'ROLLBACK_FAILED') {
    say(
      `The first deployment of ${StackName} failed and left it in ${StackStatus}: that is deleted, and tried anew.`,
    );
    await unprotect(target, name, stack);
  } else if (StackStatus === 'UPDATE_ROLLBACK_FAILED') {
    say(
      `${StackName} is in ${StackStatus}: an update failed, and so did the way back. That is finished first.`,
    );
    await cdk('rollback', StackName);
  } else if (StackStatus === 'DELETE_FAILED') {
    throw new Problem({
      what: `${StackName} is half deleted.`,
      why: stack.StackStatusReason ?? 'CloudFormation does not say why.',
      fix: `Empty or remove what it names, then: aws cloudformation delete-stack --stack-name ${StackName} ${cliFlags(target.environment)}`,
    });
  }
}

/** The stack once nobody works on it. */
async function rested(target: Target, name: string): Promise<Stack | undefined> {
  let said = '';
  const look = async (): Promise<{ stack: Stack | undefined } | undefined> => {
    const stack = await findStack(target, name);
    const status = stack?.StackStatus ?? '';
    if (!status.endsWith('_IN_PROGRESS') || status === 'REVIEW_IN_PROGRESS') return { stack };
    if (status !== said) step(`waiting for ${stack?.StackName}: ${status}`);
    said = status;
    return undefined;
  };
  const late = () =>
    new Problem({
      what: `${target.environment.prefix}-${name} has been ${said} for an hour.`,
      why: 'Somebody else deploys, or something in it does not get ready.',
      fix: `${call} explain --env ${target.environment.name}`,
    });
  return (await waitFor(look, othersSeconds, late)).stack;
}

/** A stack that was never whole has nothing worth protecting; protected, it could not even be rolled back. */
async function unprotect(target: Target, name: string, stack: Stack): Promise<void> {
  if (target.environment.protected && name === 'service') await unprotectLoadBalancer(target);
  if (!stack.EnableTerminationProtection) return;
  await target.client(CloudFormationClient).send(
    new UpdateTerminationProtectionCommand({
      StackName: stack.StackName,
      EnableTerminationProtection: false,
    }),
  );
}

/**
 * Ends a deployment of the service that does not get anywhere: an update goes back to the version before, a first
 * deployment is removed. Whatever that fails with is only said: CloudFormation gives up by itself, only later.
 */
export async function giveUp(target: Target): Promise<void> {
  const cloudformation = target.client(CloudFormationClient);
  try {
    const stack = await findStack(target, 'service');
    const { StackName, StackStatus } = stack ?? {};
    if (StackStatus === 'UPDATE_IN_PROGRESS') {
      await cloudformation.send(new CancelUpdateStackCommand({ StackName }));
    } else if (stack && StackStatus === 'CREATE_IN_PROGRESS') {
      await unprotect(target, 'service', stack);
      await cloudformation.send(new DeleteStackCommand({ StackName }));
    }
  } catch (error) {
    step(`CloudFormation will go back by itself; it did not let us speed it up: ${(error as Error).message}`);
  }
}

/** Reasons that only say that something else has failed. */
const echoes = /cancelled$|^The following resource\(s\) failed/;

/** What CloudFormation could not do, newest first: name of the resource and reason. */
export async function failuresOf(
  { environment, client }: Target,
  name: string,
  since = new Date(0),
): Promise<string[]> {
  const { StackEvents = [] } = await client(CloudFormationClient).send(
    new DescribeStackEventsCommand({ StackName: `${environment.prefix}-${name}` }),
  );
  return StackEvents.filter(
    ({ ResourceStatus = '', ResourceStatusReason = '', Timestamp }) =>
      ResourceStatus.endsWith('_FAILED') &&
      ResourceStatusReason !== '' &&
      !echoes.test(ResourceStatusReason.trim()) &&
      (Timestamp ?? since) >= since,
  ).map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`);
}
