import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { DatabaseSettings, Environment } from '../settings.ts';
import type { Watch } from './alarms.ts';

const GIB = 1024 ** 3;

/** Memory of an instance in GiB, by its size; those of the families r and x have twice as much. */
const MEMORY: Record<string, number> = { micro: 1, small: 2, medium: 4, large: 8, xlarge: 16 };

/**
 * What is watched of the database. Silence means nothing here: one that was stopped reports no figures, and
 * one that has failed is noticed by the backend's errors.
 */
export function databaseWatches(environment: Environment, settings: DatabaseSettings): Watch[] {
  return [
    {
      name: 'database-storage',
      meaning: 'The storage of the database is nearly full, and has not grown by itself.',
      metric: ofDatabase(environment, 'FreeStorageSpace', 'Minimum'),
      // With less than a tenth of what it has free, RDS adds storage within minutes. It does not at the limit of
      // settings.json, nor twice within six hours. No metric tells what it has by now: a tenth of what it began
      // with is never more than that, and still leaves time. A full database stops.
      limit: { below: settings.storageGiB * GIB * 0.1 },
      periods: 6,
      silence: 'unknown',
    },
    {
      name: 'database-connections',
      meaning: 'The database has hardly a connection left.',
      metric: ofDatabase(environment, 'DatabaseConnections', 'Maximum'),
      limit: { above: Math.floor(connections(settings.instanceClass) * 0.8) },
      // Twice the tasks for the length of a deployment may take twice the connections.
      periods: 3,
      silence: 'unknown',
    },
    {
      name: 'database-cpu',
      meaning: 'The database has been busy for a quarter of an hour.',
      metric: ofDatabase(environment, 'CPUUtilization', 'Average'),
      // For longer than that, a t4g pays for credits that it does not have.
      limit: { above: 80 },
      periods: 3,
      silence: 'unknown',
    },
  ];
}

/**
 * How many connections PostgreSQL takes: RDS allows one for every 9,531,392 bytes of memory, 5,000 at most, and
 * keeps about a quarter of a small instance's memory for itself.
 */
function connections(instanceClass: string): number {
  const [family = '', size = ''] = instanceClass.split('.');
  const [, times, base = ''] = /^(\d*)(\w+)$/.exec(size) ?? [];
  const memory = (MEMORY[base] ?? 1) * Number(times || 1) * (/^[rx]/.test(family) ? 2 : 1);
  return Math.min(5000, (memory * GIB * 0.75) / 9_531_392);
}

function ofDatabase({ prefix }: Environment, metricName: string, statistic: string): Metric {
  return new Metric({
    namespace: 'AWS/RDS',
    metricName,
    dimensionsMap: { DBInstanceIdentifier: prefix },
    statistic,
    period: Duration.minutes(5),
  });
}
