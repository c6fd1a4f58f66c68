import { CloudFormationClient, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { call } from './called.ts';
import { imageTag } from './git.ts';
import { assertArchitecture, requireImage } from './image.ts';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import { assertSecrets } from './required-secrets.ts';
import { rollOut } from './rollout.ts';
import { untilTasksRun } from './scaling.ts';
import { requireDeployedTag } from './services.ts';
import { smoke } from './smoke.ts';
import { prepareStack } from './stack-states.ts';
import { findStack } from './stacks.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { versionBefore } from './versions.ts';
import { waitFor } from './wait.ts';
import { wakeForDeployment } from './wake.ts';

/** Seconds; CloudFormation itself waits three hours for a service, and `rollOut` gives up long before. */
const timeoutSeconds = 3600;

export interface RollbackOptions extends TargetOptions {
  /** Default: the version that served before the one in service. */
  tag?: string;
  /** How long a stream is held at the end, in seconds; default as `smoke` has it. */
  hold?: number;
}

/** Puts an older image back into service. Only the image changes: infrastructure and schema stay as they are. */
export async function rollback(options: RollbackOptions): Promise<void> {
  const what = ({ prefix }: { prefix: string }) =>
    `puts ${options.tag ?? 'the version before'} back into service in ${prefix}`;
  await operate(options, { what, changes: true }, async (target) => {
    const now = await requireDeployedTag(target);
    const tag = options.tag ? await imageTag(options.tag) : await versionBefore(target, now);
    step(`from ${now} to ${tag}`);
    await requireImage(target, tag);
    await assertArchitecture(target, tag);
    await assertSecrets(target);
    await prepareStack(target, 'service');
    const woken = await wakeForDeployment(target);
    await rollOut(target, tag, () => exchangeImage(target, tag));
    if (woken) await untilTasksRun(target);
    await smoke(target, { tag, hold: options.hold });
  });
}

/** With the template that is deployed, so that what lies in the working tree does not matter. */
async function exchangeImage(target: Target, tag: string): Promise<void> {
  const { Parameters = [], StackName } = (await findStack(target, 'service')) ?? {};
  const command = new UpdateStackCommand({
    StackName,
    UsePreviousTemplate: true,
    Capabilities: ['CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    Parameters: Parameters.map(({ ParameterKey }) =>
      ParameterKey === 'ImageTag'
        ? { ParameterKey, ParameterValue: tag }
        : { ParameterKey, UsePreviousValue: true },
    ),
  });
  try {
    await target.client(CloudFormationClient).send(command);
  } catch (error) {
    // CloudFormation has no other way to say that the stack has that image already.
    if (error instanceof Error && /No updates are to be performed/.test(error.message)) return;
    throw error;
  }
  await waitForUpdate(target);
}

async function waitForUpdate(target: Target): Promise<void> {
  const look = async () => {
    const status = (await findStack(target, 'service'))?.StackStatus ?? '';
    return status.endsWith('_IN_PROGRESS') && status !== 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
      ? undefined
      : status;
  };
  const late = () =>
    new Problem({
      what: 'CloudFormation is still at it after an hour.',
      why: 'Something in the stack does not get ready.',
      fix: `${call} explain --env ${target.environment.name}`,
    });
  const status = await waitFor(look, timeoutSeconds, late);
  if (!status.startsWith('UPDATE_COMPLETE')) throw new Error(`The stack is in ${status}.`);
}
