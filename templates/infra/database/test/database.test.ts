import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { assertLogicalIds } from './logical-ids.ts';
import { forEachEnvironment, template } from './synthesized.ts';

forEachEnvironment('the database', (environment) => {
  const data = template(environment, 'data');
  const [instance] = Object.values(data.findResources('AWS::RDS::DBInstance'));

  it('keeps its logical id', () => {
    assertLogicalIds(data, 'AWS::RDS::DBInstance', ['DatabaseInstanceAA8A5FDE']);
  });

  it('is PostgreSQL of the version and the size that settings.json gives, on gp3', () => {
    const { database } = environment;
    data.hasResourceProperties('AWS::RDS::DBInstance', {
      DBInstanceIdentifier: environment.prefix,
      DBName: 'app',
      Engine: 'postgres',
      EngineVersion: String(database?.version),
      DBInstanceClass: `db.${database?.instanceClass}`,
      AllocatedStorage: String(database?.storageGiB),
      MaxAllocatedStorage: database?.maxStorageGiB,
      StorageType: 'gp3',
      MultiAZ: database?.multiAz,
      EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
    });
  });

  it('is encrypted, backed up and not public', () => {
    data.hasResourceProperties('AWS::RDS::DBInstance', {
      StorageEncrypted: true,
      BackupRetentionPeriod: environment.database?.backupDays,
      CopyTagsToSnapshot: true,
      PubliclyAccessible: false,
    });
  });

  it('speaks TLS only', () => {
    const [group] = Object.keys(data.findResources('AWS::RDS::DBParameterGroup'));
    data.hasResourceProperties('AWS::RDS::DBParameterGroup', {
      Family: `postgres${environment.database?.version}`,
      Parameters: { 'rds.force_ssl': '1' },
    });
    assert.deepEqual(instance?.Properties.DBParameterGroupName, { Ref: group });
    assert.equal(instance?.Properties.CACertificateIdentifier, 'rds-ca-rsa2048-g1');
  });

  it('gets its password from the Parameter Store, not from the template', () => {
    const { app, name } = environment;
    const reference = `{{resolve:ssm-secure:/${app}/${name}/DATABASE_PASSWORD}}`;
    assert.equal(instance?.Properties.MasterUserPassword, reference);
  });

  it('is kept from deletion where the environment is protected, and leaves a snapshot', () => {
    assert.equal(instance?.Properties.DeletionProtection, environment.protected);
    assert.equal(instance?.Properties.DeleteAutomatedBackups, !environment.protected);
    assert.equal(instance?.DeletionPolicy, environment.protected ? 'Snapshot' : 'Delete');
    assert.equal(instance?.UpdateReplacePolicy, environment.protected ? 'Snapshot' : 'Delete');
  });

  it('lies in the isolated subnets', () => {
    const [group] = Object.values(data.findResources('AWS::RDS::DBSubnetGroup'));
    const subnets = group?.Properties.SubnetIds ?? [];
    assert.equal(subnets.length, environment.availabilityZones.length);
    for (const subnet of subnets) assert.match(subnet['Fn::ImportValue'], /VpcIsolatedSubnet/);
  });

  it('admits nobody but the tasks, on port 5432', () => {
    data.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
    const rules = Object.values(data.findResources('AWS::EC2::SecurityGroupIngress'));
    assert.equal(rules.length, 1);
    const { SourceSecurityGroupId, FromPort, ToPort, IpProtocol } = rules[0]?.Properties ?? {};
    assert.match(SourceSecurityGroupId['Fn::ImportValue'], /TaskSecurityGroup/);
    assert.deepEqual([FromPort, ToPort, IpProtocol], [5432, 5432, 'tcp']);
  });
});

for (const stack of ['release', 'service'])
  forEachEnvironment(`a task of the ${stack} stack`, (environment) => {
    const [definition] = Object.values(
      template(environment, stack).findResources('AWS::ECS::TaskDefinition'),
    );
    const [container] = definition?.Properties.ContainerDefinitions ?? [];

    it('is told where the database is, and to check that it is the right one', () => {
      const entries = container.Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [
        Name,
        Value,
      ]);
      const { DATABASE_HOST, ...variables } = Object.fromEntries(
        entries.filter(([name]: [string]) => name.startsWith('DATABASE_')),
      );
      assert.match(DATABASE_HOST['Fn::ImportValue'], /DatabaseInstance.*EndpointAddress/);
      assert.deepEqual(variables, {
        DATABASE_PORT: '5432',
        DATABASE_NAME: 'app',
        DATABASE_USER: 'app',
        DATABASE_SSLMODE: 'verify-full',
      });
    });
  });
