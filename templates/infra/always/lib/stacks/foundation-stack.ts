import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Build } from '../constructs/build.ts';
import { Compute } from '../constructs/compute.ts';
import { Logs } from '../constructs/logs.ts';
import { Network } from '../constructs/network.ts';
import { Registry } from '../constructs/registry.ts';
import { Storage } from '../constructs/storage.ts';
import { EnvironmentStack, type EnvironmentStackProps } from './environment-stack.ts';

/** All that has to be there before the first image can be built, pushed and run. */
export class FoundationStack extends EnvironmentStack {
  readonly network: Network;
  readonly registry: Registry;
  readonly storage: Storage;
  readonly logs: Logs;
  readonly compute: Compute;

  constructor(scope: Construct, { environment }: EnvironmentStackProps) {
    super(scope, 'foundation', 'network, image registry, buckets, build and cluster', environment);
    this.storage = new Storage(this, 'Storage', { environment });
    this.network = new Network(this, 'Network', { environment, logsBucket: this.storage.logs });
    this.registry = new Registry(this, 'Registry', { environment });
    this.logs = new Logs(this, 'Logs', { environment });
    this.compute = new Compute(this, 'Compute', { environment, vpc: this.network.vpc });
    const build = new Build(this, 'Build', {
      environment,
      repository: this.registry.repository,
      bucket: this.storage.builds,
      logGroup: this.logs.build,
    });

    // For good, whoever needs them now: CloudFormation refuses to take back what a stack in AWS still imports,
    // like that of a database or a cache which has just left settings.json.
    for (const subnet of this.network.vpc.isolatedSubnets) this.exportValue(subnet.subnetId);
    // A service that was deployed before the load balancer knew this bucket by its name imports it.
    if (this.storage.logs) this.exportValue(this.storage.logs.bucketName);

    new CfnOutput(this, 'RepositoryUri', { value: this.registry.repository.repositoryUri });
    new CfnOutput(this, 'BuildBucket', { value: this.storage.builds.bucketName });
    new CfnOutput(this, 'BuildProject', { value: build.project.projectName });
    new CfnOutput(this, 'ClusterName', { value: this.compute.cluster.clusterName });
    new CfnOutput(this, 'SubnetIds', {
      value: this.network.vpc.publicSubnets.map((subnet) => subnet.subnetId).join(','),
    });
    new CfnOutput(this, 'TaskSecurityGroupId', { value: this.network.taskSecurityGroup.securityGroupId });
  }
}
