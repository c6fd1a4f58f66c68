import { Duration } from 'aws-cdk-lib';
import type { Watch } from './alarms.ts';
import type { Dns } from './dns.ts';

/** What is watched of the certificate, which renews itself as long as its record can be found. */
export function certificateWatch({ certificate }: Dns): Watch {
  return {
    name: 'certificate-expiry',
    meaning: 'The certificate has not been renewed and expires within 30 days.',
    metric: certificate.metricDaysToExpiry({ period: Duration.days(1), statistic: 'Minimum' }),
    // ACM renews weeks before that. At a month before the end it has failed, and there is time left.
    limit: { below: 30 },
    periods: 1,
    // The figure comes twice a day, and not before the first certificate is there.
    silence: 'unknown',
  };
}
