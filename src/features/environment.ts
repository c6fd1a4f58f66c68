import type { Answers } from '../answers.ts';
import { called } from '../called.ts';
import { text, trim } from '../declaration.ts';
import { environmentsOf } from '../environments.ts';
import { checkAccount, longestHost, unknownAccount, type Verdict } from '../names.ts';
import type { Step } from '../next-steps.ts';
import { opsCall } from '../ops-call.ts';
import type { Feature } from './feature.ts';

/** What `vibely environment NAME` asks. */
export const environmentAnswers = {
  account: text({
    flag: 'account',
    value: 'N',
    code: 'VIB085',
    question: 'AWS account of this environment, 12 digits? (000000000000: not known yet)',
    decides: 'where it is deployed: an account of its own, or the one of dev',
    initial: () => unknownAccount,
    tidy: trim,
    check: checkAccount,
  }),
};

/** Words that are taken: the two environments that are always there, and a job of the deploy workflow. */
const taken: Readonly<Record<string, string>> = {
  dev: 'dev is there anyway.',
  prod: 'prod is there anyway.',
  checks: 'The deploy workflow has a job of that name, and each environment has one, too.',
};

/** Seven letters: with a longer name the one of a bucket could pass S3's 63 characters. */
function checkEnvironmentName(name: string, { domain }: Answers): Verdict {
  const what = `An environment cannot be called '${name}'.`;
  const fix = `Choose another name: ${called('environment staging --account 123456789012')}`;
  if (!/^[a-z]{2,7}$/.test(name))
    return { what, why: 'Names in AWS are made from it: 2 to 7 small letters, nothing else.', fix };
  if (name in taken) return { what, why: taken[name] ?? '', fix };
  const host = `${name}.${domain}`;
  if (domain !== '' && host.length > longestHost)
    return { what, why: `A certificate names at most ${longestHost} characters, not ${host}.`, fix };
  return undefined;
}

/** The first steps of one environment; until its account is known, nothing else can be done. */
function setUpSteps(answers: Answers, named: string | undefined): Step[] {
  const one = environmentsOf(answers).find(({ name }) => name === named);
  if (one === undefined) return [];
  const { name, account, profile } = one;
  if (account === unknownAccount)
    return [
      {
        title: 'Tell it the account, with its own 12 digits.',
        commands: [called(`environment ${name} --account 111122223333`)],
      },
    ];
  return [
    {
      title: `Set ${name} up, once (docs/runbooks/environments.md goes on from there).`,
      commands: [`aws configure sso --profile ${profile}`, `${opsCall(answers)} bootstrap --env ${name}`],
    },
  ];
}

/** A further environment, such as staging: a block in settings.json, an account, jobs in the workflows. */
export const environment: Feature = {
  id: 'environment',
  summary: 'a further environment, such as staging, between dev and prod',
  named: { what: 'environment', check: checkEnvironmentName },
  code: 'VIB086',
  declarations: environmentAnswers,
  nextSteps: setUpSteps,
};
