import { BudgetsClient, DescribeBudgetCommand, NotFoundException } from '@aws-sdk/client-budgets';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { call } from './called.ts';
import { type Finding, failed, ok, warning } from './checks.ts';
import { findDatabase } from './database-instance.ts';
import { domainOf, missingOf } from './domain.ts';
import { assertArchitecture } from './image.ts';
import { unsetSecrets } from './parameters.ts';
import { deployedTag, describeServices } from './services.ts';
import { findStack, stacksLeftOver } from './stacks.ts';
import { cliFlags, type Target } from './target.ts';

/** Budgets answer in this region alone. */
const billingRegion = 'us-east-1';

const shortName = ({ StackName = '' }: Stack, { environment }: Target) =>
  StackName.slice(environment.prefix.length + 1);

async function stacksOf(target: Target): Promise<{ there: Stack[]; missing: string[] }> {
  const { stacks, releaseStack } = target.environment;
  const names = [...stacks, ...(releaseStack ? ['release'] : []), 'service'];
  const found = await Promise.all(names.map((name) => findStack(target, name)));
  return {
    there: found.flatMap((stack) => stack ?? []),
    missing: names.filter((_, index) => found[index] === undefined),
  };
}

export async function stacks(target: Target): Promise<Finding> {
  const { there, missing } = await stacksOf(target);
  const { name } = target.environment;
  // Rolled back after an update is well: it is as it was before.
  const broken = there.filter(({ StackStatus = '' }) => /FAILED$|^ROLLBACK_COMPLETE$/.test(StackStatus));
  if (broken.length > 0)
    return failed({
      what: broken.map((stack) => `${shortName(stack, target)} is ${stack.StackStatus}`).join(', '),
      why: broken[0]?.StackStatusReason ?? 'A deployment failed.',
      fix: `${call} explain --env ${name}`,
    });
  const left = await stacksLeftOver(target, [...there.map((stack) => shortName(stack, target)), ...missing]);
  if (left.length > 0)
    return warning({
      what: `Not in infra/settings.json any more: ${left.join(', ')}.`,
      why: 'They run, and cost, until they are deleted.',
      fix: `aws cloudformation delete-stack --stack-name ${target.environment.prefix}-${left[0]} ${cliFlags(target.environment)}`,
    });
  if (missing.length === 0) return ok(`${there.length} are deployed`);
  return warning({
    what: `Not deployed: ${missing.join(', ')}.`,
    why: 'They come one after the other, the service last.',
    fix: `docs/runbooks/first-deploy.md (${call} stacks --env ${name})`,
  });
}

export async function drift(target: Target): Promise<Finding> {
  const { there } = await stacksOf(target);
  const drifted = there.filter(({ DriftInformation }) => DriftInformation?.StackDriftStatus === 'DRIFTED');
  const fix = `${call} drift --env ${target.environment.name}`;
  if (drifted.length > 0)
    return warning({
      what: `Somebody has changed ${drifted.map((stack) => shortName(stack, target)).join(', ')} by hand.`,
      why: `So it was when it was last looked for, on ${drifted[0]?.DriftInformation?.LastCheckTimestamp?.toISOString().slice(0, 10)}.`,
      fix,
    });
  const times = there.flatMap(({ DriftInformation }) => DriftInformation?.LastCheckTimestamp ?? []);
  const last = times.sort((a, b) => Number(b) - Number(a))[0];
  return ok(last ? `none on ${last.toISOString().slice(0, 10)}` : `never looked for (${fix})`);
}

export async function secrets(target: Target): Promise<Finding> {
  const { secretNames, name } = target.environment;
  const { missing, placeholders } = await unsetSecrets(target, secretNames);
  const unset = [...missing, ...placeholders];
  if (unset.length === 0) return ok(`${secretNames.length} are set`);
  return failed({
    what: `Not set: ${unset.join(', ')}.`,
    why: `${missing.length} do not exist, ${placeholders.length} still are placeholders. No task starts without them.`,
    fix: unset.includes('DATABASE_PASSWORD')
      ? `${call} bootstrap --env ${name}`
      : `${call} secrets set ${unset[0]} --env ${name}`,
  });
}

export async function image(target: Target): Promise<Finding> {
  const tag = await deployedTag(target);
  if (tag === undefined) return ok('nothing is in service yet');
  await assertArchitecture(target, tag);
  return ok(`${tag} is for ${target.environment.architecture}`);
}

export async function tasks(target: Target): Promise<Finding> {
  if (!(await findStack(target, 'service'))) return ok('none yet');
  const { name } = target.environment;
  const found = await describeServices(target);
  const short = found.filter(({ runningCount = 0, desiredCount = 0 }) => runningCount < desiredCount);
  if (short.length > 0)
    return failed({
      what: short
        .map((one) => `${one.serviceName}: ${one.runningCount} of ${one.desiredCount} run`)
        .join(', '),
      why: 'They are being replaced, or do not stay up.',
      fix: `${call} explain --env ${name}`,
    });
  const running = found.reduce((sum, { runningCount = 0 }) => sum + runningCount, 0);
  return ok(running === 0 ? `none (asleep; ${call} resume --env ${name})` : `${running} run`);
}

/** AWS starts a database again that has rested for a week, whether or not anybody uses it. */
export async function database(target: Target): Promise<Finding> {
  if (!target.environment.database) return ok('none');
  const status = (await findDatabase(target))?.DBInstanceStatus;
  if (status === undefined) return ok('none yet');
  const wanted = (await describeServices(target)).some(({ desiredCount = 0 }) => desiredCount > 0);
  const deployed = await findStack(target, 'service');
  if (wanted || !deployed || status !== 'available') return ok(status);
  return warning({
    what: 'It runs, and no task does.',
    why: 'AWS has started it again, as it does after seven days of rest; it costs.',
    fix: `${call} pause --env ${target.environment.name}`,
  });
}

export async function domain(target: Target): Promise<Finding> {
  const { environment } = target;
  if (!environment.domain) return ok(`none: plain HTTP${environment.container ? '' : ', behind Vercel'}`);
  const found = await domainOf(target);
  const missing = missingOf(found, environment);
  if (missing) return failed({ what: missing.message, why: missing.why, fix: missing.fix });
  return ok(`${environment.domain} is delegated, its certificate is issued`);
}

export async function budget(target: Target): Promise<Finding> {
  const { alarms, account, prefix } = target.environment;
  if (!alarms)
    return warning({
      what: 'There is no budget.',
      why: 'Nobody is told when the account gets expensive.',
      fix: 'npx generator-vibely alarms',
    });
  const client = target.client(BudgetsClient, billingRegion);
  const command = new DescribeBudgetCommand({ AccountId: account, BudgetName: prefix });
  const answer = await client.send(command).catch((error) => {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  });
  if (!answer)
    return warning({
      what: `The budget ${prefix} is not deployed.`,
      why: 'It comes with the foundation.',
      fix: `${call} stacks --env ${target.environment.name}`,
    });
  return budgetFinding(answer.Budget ?? {}, target.environment.name);
}

/** Judges what was spent, and what AWS expects for the month. */
export function budgetFinding(
  {
    BudgetLimit,
    CalculatedSpend,
  }: { BudgetLimit?: Spend; CalculatedSpend?: { ActualSpend?: Spend; ForecastedSpend?: Spend } },
  name: string,
): Finding {
  const [limit, spent, expected] = [
    BudgetLimit,
    CalculatedSpend?.ActualSpend,
    CalculatedSpend?.ForecastedSpend,
  ].map((spend) => Number(spend?.Amount ?? 0)) as [number, number, number];
  const text = `${spent.toFixed(2)} of ${limit.toFixed(0)} USD this month${expected > 0 ? `, about ${expected.toFixed(0)} by its end` : ''}`;
  if (Math.max(spent, expected) <= limit) return ok(text);
  return warning({
    what: text,
    why: 'That is more than you have set for it.',
    fix: `${call} costs --env ${name}`,
  });
}

/** An amount as AWS sends it. */
interface Spend {
  Amount?: string | undefined;
}
