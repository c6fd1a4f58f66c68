import { it } from 'node:test';
import { readAlarms } from '../lib/constructs/notices.ts';
import { forEachEnvironment, template } from './synthesized.ts';

forEachEnvironment('the alarm of the jobs', (environment) => {
  if (!readAlarms(environment)) return;

  it('begins with the first run that could not be started', () => {
    template(environment, 'service').hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `${environment.prefix}-job-not-started`,
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
      Dimensions: [{ Name: 'QueueName', Value: `${environment.prefix}-jobs-not-started` }],
    });
  });
});
