import assert from 'node:assert/strict';
import { accounts, type Variant } from './render.ts';

// biome-ignore lint/suspicious/noExplicitAny: what twenty APIs answer, see emulator/describe.py
type Found = any;
type Name = 'dev' | 'prod';

/** The values that must hold in AWS for an environment of these answers, read back through the SDK. */
export function assertEnvironment(found: Found, name: Name, variant: Variant, tag: string): void {
  assertNetwork(found, variant);
  assertLoadBalancer(found.loadBalancer, name, variant);
  assertService(found, name, variant, tag);
  if (variant.database) assertDatabase(found, name);
  else assert.equal(found.database, null);
  assertStorage(found, name, variant);
  assertTags(found, name);
  if (variant.domain) assertDns(found, name, variant.domain);
}

function assertNetwork({ network, service, database, loadBalancer }: Found, variant: Variant): void {
  assert.equal(network.vpcs.length, 1);
  assert.deepEqual(network.natGateways, []);
  assert.deepEqual(network.addresses, []);
  const placed = service.networkConfiguration.awsvpcConfiguration;
  assert.equal(placed.assignPublicIp, 'ENABLED');
  for (const subnet of placed.subnets) assert.ok(toInternet(network, subnet), `${subnet} is not public`);
  assert.equal(placed.securityGroups.length, 1);
  const [tasks] = placed.securityGroups;
  const [balancer] = loadBalancer.SecurityGroups;
  assert.deepEqual(admitted(network, tasks), [{ port: 8000, groups: [balancer], ranges: [] }]);
  if (!variant.database) return;
  const subnets: string[] = database.DBSubnetGroup.Subnets.map((subnet: Found) => subnet.SubnetIdentifier);
  assert.equal(subnets.length, 2);
  for (const subnet of subnets) assert.ok(!toInternet(network, subnet), `${subnet} is public`);
  const [group] = database.VpcSecurityGroups.map((member: Found) => member.VpcSecurityGroupId);
  assert.deepEqual(admitted(network, group), [{ port: 5432, groups: [tasks], ranges: [] }]);
}

/** Whether a subnet's routes lead to the internet; one without a table of its own has the VPC's. */
/** Whether what is in the subnet can be reached from the internet. */
export function toInternet(network: Found, subnet: string): boolean {
  const associated = (test: (association: Found) => boolean) =>
    network.routeTables.find((table: Found) => table.Associations.some(test));
  const table =
    associated((association) => association.SubnetId === subnet) ??
    associated((association) => association.Main);
  assert.ok(table, `no route table for ${subnet}`);
  return table.Routes.some(
    (route: Found) => route.DestinationCidrBlock === '0.0.0.0/0' && route.GatewayId?.startsWith('igw-'),
  );
}

/** Who may connect to what is in the security group, and to which port. */
export function admitted(network: Found, id: string): { port: number; groups: string[]; ranges: string[] }[] {
  const group = network.securityGroups.find((candidate: Found) => candidate.GroupId === id);
  return group.IpPermissions.map((rule: Found) => {
    assert.equal(rule.FromPort, rule.ToPort);
    return {
      port: rule.FromPort,
      groups: rule.UserIdGroupPairs.map((pair: Found) => pair.GroupId),
      ranges: rule.IpRanges.map((range: Found) => range.CidrIp),
    };
  });
}

/** The listeners, their certificate and policy, and the targets. */
export function assertLoadBalancer(balancer: Found, name: Name, { sse, domain }: Variant): void {
  assert.equal(balancer.Scheme, 'internet-facing');
  assert.equal(balancer.attributes['idle_timeout.timeout_seconds'], sse ? '3600' : '60');
  if (name === 'prod') assert.equal(balancer.attributes['access_logs.s3.enabled'], 'true');
  const [group] = balancer.targetGroups;
  assert.deepEqual([group.Port, group.TargetType, group.HealthCheckPath], [8000, 'ip', '/health']);
  const delay = Number(group.attributes['deregistration_delay.timeout_seconds']);
  assert.ok(delay >= 60 && delay <= 120, `deregistration delay ${delay}`);
  const byPort = new Map<number, Found>(balancer.listeners.map((found: Found) => [found.Port, found]));
  const [http] = byPort.get(80).DefaultActions;
  if (domain === undefined) {
    assert.deepEqual([...byPort.keys()], [80]);
    assert.equal(http.Type, 'forward');
    return;
  }
  assert.equal(http.Type, 'redirect');
  assert.deepEqual([http.RedirectConfig.Protocol, http.RedirectConfig.StatusCode], ['HTTPS', 'HTTP_301']);
  const https = byPort.get(443);
  assert.match(https.SslPolicy, /TLS13-1-[23]-.*PQ/);
  assert.equal(https.DefaultActions[0].Type, 'forward');
  assert.equal(https.Certificates.length, 1);
}

function assertService(
  { service, release, scaling, logs }: Found,
  name: Name,
  variant: Variant,
  tag: string,
): void {
  const { definition } = service;
  assert.deepEqual([definition.cpu, definition.memory], name === 'dev' ? ['512', '1024'] : ['1024', '2048']);
  assert.equal(definition.runtimePlatform.cpuArchitecture, 'ARM64');
  const { deploymentCircuitBreaker, minimumHealthyPercent, maximumPercent } =
    service.deploymentConfiguration ?? {};
  if (service.deploymentConfiguration !== undefined) {
    assert.deepEqual(deploymentCircuitBreaker, { enable: true, rollback: true });
    assert.deepEqual([minimumHealthyPercent, maximumPercent], [100, 200]);
  }
  const [container] = definition.containerDefinitions;
  assert.equal(container.name, 'backend');
  assert.equal(container.image, `${accounts[name]}.dkr.ecr.eu-central-1.amazonaws.com/shop-${name}:${tag}`);
  assert.equal(container.readonlyRootFilesystem, true);
  assert.equal(container.portMappings[0].containerPort, 8000);
  const values = Object.fromEntries(container.environment.map((pair: Found) => [pair.name, pair.value]));
  const grace = Number(values.SHUTDOWN_GRACE_SECONDS);
  assert.equal(Number(values.KEEP_ALIVE_SECONDS), (variant.sse ? 3600 : 60) + 5);
  assert.ok(
    container.stopTimeout <= 120 && grace < container.stopTimeout,
    `${grace} of ${container.stopTimeout} s`,
  );
  assert.equal(values.APP_VERSION, tag);
  const secrets = (container.secrets ?? []).map((secret: Found) => secret.name);
  assert.deepEqual(secrets, variant.database ? ['DATABASE_PASSWORD'] : []);
  assert.ok(!('DATABASE_PASSWORD' in values));
  assert.equal(release === null, !variant.database);
  if (release) assert.equal(release.containerDefinitions[0].image, container.image);
  for (const [group, days] of Object.entries(logs)) assert.ok(Number(days) > 0, `${group} is kept for ever`);
  assert.ok(`/shop/${name}/backend` in logs);
  if (name === 'prod') {
    assert.equal(scaling.targets[0].MaxCapacity, 4);
    const configuration = scaling.policies[0].TargetTrackingScalingPolicyConfiguration;
    const metric = configuration.PredefinedMetricSpecification.PredefinedMetricType;
    assert.equal(metric, 'ECSServiceAverageCPUUtilization');
  }
}

function assertDatabase({ database }: Found, name: Name): void {
  assert.equal(database.DBInstanceClass, name === 'dev' ? 'db.t4g.micro' : 'db.t4g.small');
  assert.equal(String(database.EngineVersion).split('.')[0], '16');
  assert.deepEqual([database.DBName, database.MasterUsername], ['app', 'app']);
  assert.deepEqual([database.StorageType, database.StorageEncrypted], ['gp3', true]);
  assert.equal(database.PubliclyAccessible, false);
  assert.equal(database.BackupRetentionPeriod, 7);
  assert.equal(database.DeletionProtection, name === 'prod');
  assert.equal(database.CopyTagsToSnapshot, true);
  assert.equal(database.CACertificateIdentifier, 'rds-ca-rsa2048-g1');
  assert.equal(database.parameters['rds.force_ssl'], '1');
}

function assertStorage({ buckets, registry, build }: Found, name: Name, variant: Variant): void {
  const expected = [
    'assets',
    'builds',
    ...(variant.database ? ['dumps'] : []),
    ...(name === 'prod' ? ['logs'] : []),
  ];
  assert.deepEqual(Object.keys(buckets).sort(), expected.sort());
  for (const [kind, bucket] of Object.entries<Found>(buckets)) {
    assert.equal(bucket.name, `shop-${name}-${kind}-${accounts[name]}-eu-central-1`);
    for (const [rule, on] of Object.entries(bucket.publicAccess)) assert.equal(on, true, `${kind}: ${rule}`);
    const [rule] = bucket.encryption.Rules;
    assert.equal(rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm, 'AES256', kind);
    const refusal = bucket.policy.Statement.find((statement: Found) => statement.Effect === 'Deny');
    assert.deepEqual(refusal?.Condition, { Bool: { 'aws:SecureTransport': 'false' } }, kind);
  }
  assert.equal(registry.imageTagMutability, 'IMMUTABLE');
  assert.equal(registry.imageScanningConfiguration.scanOnPush, true);
  assert.ok(registry.lifecycle.rules.length > 0);
  assert.equal(build.environment.privilegedMode, true);
  assert.equal(build.environment.type, 'ARM_CONTAINER');
  assert.equal(build.source.type, 'S3');
}

function assertTags({ network, registry, buckets, database, loadBalancer }: Found, name: Name): void {
  const wanted = { app: 'shop', environment: name, 'managed-by': 'cdk' };
  assert.ok(loadBalancer && registry);
  const asMap = (tags: Found[]) => Object.fromEntries(tags.map((tag) => [tag.Key, tag.Value]));
  const tagged = [asMap(network.vpcs[0].Tags), buckets.assets.tags];
  if (database) tagged.push(asMap(database.TagList));
  for (const tags of tagged) assert.deepEqual({ ...tags, ...wanted }, tags);
}

/** The zone, the alias record in it, and a certificate for the name. */
export function assertDns({ dns, loadBalancer }: Found, name: Name, domain: string): void {
  const host = name === 'dev' ? `dev.${domain}.` : `${domain}.`;
  const records: Found[] = dns.zones[host];
  assert.ok(records, `no zone ${host} in ${Object.keys(dns.zones)}`);
  const alias = records.find((record) => record.Type === 'A' && record.Name === host);
  assert.ok(alias?.AliasTarget.DNSName.includes(loadBalancer.DNSName), JSON.stringify(alias));
  assert.ok(dns.certificates.some((certificate: Found) => `${certificate.DomainName}.` === host));
}

/** Both forms of the subject that GitHub sends, and no more than the deployment needs. */
export function assertGithub(found: Found, name: Name): void {
  const { github } = found;
  const trust = JSON.stringify(github.AssumeRolePolicyDocument);
  assert.match(trust, /token\.actions\.githubusercontent\.com:aud/);
  assert.ok(trust.includes(`repo:acme/shop:environment:${name}`), trust);
  assert.ok(trust.includes(`repo:acme@*/shop@*:environment:${name}`), trust);
  assert.equal(github.providers.length, 1);
  const policies = JSON.stringify(github.policies);
  assert.doesNotMatch(policies, /AdministratorAccess|"Action":"\*"/);
  assert.match(policies, /cdk-hnb659fds-deploy-role/);
}
