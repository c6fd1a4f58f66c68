import { gap, note, warning } from '../migration/findings.ts';
import type { Database, Evidence, Finding } from '../migration/plan.ts';

/** An add-on as app.json and heroku.yml name it: `heroku-postgresql:essential-0`. */
export interface Addon {
  readonly plan: string;
  readonly as?: string;
  readonly options: ReadonlyMap<string, string>;
  readonly place: Evidence;
}

/** What an add-on becomes here. */
export interface AddonReading {
  readonly databases: readonly Database[];
  readonly findings: readonly Finding[];
}

const databases: Readonly<Record<string, Database['kind']>> = {
  'heroku-postgresql': 'postgres',
  'heroku-redis': 'redis',
  'heroku-key-value-store': 'redis',
  rediscloud: 'redis',
  redistogo: 'redis',
  'redis-cloud': 'redis',
  openredis: 'redis',
  memcachier: 'other',
  mongolab: 'mongo',
  mongohq: 'mongo',
  ormongo: 'mongo',
  cleardb: 'mysql',
  jawsdb: 'mysql',
  'jawsdb-maria': 'mysql',
  'heroku-kafka': 'other',
};

/** Add-ons that are services of somebody else: they go on, called from AWS. `what` ends with a full stop. */
const others: Readonly<Record<string, readonly [level: 'gap' | 'note', what: string, fix: string]>> = {
  scheduler: [
    'gap',
    'Its jobs stand in its dashboard and not in the repo.',
    'Copy each job with its time from there: vibely cron NAME --schedule "0 3 * * *" --command "…". Its times are in UTC.',
  ],
  crontogo: [
    'gap',
    'Its jobs stand in its dashboard and not in the repo.',
    'Copy each job with its time from there: vibely cron NAME --schedule … --command …',
  ],
  'advanced-scheduler': [
    'gap',
    'Its jobs stand in its dashboard and not in the repo.',
    'Copy each job with its time from there: vibely cron NAME --schedule … --command …',
  ],
  cloudamqp: [
    'gap',
    'A RabbitMQ of CloudAMQP goes on only as long as the add-on.',
    'Make an account with CloudAMQP itself, or take Amazon MQ or SQS; empty the queues before the switch.',
  ],
  papertrail: ['note', 'Logs go to CloudWatch here.', 'Drop it after the move, with its variables.'],
  logdna: ['note', 'Logs go to CloudWatch here.', 'Drop it after the move, with its variables.'],
  coralogix: ['note', 'Logs go to CloudWatch here.', 'Drop it after the move, with its variables.'],
  newrelic: [
    'gap',
    'Its licence key belongs to the add-on.',
    'Make an account with New Relic itself and push its key as NEW_RELIC_LICENSE_KEY, or drop the agent.',
  ],
  scout: [
    'gap',
    'Its key belongs to the add-on.',
    'Make an account of its own and push the key, or drop the agent.',
  ],
  librato: ['note', 'Metrics are in CloudWatch here.', 'Drop it after the move.'],
  sentry: [
    'gap',
    'Its project belongs to the add-on.',
    'Make an account with Sentry itself and push SENTRY_DSN.',
  ],
  rollbar: [
    'gap',
    'Its project belongs to the add-on.',
    'Make an account with Rollbar itself and push its token.',
  ],
  sendgrid: [
    'gap',
    'Its key belongs to the add-on.',
    'Make an account with SendGrid itself, or take Amazon SES, and push the key.',
  ],
  mailgun: [
    'gap',
    'Its key belongs to the add-on.',
    'Make an account with Mailgun itself, or take Amazon SES, and push the key.',
  ],
  postmark: [
    'gap',
    'Its key belongs to the add-on.',
    'Make an account with Postmark itself and push the key.',
  ],
  sparkpost: [
    'gap',
    'Its key belongs to the add-on.',
    'Make an account of its own, or take Amazon SES, and push the key.',
  ],
  cloudinary: [
    'gap',
    'Its account belongs to the add-on, with the pictures in it.',
    'Make an account with Cloudinary itself and move the pictures, or put them into S3.',
  ],
  bucketeer: [
    'gap',
    'Its bucket belongs to the add-on, with the files in it.',
    'Copy the files into the bucket of this repo with aws s3 sync before the add-on ends.',
  ],
  websolr: [
    'gap',
    'A Solr is not part of the repo.',
    'Make an account with Websolr itself, or take OpenSearch; build the index anew.',
  ],
  bonsai: [
    'gap',
    'A search server is not part of the repo.',
    'Make an account with Bonsai itself, or take OpenSearch; build the index anew.',
  ],
  searchbox: [
    'gap',
    'A search server is not part of the repo.',
    'Take OpenSearch, and build the index anew.',
  ],
  algoliasearch: [
    'gap',
    'Its account belongs to the add-on.',
    'Make an account with Algolia itself and push its keys.',
  ],
  'heroku-inference': [
    'gap',
    'Its models answer under an address of Heroku.',
    'Take Amazon Bedrock or the provider of the model, and push its key under the names that the code reads.',
  ],
  fixie: [
    'gap',
    'Calls left with a fixed address there.',
    'Tasks here have changing ones: a NAT gateway with an Elastic IP gives a fixed one.',
  ],
  quotaguard: [
    'gap',
    'Calls left with a fixed address there.',
    'Tasks here have changing ones: a NAT gateway with an Elastic IP gives a fixed one.',
  ],
  quotaguardstatic: [
    'gap',
    'Calls left with a fixed address there.',
    'Tasks here have changing ones: a NAT gateway with an Elastic IP gives a fixed one.',
  ],
  deployhooks: ['note', 'Deployments are told by GitHub here.', 'Drop it.'],
  ssl: ['note', 'Certificates come from ACM here.', 'Drop it.'],
  pgbackups: ['note', 'Backups are RDS’s own here.', 'Drop it.'],
};

function databaseOf({ plan, as, options, place }: Addon): AddonReading | undefined {
  const [service = '', size] = plan.split(':');
  const kind = Object.hasOwn(databases, service) ? databases[service] : undefined;
  if (kind === undefined) return undefined;
  const name = (as ?? (kind === 'postgres' ? 'database' : kind === 'redis' ? 'redis' : service))
    .toLowerCase()
    .replaceAll('_', '-');
  const version = options.get('version')?.replace(/^(\d+).*$/, '$1');
  const database = {
    name,
    kind,
    ...(version !== undefined && { version }),
    ...(size !== undefined && { size }),
    evidence: [place],
  };
  const findings: Finding[] = [];
  if (service === 'mongolab' || service === 'mongohq' || service === 'redistogo' || service === 'openredis')
    findings.push(
      warning(
        'heroku-addon-ended',
        `The add-on ${service} has ended.`,
        'See with heroku addons what the app uses today.',
        place,
      ),
    );
  if (kind === 'mongo' || kind === 'mysql' || kind === 'other')
    findings.push(
      gap(
        'heroku-database-other',
        `The add-on ${service} has no twin in this repo.`,
        'Make an account with its provider itself, or take the service of AWS (DocumentDB, RDS for MySQL, MSK, ElastiCache), and push its address as a secret.',
        place,
      ),
    );
  if (kind === 'redis' && service !== 'heroku-redis' && service !== 'heroku-key-value-store')
    findings.push(
      note(
        'heroku-redis-provider',
        `${service} is a Redis of somebody else.`,
        'A cache in ElastiCache takes its place; what is in it is not carried over.',
        place,
      ),
    );
  if (kind === 'postgres' && version === undefined)
    findings.push(
      gap(
        'postgres-version-unknown',
        'The version of PostgreSQL is not in the repo.',
        'See it with heroku pg:info; the new server must not be older.',
        place,
      ),
    );
  return { databases: [database], findings };
}

/** What becomes of an add-on: a database, a note, or something that the owner has to decide. */
export function readAddon(addon: Addon): AddonReading {
  const found = databaseOf(addon);
  if (found) return found;
  const [service = ''] = addon.plan.split(':');
  const row = Object.hasOwn(others, service) ? others[service] : undefined;
  const make = row?.[0] === 'note' ? note : gap;
  const what = `The add-on ${addon.plan}: ${row?.[1] ?? 'it is not known here, and its keys belong to the add-on.'}`;
  const fix =
    row?.[2] ??
    'Make an account with its provider itself and push the keys, or find what takes its place on AWS.';
  const id = service === 'scheduler' ? 'heroku-scheduler' : 'heroku-addon';
  return { databases: [], findings: [make(id, what, fix, addon.place)] };
}
