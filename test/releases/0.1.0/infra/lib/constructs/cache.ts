import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnReplicationGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';
import type { Attachment } from './backend-task.ts';
import type { Network } from './network.ts';
import { parameterName } from './secrets.ts';

export interface CacheSettings {
  readonly nodeType: string;
  /** One, or more for replicas in other zones, one of which takes over when the first fails. */
  readonly nodes: number;
}

export interface CacheProps {
  readonly environment: Environment;
  readonly settings: CacheSettings;
  readonly network: Network;
}

const URL = 'REDIS_URL';
const PORT = 6379;

/** The block `cache` of an environment; undefined where there is none. */
export function readCache(environment: Environment): CacheSettings | undefined {
  return environment.part('cache', (part) => {
    if (environment.secrets.includes(URL))
      part.problem('', `gives the tasks ${URL}, and so does "secrets"`, `Remove ${URL} from "secrets"`);
    return {
      nodeType: part.text('nodeType', /^cache\.[a-z0-9-]+\.[a-z0-9]+$/, 'cache.t4g.micro'),
      nodes: part.integer('nodes', 1, 6),
    };
  });
}

/** Valkey, reached by the tasks only and over TLS only. What is in it may be lost. */
export class Cache extends Construct implements Attachment {
  readonly variables = {};
  /** No secret: there is no password in it. But this way the service needs nothing of this stack by its name. */
  readonly secrets = [URL];
  readonly parameter: StringParameter;

  constructor(scope: Construct, id: string, { environment, settings, network }: CacheProps) {
    super(scope, id);
    const { prefix } = environment;
    const subnets = new CfnSubnetGroup(this, 'Subnets', {
      cacheSubnetGroupName: prefix,
      description: `${prefix}: isolated subnets`,
      subnetIds: network.vpc.isolatedSubnets.map(({ subnetId }) => subnetId),
    });
    const several = settings.nodes > 1;
    const group = new CfnReplicationGroup(this, 'Valkey', {
      replicationGroupId: prefix,
      replicationGroupDescription: `${prefix}: cache of the backend`,
      engine: 'valkey',
      engineVersion: '8.0',
      autoMinorVersionUpgrade: true,
      cacheNodeType: settings.nodeType,
      numCacheClusters: settings.nodes,
      automaticFailoverEnabled: several,
      multiAzEnabled: several,
      port: PORT,
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [this.securityGroup(network).securityGroupId],
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
    });
    this.acknowledge(group, several);
    this.parameter = new StringParameter(this, 'Url', {
      parameterName: parameterName(environment, URL),
      description: 'Address of the cache',
      stringValue: `rediss://${group.attrPrimaryEndPointAddress}:${PORT}`,
    });
  }

  private securityGroup({ vpc, taskSecurityGroup }: Network): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Cache: reached by the tasks only',
      allowAllOutbound: false,
    });
    group.addIngressRule(taskSecurityGroup, ec2.Port.tcp(PORT), 'From the tasks');
    return group;
  }

  private acknowledge(group: CfnReplicationGroup, several: boolean): void {
    Validations.of(group).acknowledge(
      {
        id: 'AwsSolutions-AEC5',
        reason: 'Another port would hide nothing: the security group admits the tasks only.',
      },
      {
        id: 'AwsSolutions-AEC6',
        reason: 'Whoever gets past the security group is a task, and every task would have the password.',
      },
    );
    if (!several)
      Validations.of(group).acknowledge({
        id: 'AwsSolutions-AEC4',
        reason: 'A second node doubles the price of what may be lost. "nodes" in settings.json adds it.',
      });
  }
}
