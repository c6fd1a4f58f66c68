import {
  DescribeServiceRevisionsCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
  ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs';
import type { Target } from './target.ts';

/** DescribeServiceRevisions takes no more at once. */
const batch = 20;

/** Versions that have served, oldest first, each as often as it was put into service. ECS remembers the last 90 days. */
async function servedVersions(target: Target): Promise<string[]> {
  const { prefix } = target.environment;
  const client = target.client(ECSClient);
  const deployments: ServiceDeploymentBrief[] = [];
  const asked = { cluster: prefix, service: prefix, status: [ServiceDeploymentStatus.SUCCESSFUL] };
  for (let nextToken: string | undefined, more = true; more; more = nextToken !== undefined) {
    const page = await client.send(new ListServiceDeploymentsCommand({ ...asked, nextToken }));
    deployments.push(...(page.serviceDeployments ?? []));
    nextToken = page.nextToken;
  }
  deployments.sort((a, b) => Number(a.finishedAt ?? a.createdAt) - Number(b.finishedAt ?? b.createdAt));
  const revisions = deployments.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? []);
  const tags = await tagsOf(target, [...new Set(revisions)]);
  return revisions.flatMap((arn) => tags.get(arn) ?? []);
}

/** The tag of the backend's image in each revision of the service. */
async function tagsOf({ client }: Target, arns: readonly string[]): Promise<Map<string, string>> {
  const tags = new Map<string, string>();
  for (let start = 0; start < arns.length; start += batch) {
    const command = new DescribeServiceRevisionsCommand({
      serviceRevisionArns: arns.slice(start, start + batch),
    });
    for (const { serviceRevisionArn = '', containerImages = [] } of (await client(ECSClient).send(command))
      .serviceRevisions ?? []) {
      const image = containerImages.find(({ containerName }) => containerName === 'backend')?.image;
      const tag = image?.split('@')[0]?.split(':').at(-1);
      if (tag) tags.set(serviceRevisionArn, tag);
    }
  }
  return tags;
}

/**
 * What served before a version was first put into service: a second roll-back goes further back, and not to the version
 * that the first one has left.
 * @returns newest first; empty where ECS does not remember
 */
export async function servedBefore(target: Target, tag: string): Promise<string[]> {
  const served = await servedVersions(target);
  const before = served.slice(0, Math.max(served.indexOf(tag), 0));
  return [...new Set(before.toReversed())];
}
