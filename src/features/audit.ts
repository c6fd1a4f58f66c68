import type { Answers } from '../answers.ts';
import { number } from '../declaration.ts';
import { cleanUpEach, deleteStack, type Ending } from '../ending.ts';
import { type Environment, environmentsOf } from '../environments.ts';
import { unknownAccount } from '../names.ts';
import type { Feature } from './feature.ts';

/** What `vibely audit` asks. */
export const auditAnswers = {
  days: number({
    flag: 'days',
    value: 'N',
    code: 'VIB065',
    question: 'For how many days is the record of who did what to be kept?',
    decides: 'how far back one can look; AWS itself remembers 90 days, 90 to 3650',
    initial: () => 365,
    check: (days) =>
      days >= 90 && days <= 3650
        ? undefined
        : {
            what: `A record of ${days} days cannot be kept.`,
            why: 'AWS keeps 90 days anyway, without this; more than ten years nobody will read.',
            fix: 'Give --days 365.',
          },
  }),
};

/**
 * Whether the account's trail is this environment's. In a shared account it is prod's, or else the first one's: a
 * second trail would record everything once more, and only the first is free.
 */
function hasTrail(answers: Answers, { name, account }: Environment): boolean {
  const [dev, prod, ...further] = environmentsOf(answers);
  const [first] = [prod, dev, ...further].filter((one) => one.account === account);
  return account === unknownAccount || first?.name === name;
}

/** Nothing of it has a price of its own. prod has flow and access logs anyway. */
function paidByUse(answers: Answers, environment: Environment): string {
  const trail = hasTrail(answers, environment)
    ? "the account's first trail is free, its files are cents"
    : '';
  const flows = environment.name === 'prod' ? '' : 'flow logs by use (about 0.30 a GB)';
  return [trail, flows].filter(Boolean).join('; ');
}

/** A trail writes as long as it is there, and its stack cannot go while something is in its bucket. prod's bucket stays. */
function deleteTrail(answers: Answers, environment: Environment): string[] {
  if (!hasTrail(answers, environment)) return [];
  const { name, account, profileFlag } = environment;
  const trail = `${answers.name}-${name}`;
  const empty = [
    `aws cloudtrail stop-logging --name ${trail}${profileFlag}`,
    `aws s3 rm --recursive --only-show-errors s3://${trail}-trail-${account}-${answers.region}${profileFlag}`,
  ];
  return [...(name === 'prod' ? [] : empty), ...deleteStack(answers.name, environment, 'audit')];
}

function ending(answers: Answers): Ending {
  const others = environmentsOf(answers).filter(({ name }) => name !== 'prod');
  const names = others.map(({ name }) => name).join(' and ');
  const buckets = others.map(
    ({ name, account, profileFlag }) =>
      `aws s3 rb --force s3://${answers.name}-${name}-logs-${account}-${answers.region}${profileFlag}`,
  );
  return {
    sentence: `Flow and access logs of ${names} end; a bucket that is not empty then stays: ${buckets.join('; ')}. The trail goes on, and stays in AWS, until you delete it, once every environment is deployed without it:`,
    cleanUp: cleanUpEach(answers, (environment) => deleteTrail(answers, environment)),
  };
}

/** CloudTrail, and flow and access logs in every environment. */
export const audit: Feature = {
  id: 'audit',
  summary: 'a record of who did what: CloudTrail, flow logs, access logs',
  declarations: auditAnswers,
  ending,
  blockKey: 'audit',
  settings: (answers, environment) => {
    const { audit: on } = answers.features;
    if (on === undefined) return undefined;
    return { accessLogs: true, ...(hasTrail(answers, environment) && { audit: { retentionDays: on.days } }) };
  },
  costs: (answers, environment) =>
    answers.features.audit === undefined
      ? []
      : [{ item: 'Audit', detail: paidByUse(answers, environment), service: 'AmazonCloudWatch', usd: 0 }],
  levers: (answers) =>
    answers.features.audit === undefined
      ? [
          {
            change: 'a record of who did what, and flow logs in dev (npx generator-vibely audit)',
            usd: 'about +1',
          },
        ]
      : [],
};
