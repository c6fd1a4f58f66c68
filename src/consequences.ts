import { type AnswerKey, type Answers, declarations, type SomeAnswers } from './answers.ts';
import { costsOf } from './costs.ts';
import { unknownAccount } from './names.ts';
import { Problem } from './problem.ts';

/** Answers that are part of the ids of things that hold data: with another value AWS makes new, empty ones. */
const identities: readonly AnswerKey[] = ['name', 'region', 'devAccount', 'prodAccount'];

function changedIdentity(before: SomeAnswers, after: Answers): AnswerKey | undefined {
  return identities.find((key) => ![undefined, unknownAccount, after[key]].includes(before[key]));
}

/**
 * Refuses a change that would leave the data behind: a database or a bucket under a changed id is a new one.
 * @throws Problem VIB045, unless `force` says that nothing has been deployed yet.
 */
export function assertSameIdentity(before: SomeAnswers, after: Answers, force: boolean): void {
  const key = changedIdentity(before, after);
  if (key === undefined || force) return;
  throw new Problem('VIB045', {
    what: `'${declarations[key].flag}' would change from '${before[key]}' to '${after[key]}'.`,
    why: 'It is part of the ids of the database, the buckets and the stacks: AWS would make new, empty ones, and the old ones would stay behind with the data.',
    fix: 'If nothing has been deployed yet, give --force. Else write a second repo under the new value and move the data: docs/runbooks/.',
  });
}

const zones = ({ features }: SomeAnswers): string =>
  [features?.https?.zone, features?.https?.devZone].map((zone) => zone ?? '').join();

/** What the next deployment will replace or take away in AWS, a sentence each; empty for nothing. */
export function losses(before: SomeAnswers, after: Answers): string[] {
  const lost: [boolean, string][] = [
    [
      before.database === true && !after.database,
      'The database is no longer part of the repo. Its stacks (data, release) stay in AWS until you destroy them; prod is protected.',
    ],
    [
      before.features?.cache !== undefined && after.features.cache === undefined,
      `The cache is no longer part of the repo. Its stack stays in AWS, and on the bill, until you delete it: aws cloudformation delete-stack --stack-name ${after.name}-dev-cache; the same with prod.`,
    ],
    [
      (before.domain ?? '') !== '' && before.domain !== after.domain,
      `The zone and the certificate of ${before.domain} are no longer part of the repo; clients of that address are cut off.`,
    ],
    [
      before.domain !== '' && before.domain === after.domain && zones(before) !== zones(after),
      'A certificate moves to another zone, which AWS refuses while the load balancer uses it: docs/runbooks/domain-and-https.md.',
    ],
    [
      before.architecture !== undefined && before.architecture !== after.architecture,
      `Images built for ${before.architecture} do not run on ${after.architecture}: build anew before you deploy; the way back to older images is closed.`,
    ],
  ];
  return lost.filter(([applies]) => applies).map(([, sentence]) => sentence);
}

/** How the monthly estimate of each environment changes, such as `prod +10.00`; empty where it does not. */
export function costChange(before: Answers, after: Answers): string[] {
  const old = new Map(costsOf(before).map(({ name, total }) => [name, total]));
  return costsOf(after).flatMap(({ name, total }) => {
    const difference = Math.round((total - (old.get(name) ?? 0)) * 100) / 100;
    return difference === 0
      ? []
      : [`${name} ${difference > 0 ? '+' : '−'}${Math.abs(difference).toFixed(2)}`];
  });
}
