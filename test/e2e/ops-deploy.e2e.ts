import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Emulator, startEmulator } from './support/aws.ts';
import { type Faults, startFaults } from './support/faults.ts';
import { openFrontDoor } from './support/front-door.ts';
import { linkInfraModules } from './support/infra.ts';
import { commandsOf, type Ops } from './support/ops.ts';
import { e2e, venv } from './support/paths.ts';
import { type RunResult, run, until } from './support/process.ts';
import { accounts, render, type Variant } from './support/render.ts';

const variant: Variant = { backend: 'node', sse: true, database: true, github: 'acme/shop' };

describe('deploying', { concurrency: 1 }, () => {
  let emulator: Emulator;
  let faults: Faults;
  let ops: Ops;
  let directory = '';
  let environment: Record<string, string> = {};

  before(async () => {
    emulator = await startEmulator();
    faults = await startFaults(emulator.environment.AWS_ENDPOINT_URL as string);
    environment = {
      ...(await openFrontDoor(emulator, 'api.example.com')),
      AWS_ENDPOINT_URL: faults.url,
      GH_LOGGED_OUT: '1',
    };
    directory = await render(variant, ['--skip-install']);
    await linkInfraModules(directory);
    const commands = await commandsOf(directory, environment);
    ops = (args, options) => commands(args, { timeoutMs: 400_000, ...options });
  });
  after(async () => {
    faults.close();
    await emulator.server.stop();
  });
  beforeEach(() => faults.clear());

  const git = (...args: string[]): Promise<RunResult> =>
    run('git', args, { cwd: directory, env: environment });
  const head = async () => (await git('rev-parse', 'HEAD')).stdout.trim();
  const commit = async () => {
    await git('commit', '--quiet', '--allow-empty', '--message', 'another');
    return head();
  };
  /** The commit and the state of an environment's service stack. */
  const service = async (name: 'dev' | 'prod' = 'dev') => {
    const { stacks } = await emulator.describe(name, 'stacks');
    return { tag: stacks.service?.parameters.ImageTag, status: stacks.service?.status };
  };
  const aws = (...args: string[]) => run(join(venv, 'aws'), args, { env: environment });
  const fails = async (args: string, says: RegExp, code = 1, env: Record<string, string> = {}) => {
    const failed = await ops(args, { codes: [code], env });
    assert.match(failed.stderr, says);
    assert.match(failed.stderr, /^error: .+\n {2}why: .+\n {2}fix: .+$/m);
    return failed;
  };

  const commands =
    'bootstrap stacks build promote release deploy rollback restart versions status logs explain drift';

  describe('without the right credentials', { concurrency: 3 }, () => {
    for (const command of commands.split(' ')) {
      it(`says so: ${command}`, async () => {
        const nobody = { AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_CONFIG_FILE: '/dev/null' };
        await fails(`${command} --env dev`, /AWS does not accept your credentials/, 1, nobody);
        const other = { AWS_PROFILE: 'prod-shop' };
        await fails(`${command} --env dev`, /These credentials are for account 210987654321/, 1, other);
      });
    }
  });

  it('prints where an environment lives, without credentials', async () => {
    const { stdout } = await ops('target --env prod', { env: { AWS_SHARED_CREDENTIALS_FILE: '/dev/null' } });
    assert.equal(stdout, `account=${accounts.prod}\nregion=eu-central-1\n`);
  });

  it('says what is missing in an account where nothing is', async () => {
    await fails('deploy --env dev', /\/shop\/dev\/DATABASE_PASSWORD: no such secret/);
    await fails('build --env dev', /shop-dev-foundation has no output RepositoryUri/);
    await fails('rollback --env dev', /The service of dev was never deployed/);
    await fails('logs --env dev', /There is no log group/);
    const { stdout } = await ops('status --env dev');
    assert.match(stdout, /nothing is in service\nstacks +foundation +not deployed/);
  });

  it('prepares an account, and leaves alone what is there', async () => {
    const first = await ops('bootstrap --env dev');
    assert.match(first.stderr, /made \/shop\/dev\/DATABASE_PASSWORD/);
    assert.match(first.stderr, /New environment: dev/);
    const read = [
      'ssm',
      'get-parameter',
      '--with-decryption',
      '--query',
      'Parameter.Value',
      '--output',
      'text',
    ];
    const password = async () => (await aws(...read, '--name', '/shop/dev/DATABASE_PASSWORD')).stdout.trim();
    const before = await password();
    assert.match(before, /^\w{48}$/);
    assert.doesNotMatch(first.stdout + first.stderr, new RegExp(before));

    const nowhere = { GH_LOGGED_OUT: '', GH_NO_REPOSITORY: '1' };
    const early = await ops('bootstrap --env dev', { env: nowhere });
    assert.match(early.stderr, /HTTP 404[\s\S]*gh repo create acme\/shop[\s\S]*New environment: dev/);

    const second = await ops('bootstrap --env dev', { env: { GH_LOGGED_OUT: '' } });
    assert.match(second.stderr, /CDK is bootstrapped[\s\S]*stays as it is[\s\S]*made the environment dev/);
    assert.equal(await password(), before);
    const rules = join(dirname(environment.AWS_CONFIG_FILE as string), 'github/dev');
    assert.match(readFileSync(rules, 'utf8'), /"custom_branch_policies":true/);
    assert.match(readFileSync(`${rules}.policies`, 'utf8'), /main/);
  });

  it('deploys what the service stands on', async () => {
    await ops('stacks --env dev');
    const { stacks } = await emulator.describe('dev', 'stacks');
    assert.deepEqual(Object.keys(stacks).sort(), ['data', 'foundation', 'github']);
  });

  it('goes on after an upload that broke off', async () => {
    faults.inject({ service: 's3', operation: 'PutObject', trouble: { cutAfterBytes: 500 } });
    await fails('build --env dev --remote', /AWS cannot be reached/);
    assert.ok(faults.hits() > 1, 'it was tried again');
    const { stdout } = await aws(
      's3',
      'ls',
      `s3://shop-dev-builds-${accounts.dev}-eu-central-1`,
      '--recursive',
    );
    assert.equal(stdout, '');
    faults.clear();

    faults.inject({ service: 's3', operation: 'PutObject', trouble: { cutAfterBytes: 500 }, times: 1 });
    faults.inject({ service: 'codebuild', operation: 'BatchGetBuilds', trouble: 'denied', times: 1 });
    await fails('build --env dev --remote', /AWS does not allow it/);
    faults.clear();
    const { stderr } = await ops('build --env dev --remote');
    assert.match(stderr, /the build shop-dev-build:\S+ of this commit is on its way already/);
    assert.match(stderr, /\[Container] Running command docker build[\s\S]*pushed shop-dev:/);
    assert.match((await ops('build --env dev')).stderr, /exists already/);
  });

  it('deploys, although AWS takes too many calls ill at each of them', async () => {
    const tag = await commit();
    const operations = [
      ...['sts:GetCallerIdentity', 'ssm:GetParameters', 'cloudformation:DescribeStacks', 'ecr:BatchGetImage'],
      ...['ecr:GetDownloadUrlForLayer', 's3:HeadObject', 's3:PutObject', 'codebuild:ListBuildsForProject'],
      ...[
        'codebuild:StartBuild',
        'codebuild:BatchGetBuilds',
        'logs:GetLogEvents',
        'ecs:DescribeTaskDefinition',
      ],
      ...['ecs:RunTask', 'ecs:DescribeTasks', 'ecs:DescribeServices', 'cloudformation:DescribeStackEvents'],
      ...['cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'],
    ];
    for (const name of operations) {
      const [serviceName, operation] = name.split(':') as [string, string];
      faults.inject({ service: serviceName, operation, trouble: 'throttled', times: 1 });
    }
    const { stdout, stderr } = await ops('deploy --env dev --hold 1s', { env: { DOCKER_DOWN: '1' } });
    assert.match(stderr, /No Docker answers on this machine/);
    assert.match(stderr, /COMPLETED: 1 of 1 tasks running, 0 failed/);
    assert.match(stdout, new RegExp(`ok +health +version ${tag}`));
    const missed = operations.filter((operation) => !faults.calls().includes(operation));
    assert.deepEqual(missed, [], 'operations that a deployment no longer calls');
    assert.equal(faults.hits(), operations.length);
    assert.deepEqual(await service(), { tag, status: 'CREATE_COMPLETE' });
  });

  it('stops with a reason when AWS goes on refusing, and leaves what runs alone', async () => {
    const before = await service();
    await commit();
    faults.inject({ service: 'ecr', operation: 'BatchGetImage', trouble: 'denied' });
    await fails('deploy --env dev', /AWS does not allow it[\s\S]*Ask whoever manages the account/);
    assert.deepEqual(await service(), before);
  });

  it('builds with Docker where it answers, and hands the exit code of the release step on', async () => {
    const before = await service();
    emulator.nextTask({ exitCode: 3, log: ['relation "notes" is broken'] });
    const failed = await fails('deploy --env dev', /release step of \w+ ended with exit code 3/, 3);
    assert.match(failed.stderr, /-- pushed shop-dev:/);
    assert.match(failed.stdout, /relation "notes" is broken/);
    assert.deepEqual(await service(), before);
    emulator.nextTask({ exitCode: 0, log: ['done'] });
  });

  it('shows within a minute why tasks die, gives up, and leaves the old version in service', async () => {
    const before = await service();
    const tag = await head();
    emulator.nextDeployment({
      exitCode: 127,
      everySeconds: 1,
      log: ['Error: Cannot find module fastify', 'Node.js v24'],
    });
    const start = Date.now();
    const { stderr } = await fails('deploy --env dev', new RegExp(`${tag} is not in service in shop-dev`));
    assert.ok(Date.now() - start < 60_000, `${Date.now() - start} ms`);
    assert.match(stderr, /-- task \S+ has stopped\. Its exit code is 127\. There is no such command/);
    assert.match(stderr, / {3}\| Error: Cannot find module fastify/);
    assert.match(stderr, /[3-9] tasks have died: this deployment is given up/);
    assert.match(stderr, new RegExp(`${before.tag} goes on serving: CloudFormation went back to it`));
    assert.deepEqual(await service(), { tag: before.tag, status: 'UPDATE_ROLLBACK_COMPLETE' });
    const { stderr: explained } = await ops('explain --env dev');
    assert.match(explained, /shop-dev-service is in UPDATE_ROLLBACK_COMPLETE/);
    assert.match(explained, /Error: Cannot find module fastify/);
  });

  it('finishes a way back that CloudFormation could not go', async () => {
    emulator.nextDeployment({ everySeconds: 1, rollbackSeconds: 1.5, rollback: 'fails' });
    await fails('deploy --env dev', /is not in service/);
    assert.equal((await service()).status, 'UPDATE_ROLLBACK_FAILED');
    const { stderr } = await ops('deploy --env dev --hold 1s');
    assert.match(stderr, /is in UPDATE_ROLLBACK_FAILED: an update failed, and so did the way back/);
    assert.deepEqual(await service(), { tag: await head(), status: 'UPDATE_COMPLETE' });
  });

  it('refuses an image for another processor, and a build that fails', async () => {
    const before = await service();
    const tag = await commit();
    const name = `${accounts.dev}.dkr.ecr.eu-central-1.amazonaws.com/shop-dev:${tag}`;
    const push = join(e2e, 'emulator/push_image.py');
    await run(join(venv, 'python'), [push, name, 'amd64'], { env: environment });
    await fails('deploy --env dev', /is for amd64\.[\s\S]*run on arm64/);
    const dockerfile = join(directory, 'backend/Dockerfile');
    const text = readFileSync(dockerfile, 'utf8');
    writeFileSync(dockerfile, `${text}RUN exit 1\n`);
    await git('commit', '--quiet', '--all', '--message', 'broken');
    const { stderr } = await fails('build --env dev --remote', /The build ended as FAILED/);
    assert.match(stderr, /ERROR: exit code: 1[\s\S]*Reason: exit status 1/);
    await git('revert', '--no-edit', 'HEAD');
    assert.deepEqual(await service(), before);
  });

  it('refuses a secret that nobody has filled in', async () => {
    const file = join(directory, 'infra/settings.json');
    const text = readFileSync(file, 'utf8');
    const settings = JSON.parse(text);
    settings.environments.dev.secrets = ['STRIPE_KEY', 'SMTP_PASSWORD'];
    writeFileSync(file, JSON.stringify(settings));
    const put = ['ssm', 'put-parameter', '--type', 'SecureString', '--value', 'CHANGE_ME'];
    await aws(...put, '--name', '/shop/dev/STRIPE_KEY');
    for (const command of ['deploy', 'restart'])
      await fails(
        `${command} --env dev`,
        /\/shop\/dev\/SMTP_PASSWORD: no such secret\. \/shop\/dev\/STRIPE_KEY: still CHANGE_ME/,
      );
    writeFileSync(file, text);
  });

  it('rolls back to the version that served before, whatever lies in the working tree', async () => {
    const before = (await service()).tag;
    // Built and never deployed: nobody knows whether it runs.
    const built = await commit();
    await ops('build --env dev');
    const now = await commit();
    await ops('deploy --env dev --hold 1s');
    const { stdout } = await ops('versions --env dev');
    assert.match(stdout, new RegExp(`^\\S+Z {2}${now} {2}in service$`, 'm'));
    assert.equal((await ops('versions --env dev --in-service')).stdout.trim(), now);
    assert.match(stdout, new RegExp(`${now} {2}in service\\n\\S+ +${built}$`, 'm'));
    writeFileSync(join(directory, 'infra/bin/app.ts'), 'this is no program');
    const { stderr } = await ops('rollback --env dev --hold 1s');
    await git('checkout', '--quiet', 'infra/bin/app.ts');
    assert.match(stderr, new RegExp(`from ${now} to ${before}`));
    assert.equal((await service()).tag, before);
    // The infrastructure has stayed where it was.
    assert.equal((await ops('versions --env dev --infrastructure')).stdout.trim(), now);
    const further = await ops('rollback --env dev --hold 1s');
    assert.match(further.stderr, new RegExp(`from ${before} to (?!${now}|${built})\\w{40}`));
    await fails('rollback --env dev 0000000', /There is no image shop-dev:0000000/);
    await ops(`rollback --env dev ${now} --hold 1s`);
    assert.equal((await service()).tag, now);
  });

  it('explains an update that was taken back', async () => {
    const now = (await service()).tag;
    emulator.nextDeployment({
      log: ['column is missing'],
      exitCode: 137,
      everySeconds: 1,
      rollbackSeconds: 2.5,
    });
    const { stderr } = await fails('rollback --env dev', /is not in service in shop-dev/);
    assert.match(stderr, /Circuit Breaker was triggered/);
    assert.match(stderr, /It was killed: it used too much memory/);
    assert.match(stderr, new RegExp(`${now} goes on serving: CloudFormation went back to it`));
    assert.deepEqual(await service(), { tag: now, status: 'UPDATE_ROLLBACK_COMPLETE' });
  });

  it('restarts, and says when the new tasks die', async () => {
    assert.match((await ops('restart --env dev')).stderr, /COMPLETED: 1 of 1 tasks running, 0 failed/);
    emulator.nextDeployment({ log: ['no such secret'], everySeconds: 0.3 });
    const { stderr } = await fails('restart --env dev', /tasks have died/);
    assert.match(stderr, /\| no such secret/);
    await ops('restart --env dev');
  });

  it('shows status and logs', async () => {
    const { stdout } = await ops('status --env dev');
    assert.match(stdout, new RegExp(`^version +${(await service()).tag}`));
    assert.match(stdout, /^service +shop-dev: 1 of 1 tasks run/m);
    assert.match(stdout, /^database +available: PostgreSQL 16/m);
    const all = await ops('logs --env dev --since 1h');
    assert.match(all.stdout, /^\S+Z backend\/\w{8} Error: Cannot find module fastify$/m);
    const some = await ops('logs --env dev --since 1h --filter column');
    assert.match(some.stdout, /column is missing/);
    assert.doesNotMatch(some.stdout, /fastify/);
    assert.match((await ops('logs --env dev --group release --since 1h')).stdout, /relation "notes"/);
  });

  it('follows the log, and shows each line once', async () => {
    const stream = [
      '--log-group-name',
      '/shop/dev/backend',
      '--log-stream-name',
      'backend/backend/abcdef1234',
    ];
    await aws('logs', 'create-log-stream', ...stream);
    const program = ['--import', './ops/node_modules/tsx/dist/loader.mjs', 'ops/cli.ts'];
    const following = run(
      'timeout',
      ['10', process.execPath, ...program, 'logs', '--env', 'dev', '--follow'],
      {
        cwd: directory,
        env: environment,
        codes: [124],
      },
    );
    await until('it looks', 9_000, () => faults.calls().includes('logs:FilterLogEvents'));
    const event = `timestamp=${Date.now()},message=while-it-follows`;
    await aws('logs', 'put-log-events', ...stream, '--log-events', event);
    const lines = (await following).stdout.match(/backend\/abcdef12 while-it-follows/g);
    assert.equal(lines?.length, 1);
  });

  it('finds a difference between AWS and the commit, and none where there is none', async () => {
    assert.match((await ops('drift --env dev')).stderr, /no difference/);
    const file = join(directory, 'infra/settings.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace('"deregistrationDelaySeconds": 120', '"deregistrationDelaySeconds": 90'),
    );
    await fails('drift --env dev', /shop-dev is not what this commit says/);
    writeFileSync(file, text);
  });

  describe('to prod', { concurrency: 1 }, () => {
    it('asks, and refuses what is not committed', async () => {
      await fails('stacks --env prod', /there is nobody to ask/);
      writeFileSync(join(directory, 'README.md'), 'changed');
      for (const command of ['stacks', 'release', 'deploy'])
        await fails(`${command} --env prod --yes`, /only deployed from what is committed[\s\S]*README.md/);
      await git('checkout', '--quiet', 'README.md');
    });

    it('gives a first deployment up whose tasks die, and leaves nothing of it', async () => {
      // The tests before have left a commit that dev has no image of.
      await ops('build --env dev');
      await ops('bootstrap --env prod --yes', { env: { GH_LOGGED_OUT: '', GH_NO_REVIEWERS: '1' } });
      await ops('stacks --env prod --yes');
      emulator.nextDeployment({ log: ['cannot start'] });
      const { stderr } = await fails('deploy --env prod --yes', /Nothing is in service yet/);
      assert.match(stderr, /\| cannot start/);
      assert.match(stderr, /shop-prod:\w+ is sha256:/);
      assert.equal((await service('prod')).status, undefined);
    });

    it('deletes what a first deployment has left that failed, and tries anew', async () => {
      emulator.nextDeployment({ everySeconds: 1, rollbackSeconds: 1.5 });
      await fails('deploy --env prod --yes', /Nothing is in service yet/);
      // Its load balancer is protected against deletion.
      assert.equal((await service('prod')).status, 'ROLLBACK_FAILED');
      const { stderr } = await ops('deploy --env prod --yes --hold 1s');
      assert.match(stderr, /in ROLLBACK_FAILED: that is deleted, and tried anew/);
      assert.deepEqual(await service('prod'), { tag: await head(), status: 'CREATE_COMPLETE' });
    });

    it("has dev's image, byte for byte", async () => {
      const digest = async (...flags: string[]) => {
        const ids = ['--image-ids', `imageTag=${await head()}`, '--query', 'imageDetails[0].imageDigest'];
        return (await aws('ecr', 'describe-images', ...ids, ...flags)).stdout;
      };
      const dev = await digest('--repository-name', 'shop-dev');
      assert.equal(await digest('--repository-name', 'shop-prod', '--profile', 'prod-shop'), dev);
      await fails('promote --env dev', /dev's images are not copied/);
      assert.match((await ops('promote --env prod --yes')).stderr, /exists already/);
    });
  });

  it('met nothing that the emulator does not know', () => {
    assert.equal(emulator.failures(), '');
    assert.ok(!existsSync(join(dirname(environment.AWS_CONFIG_FILE as string), 'service.json')));
  });
});
