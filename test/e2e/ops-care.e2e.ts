import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Emulator, startEmulator } from './support/aws.ts';
import { type Fault, type Faults, startFaults } from './support/faults.ts';
import { openFrontDoor } from './support/front-door.ts';
import { linkInfraModules } from './support/infra.ts';
import { type Names, startNames } from './support/names.ts';
import { commandsOf, type Ops } from './support/ops.ts';
import { e2e, scratch, venv } from './support/paths.ts';
import { capture } from './support/process.ts';
import { accounts, render, turnOn, type Variant } from './support/render.ts';

const variant: Variant = {
  backend: 'node',
  sse: false,
  database: true,
  domain: 'api.example.com',
  github: 'acme/shop',
};
const domain = 'dev.api.example.com';
const used = [
  ['alarms', '--email', 'ada@example.com', '--budget', '200'],
  ['waf', '--mode', 'count', '--rate-limit', '1000'],
  ['worker', 'emails', '--command', 'sleep infinity'],
  ['cron', 'cleanup', '--schedule', '0 3 * * *', '--command', 'sleep 1'],
];

describe('looking after an environment', { concurrency: 1 }, () => {
  let emulator: Emulator;
  let faults: Faults;
  let names: Names;
  let ops: Ops;
  let directory = '';
  let environment: Record<string, string> = {};
  const github = scratch('github');

  const aws = (...args: string[]) =>
    capture(join(venv, 'aws'), [...args, '--region', 'eu-central-1'], { env: emulator.environment });
  const settingsFile = () => join(directory, 'infra/settings.json');
  /** Changes settings.json for as long as `work` takes. */
  const withSettings = async (change: Record<string, unknown>, work: () => Promise<void>) => {
    const before = readFileSync(settingsFile(), 'utf8');
    const settings = JSON.parse(before);
    Object.assign(settings.environments.dev, change);
    writeFileSync(settingsFile(), JSON.stringify(settings));
    try {
      await work();
    } finally {
      writeFileSync(settingsFile(), before);
    }
  };
  /** One line of the doctor's page, with what follows it. */
  const lineOf = (page: string, name: string) =>
    new RegExp(`^(ok|warning|failed) +${name} .*(\\n +(why|fix): .*)*`, 'm').exec(page)?.[0] ??
    `no line '${name}'\n${page}`;
  const tasks = async () =>
    JSON.parse(
      await aws(
        'ecs',
        'describe-services',
        '--cluster',
        'shop-dev',
        '--services',
        'shop-dev',
        'shop-dev-emails',
      ),
    ).services.map((service: { desiredCount: number }) => service.desiredCount);
  const database = () =>
    aws('rds', 'describe-db-instances', '--query', 'DBInstances[0].DBInstanceStatus', '--output', 'text');

  before(async () => {
    emulator = await startEmulator();
    faults = await startFaults(emulator.environment.AWS_ENDPOINT_URL as string);
    const door = await openFrontDoor(emulator, variant.domain as string);
    names = await startNames({});
    environment = {
      ...door,
      PATH: `${join(e2e, 'shims/doctor')}:${door.PATH}`,
      AWS_ENDPOINT_URL: faults.url,
      POLL_SECONDS: '0.1',
    };
    directory = await render(variant, ['--skip-install']);
    for (const feature of used) await turnOn(directory, feature);
    await linkInfraModules(directory);
    ops = await commandsOf(directory, environment);
  });
  after(async () => {
    faults.close();
    await emulator.server.stop();
  });
  beforeEach(() => faults.clear());

  describe('before anything is there', () => {
    it('doctor says what is missing, everywhere, and does not stop at it', async () => {
      const { stdout, stderr } = await ops('doctor', { codes: [1] });
      assert.match(
        lineOf(stdout, 'bootstrap'),
        /^failed .*not bootstrapped[\s\S]*fix: npm run ops -- bootstrap --env dev/,
      );
      assert.match(lineOf(stdout, 'secrets'), /^failed .*DATABASE_PASSWORD[\s\S]*bootstrap --env dev/);
      assert.match(lineOf(stdout, 'stacks'), /^warning .*foundation, data, dns, release, service/);
      assert.match(lineOf(stdout, 'domain'), /^failed .*no zone of shop-dev/);
      assert.match(lineOf(stdout, 'roles'), /^failed .*missing: deploy, file-publishing/);
      assert.match(lineOf(stdout, 'github role'), /^warning .*no role shop-dev-github/);
      assert.match(lineOf(stdout, 'gh'), /^warning/);
      assert.match(stdout, /\nprod, eu-central-1\nok +credentials +account 210987654321/);
      assert.match(stderr, /\d+ checks failed/);
    });

    it('the others say that there is nothing', async () => {
      for (const command of ['pause', 'resume']) {
        const { stderr } = await ops(`${command} --env dev`, { codes: [1] });
        assert.match(
          stderr,
          /The service of dev was never deployed[\s\S]*fix: npm run ops -- deploy --env dev/,
        );
      }
      assert.match((await ops('dns --env dev', { codes: [1] })).stderr, /There is no zone of shop-dev yet/);
      assert.match((await ops('waf --env prod', { codes: [1] })).stderr, /no log of the firewall/);
      assert.match((await ops('teardown --env dev')).stdout, /CDKToolkit/);
    });
  });

  it('is there', async () => {
    for (const command of ['bootstrap', 'stacks', 'build', 'deploy'])
      await ops(`${command} --env dev`, { timeoutMs: 300_000 });
  });

  describe('without the right credentials', { concurrency: 3 }, () => {
    const nobody = { AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_CONFIG_FILE: '/dev/null' };
    const other = { AWS_PROFILE: 'prod-shop' };
    for (const command of ['smoke', 'dns', 'pause', 'resume', 'costs', 'teardown']) {
      it(`says so: ${command}`, async () => {
        const none = await ops(`${command} --env dev`, { codes: [1], env: nobody });
        assert.match(none.stderr, /AWS does not accept your credentials[\s\S]*why: .+\n +fix: aws sso login/);
        const wrong = await ops(`${command} --env dev`, { codes: [1], env: other });
        assert.match(wrong.stderr, /credentials are for account 210987654321[\s\S]*fix: unset AWS_PROFILE/);
      });
    }

    it('says so: doctor, which looks at the rest', async () => {
      const { stdout } = await ops('doctor', { codes: [1], env: other });
      assert.match(
        stdout,
        /^dev, eu-central-1\nfailed +credentials +These credentials are for account 210987654321/m,
      );
      assert.match(stdout, /^prod, eu-central-1\nok +credentials/m);
      assert.match(lineOf(stdout, 'node'), /^ok/);
    });
  });

  describe('doctor', () => {
    const answers = (path: string, body: unknown) =>
      writeFileSync(join(github, path.replaceAll('/', '_')), JSON.stringify(body));
    const doctor = (env: Record<string, string | undefined> = {}) =>
      ops('doctor --env dev', { codes: [0, 1], env });

    before(async () => {
      mkdirSync(github, { recursive: true });
      answers('repos/acme/shop', {
        id: 34,
        owner: { id: 12 },
        created_at: '2026-09-01T00:00:00Z',
      });
      answers('repos/acme/shop/actions/oidc/customization/sub', { use_default: true });
      const named = { deployment_branch_policy: { protected_branches: false, custom_branch_policies: true } };
      answers('repos/acme/shop/environments', {
        environments: [{ name: 'dev', ...named }, { name: 'prod' }],
      });
      answers('repos/acme/shop/actions/workflows/deploy.yml/runs', {
        workflow_runs: [{ conclusion: 'success' }],
      });
    });

    it('finds nothing wrong where nothing is', async () => {
      const servers = await aws(
        'route53',
        'list-hosted-zones',
        '--query',
        'HostedZones[0].Id',
        '--output',
        'text',
      );
      const zone = await aws(
        'route53',
        'get-hosted-zone',
        '--id',
        servers,
        '--query',
        'DelegationSet.NameServers',
      );
      names.records[domain] = { NS: JSON.parse(zone) };
      const { stdout, code } = await doctor({
        ...names.environment,
        GITHUB_ANSWERS: github,
        VERCEL_VARIABLES: 'NEXT_PUBLIC_API_URL',
      });
      assert.equal(code, 0, stdout);
      assert.doesNotMatch(stdout, /^failed/m);
      const expected = {
        credentials: 'account 123456789012',
        bootstrap: 'version \\d+',
        roles: 'the 5 of CDK',
        'github role': 'lets acme/shop in, by name and by ids',
        'vcpu quota': '6 vCPU may run, at most 2',
        addresses: '\\d+ are free',
        stacks: '5 are deployed',
        drift: '',
        secrets: '1 are set',
        image: '\\w{40} is for arm64',
        tasks: '2 run',
        domain: `${domain} is delegated, its certificate is issued`,
        budget: '0.00 of 200 USD',
        subject: 'the subject has the ids',
        environments: 'dev',
        workflow: 'deploy.yml: success',
        variable: 'NEXT_PUBLIC_API_URL is set for production',
        node: '',
        cdk: '',
      };
      for (const [name, text] of Object.entries(expected))
        assert.match(lineOf(stdout, name), new RegExp(`^ok +${name} +${text}`));
    });

    it('finds what is wrong, and what to do', async () => {
      answers('repos/acme/shop/actions/oidc/customization/sub', { use_default: false });
      answers('repos/acme/shop/environments', { environments: [{ name: 'prod' }] });
      names.records[domain] = { NS: ['ns1.elsewhere.example'] };
      await aws(
        'ssm',
        'put-parameter',
        '--name',
        '/shop/dev/API_KEY',
        '--type',
        'SecureString',
        '--value',
        'CHANGE_ME',
      );
      const trust = readFileSync(join(e2e, 'support/github-trust.json'), 'utf8');
      await aws(
        'iam',
        'update-assume-role-policy',
        '--role-name',
        'shop-dev-github',
        '--policy-document',
        trust,
      );
      const env = { ...names.environment, GITHUB_ANSWERS: github, VERCEL_VARIABLES: 'OTHER' };
      let page = '';
      await withSettings(
        { maxTasks: 40, architecture: 'x86_64', secrets: ['API_KEY', 'OTHER_KEY'], alarms: undefined },
        async () => {
          const { stdout, stderr, code } = await doctor(env);
          assert.equal(code, 1);
          assert.match(stderr, /checks failed/);
          page = stdout;
        },
      );
      const expected: Record<string, RegExp> = {
        subject: /^failed .*sends a subject of its own[\s\S]*use_default=true/,
        environments: /^failed .*no environment dev[\s\S]*bootstrap --env dev/,
        variable: /^warning .*NEXT_PUBLIC_API_URL is not set for production[\s\S]*vercel env add/,
        'github role': /^failed .*does not let repo:acme@12\/shop@34:environment:dev in/,
        'vcpu quota':
          /^failed .*may run 6 vCPU, and a deployment may need 41[\s\S]*request-service-quota-increase/,
        secrets:
          /^failed .*OTHER_KEY, API_KEY[\s\S]*1 do not exist, 1 still are placeholders[\s\S]*secrets set OTHER_KEY/,
        image: /^failed .*is for arm64[\s\S]*fix: Commit anew/,
        domain: /^failed .*does not ask this zone[\s\S]*why: It asks ns1\.elsewhere\.example/,
        budget: /^warning .*no budget[\s\S]*vibely alarms/,
      };
      for (const [name, pattern] of Object.entries(expected)) assert.match(lineOf(page, name), pattern);
    });

    it('goes on past checks that AWS refuses or slows down', async () => {
      faults.inject(
        { service: 'iam', operation: 'GetRole', trouble: 'denied' },
        { service: 'ssm', operation: 'GetParameters', trouble: 'throttled', times: 2 },
        { service: 'ec2', operation: 'DescribeSubnets', trouble: 'reset', times: 1 },
      );
      const { stdout } = await doctor();
      assert.match(lineOf(stdout, 'roles'), /^failed .*AWS does not allow it[\s\S]*fix: Ask whoever/);
      assert.match(lineOf(stdout, 'secrets'), /^ok/);
      assert.match(lineOf(stdout, 'addresses'), /^ok/);
      assert.match(lineOf(stdout, 'budget'), /^ok/);
    });
  });

  it('dns says what the certificate waits for, and waits with you', async () => {
    const env = names.environment;
    const zone = await aws(
      'route53',
      'list-hosted-zones',
      '--query',
      'HostedZones[0].Id',
      '--output',
      'text',
    );
    const servers = JSON.parse(
      await aws('route53', 'get-hosted-zone', '--id', zone, '--query', 'DelegationSet.NameServers'),
    );
    names.records[domain] = {};
    const waiting = await ops('dns --env dev', { env, codes: [1] });
    assert.match(waiting.stdout, /^world asks +nobody$/m);
    assert.match(waiting.stderr, /does not ask this zone[\s\S]*fix: Make an NS record for each of ns-/);
    const done = ops('dns --env dev --wait', { env });
    names.records[domain] = { NS: servers.toReversed() };
    assert.match((await done).stdout, new RegExp(`^certificate +${domain}: ISSUED$`, 'm'));
  });

  it('waf shows what the firewall matched, the most frequent first', async () => {
    const group = ['--log-group-name', 'aws-waf-logs-shop-dev'];
    await aws('logs', 'create-log-group', ...group);
    await aws('logs', 'create-log-stream', ...group, '--log-stream-name', 'a');
    const record = (action: string, uri: string, clientIp: string, more: object) => ({
      timestamp: Date.now(),
      message: JSON.stringify({
        action,
        terminatingRuleId: 'Default_Action',
        httpRequest: { httpMethod: 'GET', uri, clientIp },
        ...more,
      }),
    });
    const label = { labels: [{ name: 'awswaf:managed:aws:core-rule-set:NoUserAgent_Header' }] };
    const rate = { nonTerminatingMatchingRules: [{ ruleId: 'RateLimit' }] };
    const events = [
      record('ALLOW', '/api/notes', '192.0.2.1', rate),
      record('ALLOW', '/.env', '192.0.2.1', label),
      record('ALLOW', '/.env', '192.0.2.2', label),
    ];
    await aws(
      'logs',
      'put-log-events',
      ...group,
      '--log-stream-name',
      'a',
      '--log-events',
      JSON.stringify(events),
    );
    const { stdout } = await ops('waf --env dev --hours 1');
    assert.deepEqual(stdout.trim().split('\n'), [
      'core-rule-set:NoUserAgent_Header\tALLOW\tGET\t/.env\t2\t2',
      'RateLimit\tALLOW\tGET\t/api/notes\t1\t1',
    ]);
    faults.inject({ service: 'logs', operation: 'StartQuery', trouble: 'denied' });
    assert.match((await ops('waf --env dev', { codes: [1] })).stderr, /AWS does not allow it/);
  });

  describe('costs', () => {
    it('puts the bill beside the estimate', async () => {
      const [thisMonth, lastMonth] = [0, -1].map((more) => {
        const now = new Date();
        return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + more, 1))
          .toISOString()
          .slice(0, 10);
      });
      const group = (name: string, Amount: string) => ({
        Keys: [name],
        Metrics: { UnblendedCost: { Amount, Unit: 'USD' } },
      });
      const month = (Start: string | undefined, Groups: object[]) => ({
        TimePeriod: { Start, End: Start },
        Total: {},
        Groups,
      });
      const ResultsByTime = [
        month(lastMonth, [group('Amazon Elastic Container Service', '15.904'), group('Tax', '3.1')]),
        month(thisMonth, [group('Amazon Elastic Container Service', '11.42')]),
      ];
      await fetch(`${emulator.environment.AWS_ENDPOINT_URL}/moto-api/static/ce/cost-and-usage-results`, {
        method: 'POST',
        body: JSON.stringify({ account_id: accounts.dev, region: 'us-east-1', results: [{ ResultsByTime }] }),
      });
      const { stdout, stderr } = await ops('costs --env dev');
      assert.match(stdout, /^USD +estimate +last month +so far$/m);
      assert.match(stdout, /^Fargate, Worker emails, Job cleanup +\d+\.\d\d +15\.90 +11\.42$/m);
      assert.match(stdout, /^RDS PostgreSQL 16 +16\.61 +0\.00 +0\.00$/m);
      assert.match(stdout, /^Tax +– +3\.10 +0\.00$/m);
      assert.match(stdout, /^together +\d+\.\d\d +19\.00 +11\.42$/m);
      assert.match(stderr, /for 0\.01 USD/);
    });

    it('has the estimate alone for whoever may not see the bill', async () => {
      faults.inject({ service: 'ce', trouble: 'denied' });
      const { stdout, stderr } = await ops('costs --env dev');
      assert.match(stdout, /^USD +estimate$/m);
      assert.match(stderr, /What it has cost is not shown\.\n +why: .+\n +fix: Ask for ce:GetCostAndUsage/);
    });

    it('asks nobody for the estimate, and says when the settings are others by now', async () => {
      await withSettings({ cpu: 1024 }, async () => {
        const { stderr } = await ops('costs --env dev --estimate', {
          env: { AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
        });
        assert.match(stderr, /settings\.json has cpu 1024 and not 512/);
      });
      assert.deepEqual(faults.calls(), []);
    });
  });

  describe('asleep', () => {
    it('does not put prod to sleep unless forced', async () => {
      const { stderr } = await ops('pause --env prod', { codes: [1] });
      assert.match(stderr, /prod is not put to sleep[\s\S]*pause --env prod --force/);
      const forced = await ops('pause --env prod --force', { codes: [1] });
      assert.match(forced.stderr, /there is nobody to ask/);
    });

    it('goes to sleep in spite of troubles, and where it stops it goes on', async () => {
      faults.inject({ service: 'ecs', operation: 'UpdateService', trouble: 'denied', after: 1 });
      const stopped = await ops('pause --env dev', { codes: [1] });
      assert.match(stopped.stderr, /AWS does not allow it/);
      faults.clear();
      const slow: Fault[] = ['UpdateService', 'DescribeServices', 'StopDBInstance'].map((operation) => ({
        operation,
        trouble: 'throttled',
        times: 1,
      }));
      faults.inject(...slow, { operation: 'DescribeDBInstances', trouble: 'reset', times: 1 });
      const { stderr } = await ops('pause --env dev');
      assert.equal(faults.hits(), 4);
      assert.deepEqual(await tasks(), [0, 0]);
      assert.equal(
        await aws(
          'scheduler',
          'get-schedule',
          '--name',
          'shop-dev-cleanup',
          '--query',
          'State',
          '--output',
          'text',
        ),
        'DISABLED',
      );
      assert.match(await database(), /stopp(ing|ed)/);
      assert.match(stderr, /starts the database again after seven days, on 20\d\d-\d\d-\d\d/);
      assert.match((await ops('pause --env dev')).stderr, /database: stopp(ing|ed) already/);
    });

    it('is woken up by a deployment, database first, also where the number of tasks moves with the load', async () => {
      await withSettings({ maxTasks: 2 }, async () => {
        const deployment = await ops('deploy --env dev --hold 1s', { timeoutMs: 300_000 });
        assert.match(
          deployment.stderr,
          /dev is asleep: it is woken up first[\s\S]*database: available[\s\S]*schedule shop-dev-cleanup: enabled[\s\S]*-- task /,
        );
        assert.deepEqual(await tasks(), [1, 1]);
        await ops('pause --env dev');
        assert.deepEqual(await tasks(), [0, 0]);
        const again = await ops('deploy --env dev --hold 1s', { timeoutMs: 300_000 });
        assert.match(again.stderr, /scaling: between 1 and 2 tasks/);
        assert.deepEqual(await tasks(), [1, 1]);
        assert.equal(await database(), 'available');
        const awake = await ops('deploy --env dev --hold 1s', { timeoutMs: 300_000 });
        assert.doesNotMatch(awake.stderr, /woken up/);
      });
      await ops('pause --env dev');
    });

    it('is woken up by a way back to another version as well', async () => {
      const { stderr } = await ops('rollback HEAD --env dev --hold 1s', { timeoutMs: 300_000 });
      assert.match(stderr, /dev is asleep: it is woken up first[\s\S]*database: available/);
      assert.deepEqual(await tasks(), [1, 1]);
      await ops('pause --env dev');
    });

    it('wakes up as the settings say, and waits until it answers', async () => {
      const { stderr } = await ops('resume --env dev');
      assert.match(
        stderr,
        /database: available[\s\S]*shop-dev-emails: 1 task[\s\S]*dev is awake: https:\/\/dev\.api\.example\.com\/health answers/,
      );
      assert.deepEqual(await tasks(), [1, 1]);
      assert.equal(await database(), 'available');
      assert.equal(
        await aws(
          'scheduler',
          'get-schedule',
          '--name',
          'shop-dev-cleanup',
          '--query',
          'State',
          '--output',
          'text',
        ),
        'ENABLED',
      );
    });
  });

  describe('the end', () => {
    const bucket = `shop-dev-assets-${accounts.dev}-eu-central-1`;
    const teardown = (more: string, codes: number[] = [0]) =>
      ops(`teardown --env dev ${more}`.trim(), { codes });
    const stacks = async () => Object.keys((await emulator.describe('dev', 'stacks')).stacks).sort();
    const createStack = (name: string, tags: string[]) => {
      const body = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });
      const pairs = tags.map((tag) => `Key=${tag.replace('=', ',Value=')}`);
      const args = ['--stack-name', name, '--template-body', body, '--tags', ...pairs];
      return aws('cloudformation', 'create-stack', ...args);
    };

    it('does not begin with something in the buckets, nor without the full name', async () => {
      const file = join(scratch('asset'), 'a.png');
      writeFileSync(file, 'x');
      await aws('s3api', 'put-object', '--bucket', bucket, '--key', 'uploads/a.png', '--body', file);
      const before = await stacks();
      const full = await teardown('--confirm shop-dev', [1]);
      assert.match(full.stderr, new RegExp(`Nothing was changed.*${bucket}.*--empty-buckets`, 's'));
      assert.match((await teardown('--empty-buckets', [1])).stderr, /nobody to ask/);
      assert.match((await teardown('--empty-buckets --confirm dev', [1])).stderr, /'dev' is not 'shop-dev'/);
      assert.deepEqual(await stacks(), before);
      assert.doesNotMatch(faults.calls().join(), /Delete|Modify|UpdateTermination/);
    });

    it('lifts every protection, stops at what stands in the way, and goes on', async () => {
      for (const stack of ['service', 'data', 'foundation'])
        await aws(
          'cloudformation',
          'update-termination-protection',
          '--stack-name',
          `shop-dev-${stack}`,
          '--enable-termination-protection',
        );
      await aws('rds', 'modify-db-instance', '--db-instance-identifier', 'shop-dev', '--deletion-protection');
      const arn = await aws(
        'elbv2',
        'describe-load-balancers',
        '--query',
        'LoadBalancers[0].LoadBalancerArn',
        '--output',
        'text',
      );
      await aws(
        'elbv2',
        'modify-load-balancer-attributes',
        '--load-balancer-arn',
        arn,
        '--attributes',
        'Key=deletion_protection.enabled,Value=true',
      );
      const zone = await aws(
        'route53',
        'list-hosted-zones',
        '--query',
        'HostedZones[0].Id',
        '--output',
        'text',
      );
      const record = (Name: string, Type: string, Value: string) => ({
        Action: 'UPSERT',
        ResourceRecordSet: { Name, Type, TTL: 300, ResourceRecords: [{ Value }] },
      });
      const change = (...Changes: object[]) =>
        aws(
          'route53',
          'change-resource-record-sets',
          '--hosted-zone-id',
          zone,
          '--change-batch',
          JSON.stringify({ Changes }),
        );
      await change(
        record(`_0a.${domain}`, 'CNAME', '_1b.acm-validations.aws.'),
        record(`mail.${domain}`, 'TXT', '"kept by somebody"'),
      );

      const [topic, other] = ['shop-dev-cache', 'shop-dev-cache-elsewhere'] as const;
      await createStack(topic, ['app=shop', 'environment=dev']);
      await createStack(other, ['app=shop', 'environment=dev-cache']);
      const doctor = await ops('doctor --env dev', { codes: [0, 1] });
      assert.match(lineOf(doctor.stdout, 'stacks'), /Not in infra\/settings\.json any more: cache\./);

      const stopped = await teardown('--empty-buckets --confirm shop-dev', [1]);
      assert.match(stopped.stderr, /settings\.json does not have shop-dev-cache any more/);
      assert.match(stopped.stderr, /shop-dev-dns cannot be deleted[\s\S]*run the same command again/);
      assert.deepEqual(await stacks(), ['cache-elsewhere', 'data', 'dns', 'foundation', 'github']);
      await change({ ...record(`mail.${domain}`, 'TXT', '"kept by somebody"'), Action: 'DELETE' });

      faults.inject({ service: 'rds', operation: 'CreateDBSnapshot', trouble: 'throttled', times: 2 });
      faults.inject({ service: 's3', operation: 'DeleteObjects', trouble: 'reset', times: 1 });
      const { stdout, stderr } = await teardown('--empty-buckets --confirm shop-dev');
      assert.match(
        stderr,
        /snapshot shop-dev-final-\d{8}-\d{6}[\s\S]*deletes shop-dev-data[\s\S]*emptied shop-dev-assets[\s\S]*deletes shop-dev-foundation/,
      );
      assert.deepEqual(await stacks(), ['cache-elsewhere', 'github']);
      assert.match(stdout, /^snapshot +shop-dev-final-\d{8}-\d{6} /m);
      assert.match(stdout, /^parameter +\/shop\/dev\/DATABASE_PASSWORD /m);
      assert.match(stdout, /^stack +shop-dev-github /m);
      assert.match(stdout, /^stack +CDKToolkit /m);
      assert.doesNotMatch(stdout, /^(bucket|zone) /m);
    });

    it('has nothing left to do afterwards, and says what stays', async () => {
      const { stdout } = await teardown('');
      assert.match(stdout, /^snapshot +shop-dev-final-/m);
      faults.inject({ service: 'logs', trouble: 'denied' });
      assert.match((await teardown('')).stdout, /^log group +\(not known\)/m);
    });
  });

  it('met nothing that the emulator does not know', () => {
    assert.equal(emulator.failures(), '');
  });
});
