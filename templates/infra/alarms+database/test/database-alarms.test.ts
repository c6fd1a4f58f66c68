import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { databaseWatches } from '../lib/constructs/database-watches.ts';
import { readAlarms } from '../lib/constructs/notices.ts';
import type { DatabaseSettings } from '../lib/settings.ts';
import { forEachEnvironment, like, template } from './synthesized.ts';

forEachEnvironment('alarms of the database', (environment) => {
  const { database } = environment;
  if (!readAlarms(environment) || !database) return;
  const service = template(environment, 'service');

  for (const [name, metric, statistic, minutes] of [
    ['database-storage', 'FreeStorageSpace', 'Minimum', 30],
    ['database-connections', 'DatabaseConnections', 'Maximum', 15],
    ['database-cpu', 'CPUUtilization', 'Average', 15],
  ] as const)
    it(`${name} looks at ${metric} for ${minutes} minutes, and is silent where the database sleeps`, () => {
      service.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmName: `${environment.prefix}-${name}`,
        Namespace: 'AWS/RDS',
        MetricName: metric,
        Statistic: statistic,
        Dimensions: [{ Name: 'DBInstanceIdentifier', Value: environment.prefix }],
        EvaluationPeriods: minutes / 5,
        Period: 300,
        TreatMissingData: 'missing',
      });
    });

  it('wait for less free storage than RDS itself would put up with', () => {
    service.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'FreeStorageSpace',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: database.storageGiB * 1024 ** 3 * 0.1,
    });
  });
});

describe('the limit of connections', () => {
  const settings: DatabaseSettings = {
    version: 16,
    instanceClass: 't4g.micro',
    storageGiB: 20,
    maxStorageGiB: 100,
    backupDays: 7,
    multiAz: false,
  };

  for (const [instanceClass, limit] of [
    ['t4g.micro', 67],
    ['t4g.small', 135],
    ['m7g.large', 540],
    ['r7g.large', 1081],
    ['m7g.2xlarge', 2162],
    ['r7g.16xlarge', 4000],
  ] as const)
    it(`follows the memory of a ${instanceClass}`, () => {
      const watches = databaseWatches(like({}), { ...settings, instanceClass });
      const found = watches.find(({ name }) => name === 'database-connections');
      assert.deepEqual(found?.limit, { above: limit });
    });
});
