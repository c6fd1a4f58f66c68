import { it } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { readAlarms } from '../lib/constructs/notices.ts';
import { forEachEnvironment, template } from './synthesized.ts';

forEachEnvironment('the alarm of the certificate', (environment) => {
  if (!readAlarms(environment) || !environment.domain) return;

  it('leaves a month for what ACM could not do by itself', () => {
    template(environment, 'service').hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `${environment.prefix}-certificate-expiry`,
      Namespace: 'AWS/CertificateManager',
      MetricName: 'DaysToExpiry',
      Statistic: 'Minimum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 30,
      Period: 86400,
      TreatMissingData: 'missing',
      Dimensions: [
        {
          Name: 'CertificateArn',
          Value: { 'Fn::ImportValue': Match.stringLikeRegexp('-dns:.*Certificate') },
        },
      ],
    });
  });
});
