import { type CfnResource, Duration, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import type { DatabaseSettings, Environment } from '../settings.ts';
import type { Attachment } from './backend-task.ts';
import type { Network } from './network.ts';
import { parameterName } from './secrets.ts';

export interface DatabaseProps {
  readonly environment: Environment;
  readonly settings: DatabaseSettings;
  readonly network: Network;
}

const NAME = 'app';
const USER = 'app';
const PASSWORD = 'DATABASE_PASSWORD';
const PORT = 5432;

/** PostgreSQL, reached by the tasks only and over TLS only. */
export class Database extends Construct implements Attachment {
  readonly instance: rds.DatabaseInstance;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets = [PASSWORD];

  constructor(scope: Construct, id: string, { environment, settings, network }: DatabaseProps) {
    super(scope, id);
    // "16" and not "16.9": RDS withdraws minor versions, and a template that names one cannot be deployed
    // any more.
    const major = String(settings.version);
    const engine = rds.DatabaseInstanceEngine.postgres({
      version: rds.PostgresEngineVersion.of(major, major),
    });
    this.instance = new rds.DatabaseInstance(this, 'Instance', {
      instanceIdentifier: environment.prefix,
      engine,
      databaseName: NAME,
      port: PORT,
      credentials: rds.Credentials.fromPassword(
        USER,
        SecretValue.ssmSecure(parameterName(environment, PASSWORD)),
      ),
      vpc: network.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroups: [this.securityGroup(network)],
      publiclyAccessible: false,
      caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
      parameterGroup: new rds.ParameterGroup(this, 'Parameters', {
        engine,
        description: `${environment.prefix}: PostgreSQL ${major} over TLS`,
        parameters: { 'rds.force_ssl': '1' },
      }),
      ...this.machine(settings),
      ...this.upkeep(environment, settings),
    });
    this.variables = {
      DATABASE_HOST: this.instance.dbInstanceEndpointAddress,
      DATABASE_PORT: String(PORT),
      DATABASE_NAME: NAME,
      DATABASE_USER: USER,
      DATABASE_SSLMODE: 'verify-full',
    };
    this.acknowledge(environment, settings);
    // cfn-lint takes a major version without a minor one for an old one.
    const resource = this.instance.node.defaultChild as CfnResource;
    resource.addMetadata('cfn-lint', { config: { ignore_checks: ['W3691'] } });
  }

  private securityGroup({ vpc, taskSecurityGroup }: Network): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Database: reached by the tasks only',
      allowAllOutbound: false,
    });
    group.addIngressRule(taskSecurityGroup, ec2.Port.tcp(PORT), 'From the tasks');
    return group;
  }

  private machine(settings: DatabaseSettings) {
    return {
      instanceType: new ec2.InstanceType(settings.instanceClass),
      multiAz: settings.multiAz,
      storageType: rds.StorageType.GP3,
      allocatedStorage: settings.storageGiB,
      maxAllocatedStorage: settings.maxStorageGiB,
      storageEncrypted: true,
    };
  }

  private upkeep(environment: Environment, settings: DatabaseSettings) {
    return {
      backupRetention: Duration.days(settings.backupDays),
      deleteAutomatedBackups: !environment.protected,
      copyTagsToSnapshot: true,
      deletionProtection: environment.protected,
      removalPolicy: environment.protected ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
      autoMinorVersionUpgrade: true,
      // After the community's end of a version, RDS would charge extra for going on with it unasked.
      engineLifecycleSupport: rds.EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
    };
  }

  private acknowledge(environment: Environment, settings: DatabaseSettings): void {
    Validations.of(this.instance).acknowledge({
      id: 'AwsSolutions-RDS11',
      reason: 'Another port would hide nothing: the security group admits the tasks only.',
    });
    if (!settings.multiAz)
      Validations.of(this.instance).acknowledge({
        id: 'AwsSolutions-RDS3',
        reason: 'A second instance doubles the price. "multiAz" in settings.json turns it on.',
      });
    if (!environment.protected)
      Validations.of(this.instance).acknowledge({
        id: 'AwsSolutions-RDS10',
        reason: 'This environment may be deleted, data and all.',
      });
  }
}
