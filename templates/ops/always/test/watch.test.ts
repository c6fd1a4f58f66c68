import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { watchServices } from '../lib/watch.ts';
import { startAws } from './aws.ts';

const old = { id: 'ecs-svc/1', status: 'PRIMARY', rolloutState: 'COMPLETED', taskDefinition: 'shop-dev:1' };
const fresh = {
  id: 'ecs-svc/2',
  status: 'PRIMARY',
  rolloutState: 'IN_PROGRESS',
  taskDefinition: 'shop-dev:2',
  runningCount: 0,
  desiredCount: 1,
};
const task = (id: string, more: object = {}) => ({
  taskArn: `arn:aws:ecs:eu-central-1:123456789012:task/shop-dev/${id}`,
  taskDefinitionArn: 'shop-dev:2',
  group: 'service:shop-dev',
  startedBy: 'ecs-svc/2',
  stoppedReason: 'Essential container in task exited',
  containers: [{ name: 'backend', exitCode: 1 }],
  ...more,
});

describe('watching a roll-out', () => {
  it('tells of each task that dies once, with its last lines, and of no other', async () => {
    let deployments: object[] = [old];
    let tasks: object[] = [];
    const target = await startAws({
      DescribeServices: () => ({ services: [{ serviceName: 'shop-dev', status: 'ACTIVE', deployments }] }),
      ListTasks: () => ({ taskArns: tasks.map((one) => (one as { taskArn: string }).taskArn) }),
      DescribeTasks: () => ({ tasks }),
      DescribeTaskDefinition: () => ({
        taskDefinition: {
          containerDefinitions: [
            {
              name: 'backend',
              logConfiguration: {
                options: { 'awslogs-group': '/shop/dev/backend', 'awslogs-stream-prefix': 'backend' },
              },
            },
          ],
        },
      }),
      GetLogEvents: ({ logStreamName, nextToken }) =>
        nextToken
          ? { events: [], nextForwardToken: 'end' }
          : { events: [{ message: `Error in ${logStreamName}` }], nextForwardToken: 'end' },
    });
    const said: string[] = [];
    mock.method(process.stderr, 'write', (text: string) => said.push(text) > 0);

    const look = await watchServices(target);
    assert.deepEqual(await look(), { failures: 0, cause: undefined, state: 'completed' });
    deployments = [
      { ...fresh, failedTasks: 1 },
      { ...old, status: 'ACTIVE' },
    ];
    tasks = [
      task('crashed'),
      task('older', { startedBy: 'ecs-svc/1' }),
      task('replaced', { stoppedReason: 'Scaling activity initiated by deployment' }),
    ];
    const { failures, cause, state } = await look();
    assert.deepEqual([failures, state], [1, 'going']);
    assert.match(cause?.why ?? '', /exit code is 1/);
    await look();
    deployments = [{ ...fresh, rolloutState: 'FAILED', failedTasks: 3 }];
    assert.deepEqual([(await look()).failures, (await look()).state], [3, 'failed']);
    mock.restoreAll();

    assert.equal(said.filter((line) => line.includes('crashed has stopped')).length, 1);
    assert.ok(said.includes('   | Error in backend/backend/crashed\n'), said.join(''));
    assert.ok(!said.some((line) => /replaced|older/.test(line)));
    assert.equal(said.filter((line) => line.includes('IN_PROGRESS: 0 of 1')).length, 1);
  });
});
