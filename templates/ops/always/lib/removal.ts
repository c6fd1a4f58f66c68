import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  LoadBalancerNotFoundException,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ModifyDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { findDatabase, startDatabase } from './database-instance.ts';
import { step } from './output.ts';
import { Problem } from './problem.ts';
import { findStack } from './stacks.ts';
import type { Target } from './target.ts';
import { waitFor } from './wait.ts';

/** Longest wait for one stack: a database takes ten minutes, a service with streams five. */
const patienceSeconds = 3600;

/** Lets the load balancer be deleted. */
export async function unprotectLoadBalancer({ environment, client }: Target): Promise<void> {
  const elb = client(ElasticLoadBalancingV2Client);
  try {
    const { LoadBalancers } = await elb.send(
      new DescribeLoadBalancersCommand({ Names: [environment.prefix] }),
    );
    await elb.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
        Attributes: [{ Key: 'deletion_protection.enabled', Value: 'false' }],
      }),
    );
  } catch (error) {
    if (!(error instanceof LoadBalancerNotFoundException)) throw error;
  }
}

/** Lets the database be deleted. */
export async function unprotectDatabase(target: Target): Promise<void> {
  const database = await findDatabase(target);
  if (!database?.DeletionProtection) return;
  // RDS changes nothing of a database that is stopped.
  await startDatabase(target);
  await target.client(RDSClient).send(
    new ModifyDBInstanceCommand({
      DBInstanceIdentifier: target.environment.prefix,
      DeletionProtection: false,
      ApplyImmediately: true,
    }),
  );
}

/** Deletes what proved to AWS that the name is ours: CloudFormation makes it with the certificate and forgets it. */
export async function deleteProofs({ client }: Target, zone: string): Promise<void> {
  const route53 = client(Route53Client);
  // One page has 300 records, more than a zone that is made here ever gets by itself.
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone }),
  );
  const proofs = ResourceRecordSets.filter(isProof);
  if (proofs.length === 0) return;
  const Changes = proofs.map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet }));
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch: { Changes } }));
}

function isProof({ Type, ResourceRecords = [] }: ResourceRecordSet): boolean {
  return (
    Type === 'CNAME' && ResourceRecords.some(({ Value }) => /\.acm-validations\.aws\.?$/.test(Value ?? ''))
  );
}

/**
 * Deletes a stack and waits for it; one that is not there is none too many.
 * @throws Problem where CloudFormation cannot, with its reason
 */
export async function removeStack(target: Target, name: string): Promise<void> {
  const stack = await findStack(target, name);
  if (!stack) return;
  const { StackName, StackId, EnableTerminationProtection, StackStatus = '' } = stack;
  const cloudformation = target.client(CloudFormationClient);
  if (EnableTerminationProtection)
    await cloudformation.send(
      new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }),
    );
  step(`deletes ${StackName}`);
  if (StackStatus !== 'DELETE_IN_PROGRESS') await cloudformation.send(new DeleteStackCommand({ StackName }));
  const gone = async () => {
    // By its id, under which CloudFormation knows a stack after its end as well.
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: StackId }));
    return isGone(target, Stacks[0]);
  };
  const late = () =>
    new Problem({
      what: `${StackName} is still being deleted after ${patienceSeconds / 60} minutes.`,
      why: 'CloudFormation goes on.',
      fix: 'Run the same command again; it goes on.',
    });
  await waitFor(gone, patienceSeconds, late);
}

async function isGone(target: Target, stack: Stack | undefined): Promise<true | undefined> {
  if (!stack || stack.StackStatus === 'DELETE_COMPLETE') return true;
  if (stack.StackStatus !== 'DELETE_FAILED') return undefined;
  const { StackEvents = [] } = await target
    .client(CloudFormationClient)
    .send(new DescribeStackEventsCommand({ StackName: stack.StackId }));
  const failed = StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED');
  throw new Problem({
    what: `${stack.StackName} cannot be deleted.`,
    why: `${failed?.LogicalResourceId ?? stack.StackName}: ${failed?.ResourceStatusReason ?? stack.StackStatusReason}`,
    fix: 'Remove what stands in the way, then run the same command again; it goes on.',
  });
}
