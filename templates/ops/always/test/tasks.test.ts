import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runDefinition } from '../lib/run.ts';
import { shellWords } from '../lib/sessions.ts';
import { whyStopped } from '../lib/stopped.ts';
import { cliFlags } from '../lib/tasks.ts';

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
  it('have the profile that this process works with', () => {
    const { AWS_PROFILE } = process.env;
    process.env.AWS_PROFILE = 'mine';
    assert.equal(cliFlags({ region: 'eu-central-1' }), '--region eu-central-1 --profile mine');
    delete process.env.AWS_PROFILE;
    assert.equal(cliFlags({ region: 'eu-central-1' }), '--region eu-central-1');
    if (AWS_PROFILE !== undefined) process.env.AWS_PROFILE = AWS_PROFILE;
  });
});
