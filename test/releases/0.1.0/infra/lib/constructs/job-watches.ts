import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Environment } from '../settings.ts';
import type { Watch } from './alarms.ts';
import { notStartedName } from './jobs.ts';

/** Runs of jobs that the scheduler has given up. */
export function jobWatches(environment: Environment): Watch[] {
  return [
    {
      name: 'job-not-started',
      meaning: 'A job was due and could not be started.',
      metric: new Metric({
        namespace: 'AWS/SQS',
        metricName: 'ApproximateNumberOfMessagesVisible',
        dimensionsMap: { QueueName: notStartedName(environment) },
        statistic: 'Maximum',
        period: Duration.minutes(5),
      }),
      limit: { above: 0 },
      periods: 1,
      // A queue that has been empty for hours reports nothing.
      silence: 'well',
    },
  ];
}
