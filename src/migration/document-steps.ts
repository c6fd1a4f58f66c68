import { environmentsOf, hasRelease, postgresVersion } from '../environments.ts';
import type { MigratedAnswers } from './document.ts';
import { oldPlatform } from './document-platforms.ts';
import { accountsStep, prepareStep, secretsStep } from './document-secrets.ts';
import { block, ops } from './document-shell.ts';

function devStep(answers: MigratedAnswers): string {
  const { migration } = answers;
  const password = answers.database ? [ops('db password --env dev')] : [];
  const secrets = migration.secrets.length > 0 ? [ops('secrets push "$WORK/secrets.env" --env dev')] : [];
  return `### dev: does it run at all?

With everything committed, and the commit that runs on the old platform:

${block(
  ops('bootstrap --env dev'),
  ...password,
  ops('stacks --env dev'),
  ...secrets,
  ops('build --env dev'),
  ops('deploy --env dev'),
)}

${ops('explain --env dev').replace(/^/, '`').replace(/$/, '`')} says why, when it does not. Log in, upload a file, send a mail: what fails here is what the list above is about.`;
}

function versionsPart(answers: MigratedAnswers): string {
  const { migration } = answers;
  const version = postgresVersion(answers);
  const known = migration.database?.versionKnown
    ? ''
    : ' No file says which version the old server is: ask it first, and change `version` of `database` in `infra/settings.json` before the first deployment if it is another.';
  return `Versions: \`pg_dump\` must be as new as the old server or newer, \`pg_restore\` as new as that \`pg_dump\` or newer, and the new server as new as the old one or newer (a dump of 17 sets \`transaction_timeout\`, which 16 does not know). The new one is PostgreSQL ${version}; its own tools do both.${known}`;
}

/** Makes a dump of the old database on this machine. */
function dumpLines(answers: MigratedAnswers): string[] {
  const { dump } = oldPlatform(answers.migration);
  const version = postgresVersion(answers);
  const plain = [
    `docker run --rm --network host --env OLD_DATABASE_URL public.ecr.aws/docker/library/postgres:${version} \\`,
    `  sh -c 'pg_dump --format=custom --no-owner --no-acl "$OLD_DATABASE_URL"' > "$WORK/old.dump"`,
  ];
  return [...(dump ?? plain)];
}

/** Takes over what the old database holds: by a dump of the platform's, or in one go where a task reaches it. */
function restoreLines(answers: MigratedAnswers): string[] {
  const { dump, hidden } = oldPlatform(answers.migration);
  return dump || hidden
    ? [...dumpLines(answers), ops('db restore "$WORK/old.dump" --clean --env prod')]
    : [ops('db restore OLD_DATABASE_URL --clean --env prod')];
}

function comparePart({ migration }: MigratedAnswers): string {
  if (oldPlatform(migration).hidden)
    return `**Compare.** Count what must not be missing on both sides, the old one first.

${block('psql "$OLD_DATABASE_URL"', ops('db shell --env prod'))}`;
  return `**Compare.** Rows, checksums, sequences, indexes and extensions of both; it names every difference. Do not go on with one that you cannot explain.

${block(ops('db compare OLD_DATABASE_URL --env prod'))}`;
}

function rehearsalStep(answers: MigratedAnswers): string {
  const { databaseUrl, remarks, hidden } = oldPlatform(answers.migration);
  const rehearsal = hidden
    ? [...dumpLines(answers), ops('db rehearse "$WORK/old.dump" --env prod')]
    : [ops('db rehearse OLD_DATABASE_URL --env prod')];
  return `### The rehearsal, on a working day

All of the move but the switch, into a scratch database beside the real one. It says how long each part takes: that is how long the app will be at rest.

${block(...databaseUrl, `psql "$OLD_DATABASE_URL" --command 'SELECT version()' --command '\\dx' # the version, and its extensions`, ...rehearsal)}

${versionsPart(answers)}

${remarks.map((remark) => `- ${remark}`).join('\n')}
- Extensions that RDS does not have are named by the rehearsal; leave them out with \`--without-extension NAME\`, there, at the restore and at the comparison, and move what uses them first.`;
}

function prodStep(answers: MigratedAnswers): string {
  const { database } = answers;
  const lines = [
    ops('bootstrap --env prod'),
    ...(database ? [ops('db password --env prod')] : []),
    ops('stacks --env prod'),
    ops('promote --env prod'),
    ...(hasRelease(answers) ? [ops('release --env prod')] : []),
  ];
  const release = database
    ? '\n\n`release` makes the task that dumps are restored with, and runs the release step on the empty database; the restore drops what that made.'
    : '';
  return `### prod, without traffic

${block(...lines)}${release}
${dnsBefore(answers)}`;
}

/** How the certificate is had before the name points here. */
function dnsBefore({ domain, features, ...answers }: MigratedAnswers): string {
  if (domain === '')
    return `
There is no domain yet, so there is no HTTPS: give it one before people use it, \`vibely https --domain NAME\`.`;
  const [, prod] = environmentsOf({ domain, features, ...answers });
  if (prod.zoneId !== '')
    return `
The certificate of ${domain} is made in your own zone. The name goes on pointing to the old platform until the service is deployed.`;
  return `
The zone of ${domain} is a new one, and its certificate comes when your registrar hands the name over to it. So that the name goes on pointing to the old platform until the switch, put its present addresses into the new zone first, and only then set the four NS records ([domain and HTTPS](runbooks/domain-and-https.md)):

${block(
  `ZONE=$(aws route53 list-hosted-zones-by-name --dns-name ${domain} --query 'HostedZones[0].Id' --output text --profile ${prod.profile})`,
  `OLD=$(dig +short ${domain} A | grep -E '^[0-9.]+$' | sed 's/.*/{"Value":"&"}/' | paste -sd, -)`,
  `aws route53 change-resource-record-sets --hosted-zone-id "$ZONE" --profile ${prod.profile} --change-batch \\`,
  `  '{"Changes":[{"Action":"CREATE","ResourceRecordSet":{"Name":"${domain}","Type":"A","TTL":60,"ResourceRecords":['"$OLD"']}}]}'`,
)}`;
}

/** What is done before the day, in order. */
export function preparation(answers: MigratedAnswers): string {
  const steps = [
    accountsStep(),
    prepareStep(answers),
    secretsStep(answers),
    devStep(answers),
    prodStep(answers),
    ...(answers.database ? [rehearsalStep(answers)] : []),
  ];
  const numbered = steps.map((step, index) => step.replace(/^### /, `### ${index + 1}. `));
  return ['## Before the day', ...numbered].join('\n\n');
}

function switchLines(answers: MigratedAnswers): string[] {
  const { domain } = answers;
  const [, prod] = environmentsOf(answers);
  if (domain === '' || prod.zoneId !== '') return [];
  return [
    `# The old addresses go; the deployment puts the load balancer in their place.`,
    `aws route53 change-resource-record-sets --hosted-zone-id "$ZONE" --profile ${prod.profile} --change-batch \\`,
    `  '{"Changes":[{"Action":"DELETE","ResourceRecordSet":{"Name":"${domain}","Type":"A","TTL":60,"ResourceRecords":['"$OLD"']}}]}'`,
  ];
}

function timeline(answers: MigratedAnswers): string {
  const { database } = answers;
  const rows: (readonly [string, string] | false)[] = [
    ['a week before', 'dev runs; everything under "What is not carried over" is decided'],
    ['some days before', `prod is there, with its secrets${answers.domain && '; the certificate is issued'}`],
    database && ['some days before', 'rehearsal: how long does it take, what is in the way?'],
    [
      'a day before',
      'TTL of the name down to 60 s: after the old TTL has passed, a change is seen within a minute',
    ],
    ['0:00', 'freeze: nothing writes any more'],
    database && ['0:02', 'dump, restore, compare: as long as in the rehearsal'],
    ['then', `deploy${hasRelease(answers) ? ' (release step first)' : ''}, ask it, switch the name`],
    ['+1 hour', 'watch; until somebody has written something here, the way back costs nothing'],
    ['+1 week', 'TTL up again, delete what is left on the old platform'],
  ];
  const lines = rows.filter((row) => row !== false).map(([when, what]) => `| ${when} | ${what} |`);
  return ['| When | What |', '|---|---|', ...lines].join('\n');
}

/** The day itself: freeze, dump, restore, compare, switch, watch. */
export function cutOver(answers: MigratedAnswers): string {
  const { migration, domain, database } = answers;
  const platform = oldPlatform(migration);
  const { title } = platform;
  const data = database
    ? `

**Dump and restore.** \`--clean\` drops the tables of the old database first: those that the release step made, or an earlier try.

${block(...platform.databaseUrl, ...restoreLines(answers))}

${comparePart(answers)}`
    : '';
  const cache = migration.cache
    ? `\n\n${migration.cache.name} is not moved: the cache begins empty. Who is kept logged in by it has to log in again, and queues have to run empty before the freeze.`
    : '';
  return `## The day

${timeline(answers)}

**Freeze.** Tell people; then nothing on ${title} may write any more.

${block(...platform.freeze)}${data}${cache}

**Deploy and switch.**${domain === '' ? '' : ` From here on ${domain} is answered by AWS.`}

${block(...switchLines(answers), ops('deploy --env prod'), ops('smoke --env prod'))}${
  domain === ''
    ? '\n\nThere is no name to switch: give people the new address, which `smoke` shows.'
    : `\n\nThe same with every other name that leads to the app (www, old host names of ${title} in mails, webhooks of Stripe and the like).`
}

**Watch.**

${block(ops('status --env prod'), ops('logs --env prod --follow'))}`;
}

/** How one goes back, before and after somebody has written something here. */
export function wayBack(answers: MigratedAnswers): string {
  const platform = oldPlatform(answers.migration);
  const [, prod] = environmentsOf(answers);
  const back =
    answers.domain === '' || prod.zoneId !== ''
      ? []
      : [
          `# The name back to the old addresses: the deployment's record is replaced by hand, and drift says so until the next one.`,
          `aws route53 change-resource-record-sets --hosted-zone-id "$ZONE" --profile ${prod.profile} --change-batch \\`,
          `  '{"Changes":[{"Action":"UPSERT","ResourceRecordSet":{"Name":"${answers.domain}","Type":"A","TTL":60,"ResourceRecords":['"$OLD"']}}]}'`,
        ];
  const data = answers.database
    ? `

Once somebody has, their data has to go along: freeze here (\`${ops('pause --env prod')}\` where it may; else minTasks and maxTasks 0), dump, and restore there.

${block(ops('db dump "$WORK/back.dump" --env prod'), 'pg_restore --clean --if-exists --no-owner --no-acl --dbname "$OLD_DATABASE_URL" "$WORK/back.dump"')}`
    : '';
  return `## The way back

As long as nobody has written anything here:

${block(...back, ...platform.unfreeze)}${data}

## When it is done

${block('rm -rf "$WORK"', ...platform.leave, ...(answers.database ? (platform.leaveDatabase ?? []) : []))}

${whatStays(answers)}`;
}

function whatStays({ database, migration }: MigratedAnswers): string {
  const { title } = oldPlatform(migration);
  const dump = database
    ? `Keep the last dump for as long as your law asks for: \`${ops('db dump --env prod')}\` keeps one in the bucket for 30 days only. `
    : '';
  const files =
    migration.platform === 'none'
      ? ''
      : `Then delete the files of ${title} from the repo: nothing here needs them, and \`vibely migrate\` has done its work.`;
  return `${dump}${files}`.trim();
}
