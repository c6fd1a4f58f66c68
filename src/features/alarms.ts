import type { Answers } from '../answers.ts';
import { called } from '../called.ts';
import { type CostRow, costsOf } from '../costs.ts';
import { number, text, trim, widened } from '../declaration.ts';
import { environmentsOf } from '../environments.ts';
import { unknownAccount } from '../names.ts';
import type { Feature } from './feature.ts';

/** US dollars a month for one alarm on one metric. */
const alarmPrice = 0.1;

/** US dollars a month. */
const usualBudget = 150;

/** What `vibely alarms` asks. */
export const alarmsAnswers = {
  email: text({
    flag: 'email',
    value: 'ada@example.com',
    code: 'VIB060',
    question: 'Who is to be told when something is wrong?',
    decides: 'where the mails go: an address that somebody reads, better a list than a person',
    initial: () => '',
    tidy: trim,
    check: (email) =>
      /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)
        ? undefined
        : {
            what: email === '' ? 'Nobody would be told.' : `'${email}' is no e-mail address.`,
            why: 'An alarm is a mail, and AWS asks the address whether it wants it.',
            fix: `Give one: ${called('alarms --email ada@example.com')}`,
          },
  }),
  budgetUsd: number({
    flag: 'budget',
    value: 'USD',
    code: 'VIB061',
    question: 'What may each account cost in a month, in US dollars?',
    decides: 'when a mail says that the month will cost more; it stops nothing',
    initial: () => usualBudget,
    check: (usd) =>
      Number.isInteger(usd) && usd >= 1 && usd <= 1_000_000
        ? undefined
        : {
            what: `${usd} is no budget.`,
            why: 'It is a whole number of US dollars, from 1 to 1000000.',
            fix: 'Give what you expect and half of it again, as in --budget 150; docs/costs.md has the estimate.',
          },
  }),
};

/** As many as the templates have: six of the service, three of the database, one each of certificate, workers and jobs. */
function alarmsOf({ database, domain, features: { worker = {}, cron } }: Answers): number {
  return 6 + (database ? 3 : 0) + (domain === '' ? 0 : 1) + Object.keys(worker).length + (cron ? 1 : 0);
}

/** What each account is estimated to cost, and which environments are in it; an unknown one is one of its own. */
function accountCosts(answers: Answers): { names: string[]; usd: number }[] {
  const totals = new Map(costsOf(answers).map(({ name, total }) => [name, total]));
  const accounts = Map.groupBy(environmentsOf(answers), ({ name, account }) =>
    account === unknownAccount ? name : account,
  );
  return [...accounts.values()].map((all) => ({
    names: all.map(({ name }) => name),
    usd: all.reduce((sum, { name }) => sum + (totals.get(name) ?? 0), 0),
  }));
}

/** The estimate of the dearest account, with a quarter for what depends on use. */
const enough = (answers: Answers): number =>
  Math.ceil((1.25 * Math.max(...accountCosts(answers).map(({ usd }) => usd))) / 10) * 10;

function warnings(answers: Answers): string[] {
  const { budgetUsd = Number.POSITIVE_INFINITY } = answers.features.alarms ?? {};
  return accountCosts(answers)
    .filter(({ usd }) => usd > budgetUsd)
    .map(
      ({ names, usd }) =>
        `The budget of ${budgetUsd} USD a month is below the estimate of ${names.join(' and ')}, ${usd.toFixed(2)}: the mail will come every month. Enough is: ${called(`alarms --budget ${enough(answers)}`)}`,
    );
}

function costs(answers: Answers): CostRow[] {
  if (answers.features.alarms === undefined) return [];
  const count = alarmsOf(answers);
  return [
    {
      item: 'Alarms',
      detail: `${count} alarms; mails, dashboard and budget are free`,
      service: 'AmazonCloudWatch',
      usd: count * alarmPrice,
    },
  ];
}

/** Mails about what a small team needs to be woken for, a dashboard and a budget, in every environment. */
export const alarms: Feature = {
  id: 'alarms',
  summary: 'mails when something is wrong or gets expensive, and a dashboard',
  declarations: alarmsAnswers,
  informed: (answers) => {
    const initial = (): number => Math.max(usualBudget, enough(answers));
    return widened({ ...alarmsAnswers, budgetUsd: { ...alarmsAnswers.budgetUsd, initial } });
  },
  warnings,
  blockKey: 'alarms',
  settings: ({ features }) => features.alarms && { alarms: features.alarms },
  costs,
  laterSteps: ({ features }) => [
    {
      title: `Once dev is deployed, AWS asks ${features.alarms?.email} whether it wants the mails: say yes. Then try one (docs/runbooks/alarms.md).`,
      commands: [],
    },
  ],
};
