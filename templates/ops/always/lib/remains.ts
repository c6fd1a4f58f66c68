import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRepositoriesCommand, ECRClient, RepositoryNotFoundException } from '@aws-sdk/client-ecr';
import { ListHostedZonesByNameCommand, Route53Client } from '@aws-sdk/client-route-53';
import { paginateGetParametersByPath, SSMClient } from '@aws-sdk/client-ssm';
import { findBuckets } from './buckets.ts';
import { explained } from './explain-aws.ts';
import { print } from './output.ts';
import { snapshotsOf } from './snapshots.ts';
import { findStack } from './stacks.ts';
import { columns } from './table.ts';
import { cliFlags, type Target } from './target.ts';

/** One kind of thing that outlives an environment. */
interface Remainder {
  title: string;
  /** Why it is still there, or what it is good for; `…` becomes its name and the options that lead to it. */
  reason: string;
  find(target: Target): Promise<string[]>;
}

const kinds: Remainder[] = [
  {
    title: 'snapshot',
    reason: 'the data; costs by the gigabyte until you delete it',
    find: async (target) =>
      target.environment.database
        ? (await snapshotsOf(target)).flatMap(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier ?? [])
        : [],
  },
  { title: 'bucket', reason: 'kept: empty and delete it in the S3 console', find: findBuckets },
  {
    title: 'registry',
    reason: 'its images, kept: aws ecr delete-repository --force --repository-name …',
    find: async ({ environment: { prefix }, client }) => {
      const command = new DescribeRepositoriesCommand({ repositoryNames: [prefix] });
      const found = await client(ECRClient)
        .send(command)
        .catch((error) => {
          if (error instanceof RepositoryNotFoundException) return undefined;
          throw error;
        });
      return found ? [prefix] : [];
    },
  },
  {
    title: 'log group',
    reason: 'its lines go after their time',
    find: async ({ environment, client }) => {
      const names: string[] = [];
      const logGroupNamePrefix = `/${environment.app}/${environment.name}/`;
      const pages = paginateDescribeLogGroups(
        { client: client(CloudWatchLogsClient) },
        { logGroupNamePrefix },
      );
      for await (const { logGroups = [] } of pages)
        names.push(...logGroups.flatMap((group) => group.logGroupName ?? []));
      return names;
    },
  },
  {
    title: 'parameter',
    reason: 'so that a new one can start at once: aws ssm delete-parameter --name …',
    find: async ({ environment, client }) => {
      const names: string[] = [];
      const Path = `/${environment.app}/${environment.name}`;
      for await (const { Parameters = [] } of paginateGetParametersByPath(
        { client: client(SSMClient) },
        // The password of a database that data came from lies one level below: ops/…
        { Path, Recursive: true },
      ))
        names.push(...Parameters.flatMap(({ Name }) => Name ?? []));
      return names;
    },
  },
  {
    title: 'zone',
    reason: 'delete the NS records first that lead to it: who gets its servers gets the name',
    find: async ({ environment, client }) => {
      const { domain, zone } = environment;
      // A zone that was there before is none of ours.
      if (!domain || zone) return [];
      const { HostedZones = [] } = await client(Route53Client).send(
        new ListHostedZonesByNameCommand({ DNSName: domain }),
      );
      return HostedZones.flatMap(({ Name, Id }) => (Name === `${domain}.` ? `${domain} (${Id})` : []));
    },
  },
  {
    title: 'stack',
    reason: 'what the workflows of GitHub log in with; free',
    find: async (target) =>
      (await findStack(target, 'github')) ? [`${target.environment.prefix}-github`] : [],
  },
];

/** Prints what an environment leaves behind. What cannot be looked at is said, too. */
export async function showRemains(target: Target): Promise<void> {
  const flags = cliFlags(target.environment);
  const found = await Promise.all(
    kinds.map(async ({ title, reason, find }) => {
      try {
        return (await find(target)).map((name) => [title, name, reason.replace('…', `${name} ${flags}`)]);
      } catch (error) {
        const { message } = explained(error, target.environment) as Error;
        return [[title, '(not known)', message]];
      }
    }),
  );
  const bootstrap = ['stack', 'CDKToolkit', 'whatever else CDK deploys in this account; cents'];
  print(columns([...found.flat(), bootstrap]));
}
