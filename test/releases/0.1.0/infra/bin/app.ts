import { App, Validations } from 'aws-cdk-lib';
import { PATH_METADATA_ENABLE_CONTEXT } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';
import cdk from '../cdk.json';
import { Alarms, type Watch } from '../lib/constructs/alarms.ts';
import type { Attachment } from '../lib/constructs/backend-task.ts';
import { readCache } from '../lib/constructs/cache.ts';
import { certificateWatch } from '../lib/constructs/certificate-watch.ts';
import { databaseWatches } from '../lib/constructs/database-watches.ts';
import { HttpsEndpoint } from '../lib/constructs/https-endpoint.ts';
import { jobWatches } from '../lib/constructs/job-watches.ts';
import { Jobs } from '../lib/constructs/jobs.ts';
import { Notices, readAlarms } from '../lib/constructs/notices.ts';
import { serviceWatches } from '../lib/constructs/service-watches.ts';
import { readTrail } from '../lib/constructs/trail.ts';
import { readWaf, Waf } from '../lib/constructs/waf.ts';
import { workerWatches } from '../lib/constructs/worker-watches.ts';
import { Workers } from '../lib/constructs/workers.ts';
import { readSettings } from '../lib/settings.ts';
import { AuditStack } from '../lib/stacks/audit-stack.ts';
import { CacheStack } from '../lib/stacks/cache-stack.ts';
import { DataStack } from '../lib/stacks/data-stack.ts';
import { DnsStack } from '../lib/stacks/dns-stack.ts';
import { FoundationStack } from '../lib/stacks/foundation-stack.ts';
import { GithubStack } from '../lib/stacks/github-stack.ts';
import { ReleaseStack } from '../lib/stacks/release-stack.ts';
import { ServiceStack } from '../lib/stacks/service-stack.ts';

// What the CLI would read from cdk.json and add: templates are the same with and without it.
export const app = new App({ context: { ...cdk.context, [PATH_METADATA_ENABLE_CONTEXT]: true } });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

const { github, environments, refuseUnread } = readSettings();
for (const environment of environments) {
  const foundation = new FoundationStack(app, { environment });
  const attachments: Attachment[] = [];
  const trail = readTrail(environment);
  if (trail) new AuditStack(app, { environment, settings: trail });
  const watches: Watch[] = [];
  const cache = readCache(environment);
  if (cache) attachments.push(new CacheStack(app, { environment, settings: cache, foundation }).cache);
  if (environment.database) {
    const settings = environment.database;
    attachments.push(new DataStack(app, { environment, settings, foundation }).database);
    new ReleaseStack(app, { environment, foundation, attachments });
    watches.push(...databaseWatches(environment, settings));
  }
  const service = new ServiceStack(app, { environment, foundation, attachments });
  const { loadBalancer } = service;
  new Workers(service, 'Workers', { environment, foundation, attachments });
  new Jobs(service, 'Jobs', { environment, foundation, attachments });
  if (environment.domain) {
    const { dns } = new DnsStack(app, { environment, domain: environment.domain });
    new HttpsEndpoint(loadBalancer, 'Endpoint', { loadBalancer, dns });
    watches.push(certificateWatch(dns));
  }
  const waf = readWaf(environment);
  if (waf) new Waf(loadBalancer, 'Waf', { environment, settings: waf, foundation, loadBalancer });
  const alarms = readAlarms(environment);
  if (alarms) {
    watches.unshift(...serviceWatches(environment, loadBalancer));
    watches.push(...workerWatches(environment));
    watches.push(...jobWatches(environment));
    new Notices(foundation, 'Notices', { environment, settings: alarms });
    new Alarms(service, 'Alarms', { environment, watches, after: service.backend });
  }
  if (github) {
    // IAM has one provider per account: with both environments in one, the first creates it for both.
    const first = environments.find(({ account }) => account === environment.account);
    const provider = environment === first ? environment.githubOidcProvider : 'import';
    new GithubStack(app, { environment, repository: github, provider });
  }
}
refuseUnread();
