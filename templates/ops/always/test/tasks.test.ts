import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { runDefinition } from '../lib/run.ts';
import { shellWords } from '../lib/sessions.ts';
import { whyStopped } from '../lib/stopped.ts';
import { cliFlags } from '../lib/target.ts';
import { runTask, TaskGoesOn } from '../lib/tasks.ts';
import { type Answers, startAws } from './aws.ts';

describe('a task that has stopped', () => {
  for (const [stoppedReason, exitCode, expected] of [
    ['CannotPullContainerError: shop-dev:abc: not found', undefined, /not in the registry: .* ops -- build/],
    ['CannotPullContainerError: dial tcp: i/o timeout', undefined, /no way to the registry/],
    ['ResourceInitializationError: invalid ssm parameters: /shop/dev/KEY', undefined, /secrets list/],
    ['OutOfMemoryError: Container killed due to memory usage', 137, /Raise memoryMiB/],
    ['exec /bin/sh: exec format error', 255, /another CPU/],
    ['Capacity is unavailable at this time', undefined, /no room/],
    ['Essential container in task exited', 3, /log is above/],
  ] as const)
    it(`is explained when ECS says ${stoppedReason}`, () => {
      const { why, fix } = whyStopped(
        { stoppedReason, containers: [{ name: 'backend', exitCode }] },
        'backend',
      );
      assert.match(fix, expected);
      assert.ok(why.includes(stoppedReason), why);
    });

  it('names the container that has failed when the one that matters never ran', () => {
    const containers = [{ name: 'database' }, { name: 'download', exitCode: 1, reason: 'no such key' }];
    const { why } = whyStopped({ stoppedReason: 'Dependency failed', containers }, 'database');
    assert.match(why, /container 'download' ended with 1\..*no such key/);
  });
});

describe('a task that is followed', () => {
  const outputs = ['SubnetIds', 'TaskSecurityGroupId']
    .map((name) => `<member><OutputKey>${name}</OutputKey><OutputValue>a</OutputValue></member>`)
    .join('');
  const stacks = `<Stacks><member><Outputs>${outputs}</Outputs></member></Stacks>`;

  /** Follows a task in an AWS that answers the looks at it one after the other. */
  async function follow(...looks: object[]): Promise<unknown> {
    const answers: Answers = {
      DescribeStacks: () => `<R><DescribeStacksResult>${stacks}</DescribeStacksResult></R>`,
      DescribeTaskDefinition: () => ({ taskDefinition: {} }),
      RunTask: () => ({ tasks: [{ taskArn: 'a/b/7' }] }),
      DescribeTasks: () => looks.shift() ?? {},
    };
    const task = { definition: 'shop-dev-release', container: 'backend', timeoutSeconds: 60 };
    return runTask(await startAws(answers), task).catch((error: unknown) => error);
  }
  const state = (lastStatus: string) => ({ tasks: [{ taskArn: 'a/b/7', lastStatus }] });
  const expired = { __type: 'ExpiredTokenException', message: 'The token has expired.' };

  for (const [lastStatus, running] of [
    ['PENDING', false],
    ['RUNNING', true],
  ] as const)
    it(`goes on when AWS lets nobody look any more while it is ${lastStatus}`, async () => {
      const error = await follow(state(lastStatus), expired);
      assert.ok(error instanceof TaskGoesOn, `${error}`);
      assert.equal(error.running, running);
      assert.match(error.why, /does not accept your credentials.*expired/);
      assert.match(error.fix, /describe-tasks .*--tasks 7/);
    });

  it('may still be fetching what it needs when nobody could look at it even once', async () => {
    const error = await follow(expired);
    assert.ok(error instanceof TaskGoesOn, `${error}`);
    assert.equal(error.running, false);
  });
});

describe('a command that runs once', () => {
  const backend = {
    name: 'backend',
    image: 'shop:1',
    command: ['serve'],
    portMappings: [{ containerPort: 8000 }],
    environment: [{ name: 'LOG_LEVEL', value: 'info' }],
    secrets: [{ name: 'KEY', valueFrom: '/shop/dev/KEY' }],
    logConfiguration: { logDriver: 'awslogs' as const, options: { 'awslogs-stream-prefix': 'backend' } },
  };
  const definition = { cpu: '512', taskRoleArn: 'role', revision: 7, status: 'ACTIVE' as const };

  it('takes the place of an ENTRYPOINT, and has all that the service has but its port', () => {
    const made = runDefinition('shop-dev-run', { definition, backend }, ['python', '-m', 'app.report']);
    const [container] = made.containerDefinitions ?? [];
    assert.deepEqual([container?.entryPoint, container?.command], [['python'], ['-m', 'app.report']]);
    assert.deepEqual([container?.environment, container?.secrets], [backend.environment, backend.secrets]);
    assert.equal(container?.portMappings, undefined);
    assert.equal(container?.logConfiguration?.options?.['awslogs-stream-prefix'], 'run');
    assert.deepEqual([made.family, made.cpu, made.taskRoleArn], ['shop-dev-run', '512', 'role']);
    assert.ok(!('revision' in made) && !('status' in made));
  });
});

describe('words for a session', () => {
  it('come back as they were, whatever is in them', () => {
    assert.equal(shellWords(['python', 'manage.py', "it's", 'a b']), "python manage.py 'it'\\''s' 'a b'");
  });
});

describe('the options of a command that somebody is told', () => {
  const names = ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID'] as const;
  const before = names.map((name) => process.env[name]);
  afterEach(() => {
    for (const [index, name] of names.entries()) {
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
    }
  });

  it('have the profile that this process works with', () => {
    const prod = { region: 'eu-central-1', profile: 'prod-shop' };
    for (const name of names) delete process.env[name];
    assert.equal(cliFlags(prod), '--region eu-central-1 --profile prod-shop');
    process.env.AWS_ACCESS_KEY_ID = 'key';
    assert.equal(cliFlags(prod), '--region eu-central-1');
    process.env.AWS_PROFILE = 'mine';
    assert.equal(cliFlags(prod), '--region eu-central-1 --profile mine');
  });
});
