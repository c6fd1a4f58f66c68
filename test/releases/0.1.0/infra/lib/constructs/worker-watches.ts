import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Environment } from '../settings.ts';
import type { Watch } from './alarms.ts';
import { readWorkers } from './workers.ts';

/** That each worker is there: nobody sends it requests, so nobody would miss it. */
export function workerWatches(environment: Environment): Watch[] {
  const awake = readWorkers(environment).filter(({ tasks }) => tasks > 0);
  return awake.map(({ name }) => ({
    name: `worker-${name}`,
    meaning: `The worker ${name} is not running.`,
    // ECS counts running tasks for a price only, but each one reports its memory every minute.
    metric: new Metric({
      namespace: 'AWS/ECS',
      metricName: 'MemoryUtilization',
      dimensionsMap: { ClusterName: environment.prefix, ServiceName: `${environment.prefix}-${name}` },
      statistic: 'SampleCount',
      period: Duration.minutes(5),
    }),
    limit: { below: 1 },
    periods: 2,
    silence: 'lost',
  }));
}
