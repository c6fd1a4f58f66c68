import type { Answers } from '../answers.ts';
import { called } from '../called.ts';
import type { CostRow } from '../costs.ts';
import { choice, number, yesNo } from '../declaration.ts';
import { type Environment, environmentsOf } from '../environments.ts';
import type { Step } from '../next-steps.ts';
import { opsCall } from '../ops-call.ts';
import type { Feature } from './feature.ts';

/** US dollars a month. */
const prices = { webAcl: 5, rule: 1 };

/** What `vibely waf` asks. */
export const wafAnswers = {
  mode: choice(['count', 'block'], {
    flag: 'mode',
    code: 'VIB050',
    question: 'Count what the rules would stop, or stop it?',
    decides: 'count first: a rule that stops good requests shows in the counts before it does harm',
    initial: () => 'count',
  }),
  rateLimit: number({
    flag: 'rate-limit',
    value: 'N',
    code: 'VIB051',
    question: 'How many requests may one address make in five minutes?',
    decides: 'when a single client is stopped; 10 to 2000000000',
    initial: () => 2000,
    check: (limit) =>
      Number.isInteger(limit) && limit >= 10 && limit <= 2_000_000_000
        ? undefined
        : {
            what: `${limit} is no rate limit.`,
            why: 'AWS WAF takes 10 to 2000000000.',
            fix: 'Give --rate-limit 2000.',
          },
  }),
  behindProxy: yesNo({
    flag: 'behind-proxy',
    code: 'VIB052',
    question: "Do requests come through Vercel's rewrites although there is a domain?",
    decides:
      "whether clients are told apart by the address that Vercel forwards: to the load balancer they all are Vercel's; without a domain the starter's do anyway",
    initial: () => false,
  }),
};

/** What applies in an environment; nothing in dev, where nobody attacks and the bill counts twice. */
function valuesIn({ features: { waf: values }, domain, migration }: Answers, { name }: Environment) {
  if (values === undefined || name === 'dev') return undefined;
  // Without a domain the starter's pages, on HTTPS, can reach the API by way of Vercel only. A limit for each address would
  // then be one for all users together.
  return { ...values, behindProxy: values.behindProxy || (domain === '' && migration === undefined) };
}

/** Names of the environments that have one. */
const firewalled = (answers: Answers): string[] =>
  environmentsOf(answers).flatMap((one) => (valuesIn(answers, one) ? [one.name] : []));

function costs(answers: Answers, environment: Environment): CostRow[] {
  const values = valuesIn(answers, environment);
  if (values === undefined) return [];
  const rules = values.behindProxy ? 6 : 5;
  return [
    {
      item: 'WAF',
      detail: `one web ACL, ${rules} rules, without requests (0.60 a million)`,
      service: 'AWS WAF',
      usd: prices.webAcl + rules * prices.rule,
    },
  ];
}

function laterSteps(answers: Answers): Step[] {
  if (answers.features.waf?.mode !== 'count') return [];
  return [
    {
      title:
        'A week after it went to prod: see what it would have stopped, then let it (docs/runbooks/waf.md).',
      commands: [`${opsCall(answers)} waf --env prod`, called('waf --mode block')],
    },
  ];
}

/** A web application firewall before the load balancer, in every environment but dev. */
export const waf: Feature = {
  id: 'waf',
  summary: 'a web application firewall before the load balancer',
  declarations: wafAnswers,
  ending: (answers) => ({
    sentence: `The web ACL before the load balancer of ${firewalled(answers).join(' and ')} is deleted, and its log with it: every request reaches the app.`,
  }),
  blockKey: 'waf',
  settings(answers, environment) {
    const values = valuesIn(answers, environment);
    return values && { waf: values };
  },
  costs,
  laterSteps,
};
