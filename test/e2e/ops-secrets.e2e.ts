import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { watchArguments } from './support/arguments.ts';
import { type Emulator, startEmulator } from './support/aws.ts';
import { type Faults, startFaults } from './support/faults.ts';
import { linkInfraModules } from './support/infra.ts';
import { commandsOf, type Ops } from './support/ops.ts';
import { venv } from './support/paths.ts';
import { capture, type RunOptions, type RunResult, run, until } from './support/process.ts';
import { render, turnOn } from './support/render.ts';

const many = 150;

/** No two alike, and none that could be part of anything else that is printed. */
const value = (index: number, version = 1) =>
  `v${version}-$ecret/${index}="quoted" \\ ünïcode-${index * 7919}`;
const name = (index: number) => `SERVICE_${index}_TOKEN`;
const line = (index: number, version = 1) => `${name(index)}='${value(index, version)}'`;

const others = `
# comment
export NODE_ENV=production
MAX_UPLOADS=5
NEXT_PUBLIC_TITLE=Shop
PORT=3000
AWS_SECRET_ACCESS_KEY=leaked-from-a-laptop
HEROKU_APP_ID=abc
PRIVATE_KEY="-----BEGIN KEY-----
line-two-of-the-key
-----END KEY-----"
`;

const features = [['audit'], ['cron', 'cleanup', '--schedule', '0 3 * * *', '--command', 'report nightly']];

describe('secrets', { concurrency: 1 }, () => {
  let emulator: Emulator;
  let faults: Faults;
  let ops: Ops;
  let directory = '';
  let environment: Record<string, string> = {};
  const file = (path: string) => join(directory, path);
  const aws = (...args: string[]) => capture(join(venv, 'aws'), args, { env: emulator.environment });
  const settings = () => JSON.parse(readFileSync(file('infra/settings.json'), 'utf8')).environments.dev;
  const writes = () => faults.calls().filter((call) => call === 'ssm:PutParameter').length;

  before(async () => {
    [emulator, directory] = await Promise.all([
      startEmulator(),
      render({ backend: 'node', sse: false, database: false }, ['--skip-install']),
    ]);
    for (const feature of features) await turnOn(directory, feature);
    faults = await startFaults(emulator.environment.AWS_ENDPOINT_URL as string);
    environment = { ...emulator.environment, AWS_ENDPOINT_URL: faults.url, POLL_SECONDS: '0.2' };
    await linkInfraModules(directory);
    ops = await commandsOf(directory, environment);
    await ops('bootstrap --env dev');
    await ops('stacks --env dev', { timeoutMs: 300_000 });
    const cdk = ['--prefix', 'infra', 'run', 'cdk', '--', 'deploy', 'shop-dev-service', '--exclusively'];
    const tag = ['--require-approval', 'never', '--parameters', 'shop-dev-service:ImageTag=first'];
    await run('npm', [...cdk, ...tag], { cwd: directory, env: emulator.environment, timeoutMs: 300_000 });
  });
  after(async () => {
    faults.close();
    await emulator.server.stop();
  });

  /** Runs a command while nobody's arguments may have a value in them, nor what it prints. */
  async function quietly(args: string, options: RunOptions = {}): Promise<RunResult> {
    faults.clear();
    const values = ['$ecret/', 'line-two-of-the-key', 'leaked-from-a-laptop', 'typed by hand'];
    const watch = watchArguments(values);
    const result = await ops(args, { timeoutMs: 300_000, ...options }).finally(async () => {
      assert.deepEqual(await watch.stop(), []);
    });
    for (const shown of [result.stdout, result.stderr])
      for (const text of values) assert.ok(!shown.includes(text), `a value was shown: ${shown}`);
    return result;
  }

  async function stored(): Promise<Map<string, string>> {
    const found = await aws(
      'ssm',
      'get-parameters-by-path',
      '--path',
      '/shop/dev',
      '--with-decryption',
      '--output',
      'json',
    );
    const { Parameters } = JSON.parse(found);
    for (const { Type } of Parameters) assert.equal(Type, 'SecureString');
    return new Map(
      Parameters.map(({ Name, Value }: { Name: string; Value: string }) => [
        Name.slice('/shop/dev/'.length),
        Value,
      ]),
    );
  }

  /** What the image has as its program `report`. */
  const program = (text: string) => {
    mkdirSync(file('programs'), { recursive: true });
    writeFileSync(file('programs/report'), `#!/bin/sh\n${text}\n`);
    chmodSync(file('programs/report'), 0o755);
  };

  const writeEnv = (version = 1, changed: readonly number[] = []) => {
    const lines = Array.from({ length: many }, (_, index) =>
      line(index, changed.includes(index) ? version : 1),
    );
    writeFileSync(file('.env.dev'), `${lines.join('\n')}\n${others}`);
  };

  it('are refused with all that is wrong in a file, and nothing is changed', async () => {
    writeFileSync(file('bad.env'), 'EMPTY=\nLATER=CHANGE_ME\nsome-key=x\nCUT=abc#def\nOPEN="abc\n');
    const ambiguous = await quietly('secrets push bad.env --env dev', { codes: [1] });
    assert.match(ambiguous.stderr, /CUT has a # in it.*OPEN has a quote that is not closed/s);
    writeFileSync(file('bad.env'), `EMPTY=\nLATER=CHANGE_ME\nsome-key=x\n${line(1)}`);
    const { stderr } = await quietly('secrets push bad.env --env dev', { codes: [1] });
    assert.match(
      stderr,
      /EMPTY is empty.*LATER still is CHANGE_ME.*some-key is no name of letters, digits and _/s,
    );
    assert.deepEqual([writes(), (await stored()).size, settings().secrets], [0, 0, []]);
    assert.match(
      (await quietly('secrets push none.env --env dev', { codes: [1] })).stderr,
      /none.env cannot be read/,
    );
  });

  it('stop with a reason when AWS says no, and keep what was written', async () => {
    writeEnv();
    faults.clear();
    const watch = watchArguments(['$ecret/']);
    faults.inject({ service: 'ssm', operation: 'PutParameter', trouble: 'denied', after: 40 });
    const { stderr } = await ops('secrets push .env.dev --env dev', { codes: [1], timeoutMs: 300_000 });
    assert.deepEqual(await watch.stop(), []);
    assert.match(stderr, /AWS does not allow it\.\n +why: .*\n +fix: Ask whoever manages the account/);
    assert.equal((await stored()).size, 40);
  });

  it(`go on where they stopped: ${many} in one go, through throttling and broken connections`, async () => {
    faults.clear();
    faults.inject(
      { service: 'ssm', operation: 'PutParameter', trouble: 'throttled', after: 10, times: 12 },
      { service: 'ssm', operation: 'PutParameter', trouble: 'reset', after: 50, times: 2 },
      { service: 'ssm', operation: 'GetParameters', trouble: 'throttled', times: 2 },
    );
    const { stdout, stderr } = await ops('secrets push .env.dev --env dev', { timeoutMs: 300_000 });
    assert.match(stderr, new RegExp(`-- ${many + 1 - 40} new, 0 changed, 40 as they were`));
    assert.equal(writes(), many + 1 - 40 + 14);
    const found = await stored();
    for (let index = 0; index < many; index += 1) assert.equal(found.get(name(index)), value(index));
    assert.equal(found.get('PRIVATE_KEY'), '-----BEGIN KEY-----\nline-two-of-the-key\n-----END KEY-----');
    assert.equal(found.size, many + 1);
    for (const [variable, destination] of [
      ['SERVICE_7_TOKEN', 'secret'],
      ['NODE_ENV', 'plain'],
      ['MAX_UPLOADS', 'plain'],
      ['NEXT_PUBLIC_TITLE', 'build'],
      ['PORT', 'left out'],
      ['AWS_SECRET_ACCESS_KEY', 'left out'],
      ['HEROKU_APP_ID', 'left out'],
    ])
      assert.match(stdout, new RegExp(`^${variable} +${destination} `, 'm'));
  });

  it('are in the settings then, and in the task definition that infra/ makes of them', async () => {
    const { secrets, variables } = settings();
    assert.equal(secrets.length, many + 1);
    assert.deepEqual(variables, { NODE_ENV: 'production', MAX_UPLOADS: '5' });
    await run('npx', ['biome', 'check', 'settings.json'], { cwd: file('infra') });
    await run('npm', ['run', 'synth'], { cwd: file('infra') });
    const template = JSON.parse(readFileSync(file('infra/cdk.out/shop-dev-service.template.json'), 'utf8'));
    const definition = Object.values<{ Type: string; Properties: Record<string, never> }>(
      template.Resources,
    ).find(({ Type }) => Type === 'AWS::ECS::TaskDefinition');
    const [container] = (definition?.Properties.ContainerDefinitions ?? []) as {
      Secrets: object[];
      Environment: object[];
    }[];
    assert.equal(container?.Secrets.length, many + 1);
    assert.ok(
      container.Environment.some((one) => JSON.stringify(one) === '{"Name":"MAX_UPLOADS","Value":"5"}'),
    );
  });

  it('are not written again when they are as they were', async () => {
    const before = readFileSync(file('infra/settings.json'), 'utf8');
    const { stderr } = await quietly('secrets push .env.dev --env dev');
    assert.match(stderr, new RegExp(`-- 0 new, 0 changed, ${many + 1} as they were`));
    assert.equal(writes(), 0);
    assert.equal(readFileSync(file('infra/settings.json'), 'utf8'), before);
  });

  it('reach the running tasks when they have changed', async () => {
    writeEnv(2, [3, 77]);
    const { stderr } = await quietly('secrets push .env.dev --env dev');
    assert.match(
      stderr,
      /-- 0 new, 2 changed.*keep the old values until they are replaced: npm run ops -- restart/s,
    );
    writeEnv(3, [3, 77]);
    await quietly('secrets push .env.dev --env dev --redeploy');
    assert.equal(writes(), 2);
    assert.ok(faults.calls().includes('ecs:UpdateService'));
    assert.equal((await stored()).get(name(77)), value(77, 3));
  });

  it('are compared with a file by name', async () => {
    assert.match((await quietly('secrets diff .env.dev --env dev')).stdout, /They are the same/);
    writeFileSync(file('.env.dev'), readFileSync(file('.env.dev'), 'utf8').replace(line(5), line(5, 4)));
    writeFileSync(file('.env.dev'), `${readFileSync(file('.env.dev'), 'utf8')}\nNEW_TOKEN=x`);
    await aws(
      'ssm',
      'put-parameter',
      '--type',
      'SecureString',
      '--name',
      '/shop/dev/FORGOTTEN',
      '--value',
      'x',
    );
    const { stdout } = await quietly('secrets diff .env.dev --env dev', { codes: [1] });
    assert.deepEqual(
      stdout
        .trim()
        .split('\n')
        .map((row) => row.replaceAll(/ +/g, ' ')),
      ['NEW_TOKEN only in the file', 'SERVICE_5_TOKEN other value', 'FORGOTTEN only in the Parameter Store'],
    );
    assert.equal(writes(), 0);
  });

  it('are listed by name, with what is missing', async () => {
    await aws(
      'ssm',
      'put-parameter',
      '--type',
      'SecureString',
      '--name',
      '/shop/dev/SERVICE_1_TOKEN',
      '--value',
      'CHANGE_ME',
      '--overwrite',
    );
    await aws('ssm', 'delete-parameter', '--name', '/shop/dev/SERVICE_2_TOKEN');
    const { stdout } = await quietly('secrets list --env dev');
    assert.match(stdout, /^FORGOTTEN +not in infra\/settings\.json +\d{4}-/m);
    assert.match(stdout, /^SERVICE_0_TOKEN +set +\d{4}-/m);
    assert.match(stdout, /^SERVICE_1_TOKEN +CHANGE_ME/m);
    assert.match(stdout, /^SERVICE_2_TOKEN +missing$/m);
  });

  it('are set one by one from standard input', async () => {
    const { stderr } = await quietly('secrets set STRIPE_KEY --env dev', { input: 'typed by hand\n' });
    assert.match(stderr, /-- set \/shop\/dev\/STRIPE_KEY\n-- infra\/settings\.json has the new names/);
    assert.equal((await stored()).get('STRIPE_KEY'), 'typed by hand');
    assert.ok(settings().secrets.includes('STRIPE_KEY'));
    assert.match(
      (await quietly('secrets set STRIPE_KEY --env dev', { input: 'typed by hand' })).stderr,
      /is as it was/,
    );
    assert.equal(writes(), 0);
    assert.match((await quietly('secrets set STRIPE_KEY --env dev', { codes: [1] })).stderr, /is empty/);
    assert.match(
      (await quietly('secrets set DATABASE_PASSWORD --env dev', { codes: [1] })).stderr,
      /rotate-password/,
    );
    assert.match((await quietly('secrets set stripe-key --env dev', { codes: [1] })).stderr, /is no name/);
    const taken = await quietly('secrets set PORT --env dev', { input: '3000', codes: [1] });
    assert.match(taken.stderr, /PORT is not yours to set: the infrastructure sets it/);
  });

  it('are no longer among the variables once they are secrets, nor the other way round', async () => {
    const { stderr } = await quietly('secrets set MAX_UPLOADS --env dev', { input: 'typed by hand' });
    assert.match(stderr, /No longer in its "variables": MAX_UPLOADS\. Their old values stay in the history/);
    assert.deepEqual(settings().variables, { NODE_ENV: 'production' });
    writeFileSync(file('plain.env'), 'MAX_UPLOADS=6');
    const back = await quietly('secrets push plain.env --env dev --plain MAX_UPLOADS');
    assert.match(back.stderr, /No longer in its "secrets": MAX_UPLOADS\./);
    assert.deepEqual(settings().variables, { NODE_ENV: 'production', MAX_UPLOADS: '6' });
    assert.ok(!settings().secrets.includes('MAX_UPLOADS'));
    writeFileSync(file('plain.env'), 'MAX_UPLOADS=6.5');
    assert.match((await quietly('secrets push plain.env --env dev')).stdout, /MAX_UPLOADS +plain /);
    await run('npm', ['run', 'synth'], { cwd: file('infra') });
  });

  it('are asked for at a terminal without showing them', async () => {
    const command = `${process.execPath} --import ./ops/node_modules/tsx/dist/loader.mjs ops/cli.ts secrets set MAIL_KEY --env dev`;
    // The answer comes once it is asked for: what is typed before is echoed by the terminal itself.
    const typing = `out=$(mktemp); (while ! grep -q 'MAIL_KEY: ' "$out"; do sleep 0.2; done; sleep 0.5; printf 'typed by hand 2\\r') |
      script --quiet --flush --return --command '${command}' "$out" >/dev/null; cat "$out"; rm "$out"`;
    const { stdout } = await run('bash', ['-c', typing], { cwd: directory, env: environment });
    assert.match(stdout, /MAIL_KEY: /);
    assert.doesNotMatch(stdout, /typed by hand/);
    assert.equal((await stored()).get('MAIL_KEY'), 'typed by hand 2');
  });

  describe('given to a command that runs once', { concurrency: 1 }, () => {
    before(() => {
      emulator.runTasksOn({
        images: { 'shop-dev': file('programs'), 'aws-cli': venv },
        // Whatever the image itself would put before a command.
        entryPoints: { 'shop-dev': ['sh', '-c', 'echo the trap; exit 99'] },
      });
    });

    it('are in its environment; its log comes as it is written, its exit code is ours', async () => {
      program(
        'echo "report $*"; test "$SERVICE_0_TOKEN" && echo "has its secret"; sleep 3; echo late; exit 7',
      );
      await aws(
        'ssm',
        'put-parameter',
        '--type',
        'SecureString',
        '--name',
        '/shop/dev/SERVICE_2_TOKEN',
        '--value',
        'x',
      );
      const cdk = ['--prefix', 'infra', 'run', 'cdk', '--', 'deploy', 'shop-dev-service', '--exclusively'];
      await run('npm', [...cdk, '--require-approval', 'never'], {
        cwd: directory,
        env: emulator.environment,
        timeoutMs: 300_000,
      });
      const { stdout, stderr } = await quietly('run --env dev -- report --month 11', { codes: [7] });
      assert.equal(stdout, 'report --month 11\nhas its secret\nlate\n');
      assert.match(stderr, /the task has failed\. Its exit code is 7\./);
      assert.ok(faults.calls().filter((call) => call === 'logs:GetLogEvents').length > 4);
      const left = await aws(
        'ecs',
        'list-task-definitions',
        '--family-prefix',
        'shop-dev-run',
        '--query',
        'length(taskDefinitionArns)',
      );
      assert.equal(left, '0');
    });

    it('go on with it when nobody waits any longer', async () => {
      program(`sleep 5; touch ${file('done')}`);
      const { stderr } = await quietly('run --env dev --timeout 1s -- report', { codes: [1] });
      assert.match(stderr, /The task [0-9a-f-]+ goes on\..*stop it: aws ecs stop-task --cluster shop-dev/s);
      assert.ok(!existsSync(file('done')));
      await until('the task has done its work', 20_000, () => existsSync(file('done')));
    });

    it('are explained when a command is not there, and when one of them is missing', async () => {
      const absent = await quietly('run --env dev -- nothing-like-that', { codes: [1] });
      assert.match(absent.stderr, /did not run.*The image has no such program/s);
      await aws('ssm', 'delete-parameter', '--name', '/shop/dev/SERVICE_3_TOKEN');
      const missing = await quietly('run --env dev -- report', { codes: [1] });
      assert.match(missing.stderr, /invalid ssm parameters: \/shop\/dev\/SERVICE_3_TOKEN.*secrets list/s);
    });

    it('are out of reach of a session without the program that opens it, or without a task', async () => {
      const path = { PATH: '/usr/bin:/bin' };
      const without = await quietly('exec --env dev', { codes: [1], env: path });
      assert.match(without.stderr, /There is no program aws\./);
      mkdirSync(file('session'));
      for (const name of ['aws', 'session-manager-plugin'])
        writeFileSync(file(`session/${name}`), '#!/bin/sh\n', { mode: 0o755 });
      const idle = await quietly('exec --env dev', {
        codes: [1],
        env: { PATH: `${file('session')}:/usr/bin:/bin` },
      });
      assert.match(idle.stderr, /No task of shop-dev is running/);
    });
  });

  describe('given to a job', { concurrency: 1 }, () => {
    before(() => emulator.runTasksOn({ images: { 'shop-dev': file('programs'), 'aws-cli': venv } }));

    it('are in its environment when it is started by hand, once it is its turn', async () => {
      program('echo "$* $SERVICE_0_TOKEN" | cut -c 1-12; exit 3');
      await aws(
        'ssm',
        'put-parameter',
        '--type',
        'SecureString',
        '--name',
        '/shop/dev/SERVICE_3_TOKEN',
        '--value',
        'x',
      );
      const { stdout, stderr } = await quietly('job cleanup --env dev --wait', { codes: [3] });
      assert.equal(stdout, 'nightly v1-$\n');
      assert.match(stderr, /the task has failed\. Its exit code is 3\./);
    });

    it('leave nobody waiting otherwise; a job that is not there is named', async () => {
      const started = await quietly('job cleanup --env dev');
      assert.match(
        started.stderr,
        /started; its log: aws logs tail \/shop\/dev\/backend --log-stream-name-prefix cleanup\//,
      );
      const { stderr } = await quietly('job other --env dev', { codes: [1] });
      assert.match(stderr, /There is no job 'other'.*infra\/settings.json has for dev: cleanup\./s);
    });
  });

  describe('read or changed by somebody', { concurrency: 1 }, () => {
    const call = (eventTime: string, eventName: string, arn: string, errorCode?: string) => ({
      eventTime,
      eventName,
      userIdentity: { arn },
      sourceIPAddress: '203.0.113.7',
      requestParameters: { name: '/shop/dev/STRIPE_KEY', withDecryption: true },
      errorCode,
    });

    it('are in the trail of that day, of every region, in the order of time', async () => {
      const records = {
        'eu-central-1/2026/11/20/a': [call('2026-11-20T09:00:00Z', 'GetParameter', 'arn:ada')],
        'us-east-1/2026/11/20/b': [
          call('2026-11-20T08:00:00Z', 'DeleteParameter', 'arn:bob', 'AccessDenied'),
        ],
        'eu-central-1/2026/11/21/c': [call('2026-11-21T08:00:00Z', 'GetParameter', 'arn:eve')],
      };
      for (const [key, Records] of Object.entries(records)) {
        writeFileSync(file('record.gz'), gzipSync(JSON.stringify({ Records })));
        const folder = 's3://shop-dev-trail-123456789012-eu-central-1/AWSLogs/123456789012/CloudTrail';
        await aws('s3', 'cp', '--only-show-errors', file('record.gz'), `${folder}/${key}.json.gz`);
      }
      const { stdout, stderr } = await quietly('trail 2026-11-20 --env dev');
      assert.equal(
        stdout,
        '2026-11-20T08:00:00Z\tarn:bob\tDeleteParameter\t/shop/dev/STRIPE_KEY\t203.0.113.7\tAccessDenied\n' +
          '2026-11-20T09:00:00Z\tarn:ada\tGetParameter\t/shop/dev/STRIPE_KEY\t203.0.113.7\n',
      );
      assert.match(stderr, /-- 2 of 2 calls/);
      assert.match((await quietly('trail 2026-11-20 ada --env dev')).stderr, /-- 1 of 2 calls/);
      assert.match(
        (await quietly('trail yesterday --env dev', { codes: [1] })).stderr,
        /'yesterday' is no day/,
      );
    });
  });

  it('met nothing that the emulator does not know', () => {
    assert.equal(emulator.failures(), '');
  });
});
