import { it } from 'node:test';
import { readAlarms } from '../lib/constructs/notices.ts';
import { readWorkers } from '../lib/constructs/workers.ts';
import { forEachEnvironment, template } from './synthesized.ts';

forEachEnvironment('the alarms of the workers', (environment) => {
  if (!readAlarms(environment)) return;

  for (const { name } of readWorkers(environment).filter(({ tasks }) => tasks > 0))
    it(`begin when ${name} has not been there for ten minutes`, () => {
      const { prefix } = environment;
      template(environment, 'service').hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmName: `${prefix}-worker-${name}`,
        Namespace: 'AWS/ECS',
        Statistic: 'SampleCount',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        Period: 300,
        EvaluationPeriods: 2,
        TreatMissingData: 'breaching',
        Dimensions: [
          { Name: 'ClusterName', Value: prefix },
          { Name: 'ServiceName', Value: `${prefix}-${name}` },
        ],
      });
    });
});
