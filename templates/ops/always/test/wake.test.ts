import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wakeForDeployment } from '../lib/wake.ts';
import { startAws } from './aws.ts';

/** An environment with a database and a service, and what it was asked to change. */
async function environmentWith(desiredCount: number, database: string, scales = false) {
  const changes: string[] = [];
  let status = database;
  const states: Record<string, string> = { stopping: 'stopped', starting: 'available' };
  const target = await startAws(
    {
      DescribeServices: () => ({
        services: [{ serviceName: 'shop-dev', status: 'ACTIVE', desiredCount, runningCount: desiredCount }],
      }),
      UpdateService: (input) => {
        changes.push(`${input.desiredCount} tasks`);
        return {};
      },
      DescribeScalableTargets: () => ({
        ScalableTargets: scales ? [{ ResourceId: 'service/shop-dev/shop-dev' }] : [],
      }),
      RegisterScalableTarget: (input) => {
        changes.push(`${input.MinCapacity} to ${input.MaxCapacity}`);
        return {};
      },
      DescribeDBInstances: () => {
        const now = status;
        status = states[status] ?? status;
        const instance = `<DBInstance><DBInstanceStatus>${now}</DBInstanceStatus></DBInstance>`;
        const result = `<DBInstances>${instance}</DBInstances>`;
        return `<R><DescribeDBInstancesResult>${result}</DescribeDBInstancesResult></R>`;
      },
      StartDBInstance: () => {
        changes.push('database');
        status = 'starting';
        return '<R><StartDBInstanceResult/></R>';
      },
    },
    { database: {}, maxTasks: scales ? 4 : 1 },
  );
  return { target, changes };
}

describe('a deployment', { concurrency: 1 }, () => {
  it('wakes up what sleeps: the database, then the tasks', async () => {
    const { target, changes } = await environmentWith(0, 'stopped', true);
    assert.equal(await wakeForDeployment(target), true);
    assert.deepEqual(changes, ['database', '1 to 4', '1 tasks']);
  });

  it('waits for a database that is on its way to rest', async () => {
    const { target, changes } = await environmentWith(1, 'stopping');
    assert.equal(await wakeForDeployment(target), false);
    assert.deepEqual(changes, ['database']);
  });

  it('leaves alone what is awake', async () => {
    const { target, changes } = await environmentWith(1, 'available');
    assert.equal(await wakeForDeployment(target), false);
    assert.deepEqual(changes, []);
  });
});
