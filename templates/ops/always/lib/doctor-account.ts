import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { bootstrapVersion, oldestVersion } from './bootstrap.ts';
import { call } from './called.ts';
import { kinds, lostRoles, missingRoles, trustOf } from './cdk-roles.ts';
import { type Finding, failed, ok, warning } from './checks.ts';
import { idsOf, subjectsOf } from './doctor-github.ts';
import { findStack, stackOutput } from './stacks.ts';
import { cliFlags, type Target } from './target.ts';

/** Fargate On-Demand vCPU resource count. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const vcpuQuota = 'L-3032A538';

/** Addresses that a load balancer needs free in each subnet before it can grow. */
const addressesOfBalancer = 8;

export async function bootstrapped(target: Target): Promise<Finding> {
  const version = await bootstrapVersion(target);
  if (version >= oldestVersion) return ok(`version ${version}`);
  return failed({
    what: version === 0 ? 'CDK is not bootstrapped here.' : `The bootstrap stack is version ${version}.`,
    why: `Deploying takes version ${oldestVersion} or newer.`,
    fix: `${call} bootstrap --env ${target.environment.name}`,
  });
}

export async function roles(target: Target): Promise<Finding> {
  const missing = await missingRoles(target);
  if (missing.length === 0) return ok(`the ${kinds.length} of CDK are there`);
  if ((await bootstrapVersion(target)) > 0) return failed(lostRoles(target.environment, missing));
  return failed({
    what: `Roles of CDK are missing: ${missing.join(', ')}.`,
    why: 'The account is not bootstrapped.',
    fix: `${call} bootstrap --env ${target.environment.name}`,
  });
}

/** Patterns that a trust policy lets in as the subject of GitHub's token. */
export function trustedSubjects(policy: string): string[] {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: { Condition?: Record<string, object> }[] };
  const values = Statement.flatMap(({ Condition = {} }) =>
    Object.values(Condition).flatMap((test) =>
      Object.entries(test).flatMap(([key, value]) =>
        key.endsWith(':sub') ? (value as string | string[]) : [],
      ),
    ),
  );
  return values;
}

/** Whether a text fits a pattern of IAM, with `*` and `?`. */
export function fits(text: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

export async function githubRole(target: Target): Promise<Finding> {
  const { github, prefix, name } = target.environment;
  if (!github) return ok('no repository is named in infra/settings.json');
  const policy = await trustOf(target, `${prefix}-github`);
  const fix = `${call} bootstrap --env ${name}`;
  if (policy === undefined)
    return warning({
      what: `There is no role ${prefix}-github.`,
      why: `The workflows of ${github} cannot deploy to ${name}.`,
      fix,
    });
  const ids = await idsOf(github);
  const subjects = subjectsOf(github, ids ?? { owner: 1, repository: 2 }, name);
  const patterns = trustedSubjects(policy);
  const refused = Object.values(subjects).filter(
    (subject) => !patterns.some((pattern) => fits(subject, pattern)),
  );
  if (refused.length === 0) return ok(`lets ${github} in, by name and by ids`);
  return failed({
    what: `The role ${prefix}-github does not let ${refused.join(' and ')} in.`,
    why: `It trusts ${patterns.join(', ') || 'nobody'}.`,
    fix,
  });
}

/** AWS has a quota of an account's own only once something was applied to it; before, its default holds. */
async function allowedVcpus({ client }: Target): Promise<number> {
  const quotas = client(ServiceQuotasClient);
  const asked = { ServiceCode: 'fargate', QuotaCode: vcpuQuota };
  const { Quota } = await quotas.send(new GetServiceQuotaCommand(asked)).catch((error) => {
    if (error instanceof NoSuchResourceException)
      return quotas.send(new GetAWSDefaultServiceQuotaCommand(asked));
    throw error;
  });
  return Quota?.Value ?? 0;
}

export async function vcpus(target: Target): Promise<Finding> {
  const { cpu, minTasks, maxTasks, workers = {} } = target.environment;
  const allowed = await allowedVcpus(target);
  // A deployment runs old and new tasks side by side; a worker has at most the size of a task.
  const tasks =
    Math.max(minTasks, maxTasks) + Object.values(workers).reduce((sum, worker) => sum + worker.tasks, 0);
  const needed = (2 * tasks * cpu) / 1024;
  if (allowed >= needed) return ok(`${allowed} vCPU may run, at most ${needed} are needed`);
  return failed({
    what: `The account may run ${allowed} vCPU, and a deployment may need ${needed}.`,
    why: `${tasks} tasks of ${cpu / 1024} vCPU, old and new side by side. New accounts begin low.`,
    fix: `aws service-quotas request-service-quota-increase --service-code fargate --quota-code ${vcpuQuota} --desired-value ${Math.ceil(needed * 2)} ${cliFlags(target.environment)}`,
  });
}

export async function addresses(target: Target): Promise<Finding> {
  if (!(await findStack(target, 'foundation'))) return ok('no subnets yet');
  const SubnetIds = (await stackOutput(target, 'foundation', 'SubnetIds')).split(',');
  const { Subnets = [] } = await target.client(EC2Client).send(new DescribeSubnetsCommand({ SubnetIds }));
  const fewest = Math.min(...Subnets.map(({ AvailableIpAddressCount = 0 }) => AvailableIpAddressCount));
  const needed = addressesOfBalancer + 2 * target.environment.maxTasks;
  if (fewest >= needed) return ok(`${fewest} are free in the fullest subnet`);
  return failed({
    what: `Only ${fewest} addresses are free in a subnet.`,
    why: `The load balancer needs ${addressesOfBalancer}, and a deployment one for each old and new task.`,
    fix: `Find out what takes them: aws ec2 describe-network-interfaces ${cliFlags(target.environment)}`,
  });
}
