import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  type Service,
} from '@aws-sdk/client-ecs';
import { call } from './called.ts';
import { Problem } from './problem.ts';
import { findStack } from './stacks.ts';
import type { Target } from './target.ts';

/** DescribeServices takes no more names at once. */
const batch = 10;

/** The services that are there: the one behind the load balancer first, then the workers. */
export async function describeServices({ environment, client }: Target): Promise<Service[]> {
  const { prefix, services } = environment;
  const found: Service[] = [];
  for (let start = 0; start < services.length; start += batch) {
    const command = new DescribeServicesCommand({
      cluster: prefix,
      services: services.slice(start, start + batch),
    });
    found.push(...((await client(ECSClient).send(command)).services ?? []));
  }
  return found.filter(({ status }) => status === 'ACTIVE');
}

/** The tag that a service's tasks have, or are about to have. */
export async function runningTag({ client }: Target, service: Service): Promise<string | undefined> {
  const { taskDefinition } = await client(ECSClient).send(
    new DescribeTaskDefinitionCommand({ taskDefinition: primaryOf(service)?.taskDefinition }),
  );
  const backend = taskDefinition?.containerDefinitions?.find(({ name }) => name === 'backend');
  return backend?.image?.split(':').at(-1);
}

/** The deployment that the service is on its way to, or has come to. */
export function primaryOf({ deployments = [] }: Service) {
  return deployments.find(({ status }) => status === 'PRIMARY');
}

/** The tag that the service stack was deployed with last; `undefined` where it never came up. */
export async function deployedTag(target: Target): Promise<string | undefined> {
  return (await parametersOf(target)).get('ImageTag');
}

/**
 * The commit of the infrastructure that was deployed last, which a roll-back leaves as it is; `undefined` where nothing
 * was.
 */
export async function deployedInfrastructure(target: Target): Promise<string | undefined> {
  const parameters = await parametersOf(target);
  const commit = parameters.get('InfraCommit');
  // As long as no deployment has said it: mostly both are of one commit.
  return commit === undefined || commit === 'unknown' ? parameters.get('ImageTag') : commit;
}

/** Of the service stack; empty where it never came up. */
async function parametersOf(target: Target): Promise<Map<string, string>> {
  const stack = await findStack(target, 'service');
  // What a first deployment leaves behind that failed has parameters, too.
  const never = /^(ROLLBACK|REVIEW|CREATE_IN_PROGRESS|DELETE)/.test(stack?.StackStatus ?? '');
  const { Parameters = [] } = (!never && stack) || {};
  return new Map(
    Parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
  );
}

/** @throws Problem where the service was never deployed */
export async function requireDeployedTag(target: Target): Promise<string> {
  const tag = await deployedTag(target);
  if (tag !== undefined) return tag;
  const { name, prefix } = target.environment;
  throw new Problem({
    what: `The service of ${name} was never deployed.`,
    why: `There is no stack ${prefix}-service.`,
    fix: `${call} deploy --env ${name}`,
  });
}
