import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './called.ts';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import { deployedTag, describeServices, runningTag } from './services.ts';
import { failuresOf, giveUp } from './stack-states.ts';
import { findStack } from './stacks.ts';
import type { Target } from './target.ts';
import { pollSeconds, waitFor } from './wait.ts';
import { type Progress, watchServices } from './watch.ts';

/** Tasks that may die before a deployment is given up; ECS itself also counts to three at least. */
const attempts = 3;

/** Seconds that the services may take to come to rest, once CloudFormation is done. */
const settleSeconds = 1200;

/**
 * Puts an image into service and waits until ECS has finished with it, telling meanwhile what happens.
 * @param update changes the service stack
 * @throws Problem where the image is not what runs in the end, with the reason
 */
export async function rollOut(target: Target, tag: string, update: () => Promise<void>): Promise<void> {
  const before = await deployedTag(target);
  // The clock of this machine may be a minute off.
  const since = new Date(Date.now() - 60_000);
  const look = await watchServices(target);
  const { progress, error } = await accompany(target, look, update());
  if (error === undefined) {
    await settle(target, tag, look);
    return;
  }
  throw await explainedFailure(target, { tag, before, since, progress, error });
}

/** Looks again and again while CloudFormation works, and ends what leads nowhere. */
async function accompany(
  target: Target,
  look: () => Promise<Progress>,
  update: Promise<void>,
): Promise<{ progress: Progress; error: unknown }> {
  let done = false;
  let error: unknown;
  const ended = update
    .catch((reason) => {
      error = reason ?? new Error('It failed without a reason.');
    })
    .finally(() => {
      done = true;
    });
  let gaveUp = false;
  let blind = '';
  let progress: Progress = { failures: 0, cause: undefined, state: 'going' };
  while (!done) {
    await Promise.race([ended, sleep(pollSeconds * 1000)]);
    progress = await look().catch((error: Error) => {
      // Not worth breaking off for; whoever waits at the end will meet it again.
      if (error.message !== blind) step(`cannot look at the services: ${error.message}`);
      blind = error.message;
      return progress;
    });
    if (progress.failures < attempts || gaveUp || done) continue;
    gaveUp = true;
    step(`${progress.failures} tasks have died: this deployment is given up`);
    await giveUp(target);
  }
  return { progress, error };
}

/** Waits until every service is at rest, and makes sure that it is with this image. */
export async function settle(target: Target, tag: string, look: () => Promise<Progress>): Promise<void> {
  const { name } = target.environment;
  const atRest = async () => {
    const progress = await look();
    return progress.state === 'going' && progress.failures < attempts ? undefined : progress;
  };
  const late = () =>
    new Problem({
      what: `The services have not come to rest within ${settleSeconds / 60} minutes.`,
      why: 'ECS is still replacing tasks; it goes on.',
      fix: `${call} status --env ${name}`,
    });
  const { state, cause, failures } = await waitFor(atRest, settleSeconds, late);
  if (state === 'going')
    throw new Problem({
      what: `${failures} new tasks have died; the old ones go on serving.`,
      why: cause?.why ?? 'ECS does not say why.',
      fix: cause?.fix ?? `${call} explain --env ${name}`,
    });
  const other = state === 'failed' ? 'the image before' : await otherTag(target, tag);
  if (other === undefined) return;
  throw new Problem({
    what: `ECS went back to ${other}; ${tag} is not running.`,
    why: cause?.why ?? 'Its tasks did not stay up.',
    fix: cause?.fix ?? `${call} explain --env ${name}`,
  });
}

/** After a roll-back a deployment is complete, too: with the old image. */
async function otherTag(target: Target, tag: string): Promise<string | undefined> {
  for (const service of await describeServices(target)) {
    const running = await runningTag(target, service);
    if (running !== tag) return running ?? 'nothing';
  }
  return undefined;
}

/** What AWS says often ends without a full stop. */
function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

interface Failure {
  readonly tag: string;
  readonly before: string | undefined;
  readonly since: Date;
  readonly progress: Progress;
  readonly error: unknown;
}

/** With what tasks and CloudFormation have said; where they have said nothing, it failed before. */
async function explainedFailure(target: Target, failure: Failure): Promise<unknown> {
  const { tag, before, since, progress, error } = failure;
  const { prefix, name } = target.environment;
  const stack = await findStack(target, 'service');
  const reasons = stack ? await failuresOf(target, 'service', since) : [];
  for (const reason of reasons.slice(0, 3)) step(reason);
  const { cause } = progress;
  if (!cause && reasons.length === 0 && error instanceof Problem) return error;
  const status = stack?.StackStatus;
  const serving =
    before === undefined
      ? 'Nothing is in service yet, and nothing is left half-done: run it again once that is mended.'
      : `${before} goes on serving${status === 'UPDATE_ROLLBACK_COMPLETE' ? ': CloudFormation went back to it' : ''}.`;
  const said = error instanceof Error ? error.message : String(error);
  return new Problem({
    what: `${tag} is not in service in ${prefix}.`,
    why: `${sentence(cause?.why ?? reasons.at(-1) ?? said)} ${serving}`,
    fix: cause?.fix ?? `${call} explain --env ${name} (docs/runbooks/when-something-is-wrong.md)`,
  });
}
