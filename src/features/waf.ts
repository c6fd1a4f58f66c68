import type { Answers } from '../answers.ts';
import { choice, number, yesNo } from '../declaration.ts';
import type { Environment } from '../environments.ts';
import type { Feature } from './feature.ts';

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
      limit >= 10 && limit <= 2_000_000_000
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
    question: "Do all requests come through Vercel's rewrites?",
    decides:
      "whether clients are told apart by the address that Vercel forwards: to the load balancer they all are Vercel's",
    initial: () => false,
  }),
};

/** The rules cost by the number; see docs/costs.md of the generated repo. */
const rules = 5;

const isOn = (answers: Answers, { name }: Environment): boolean =>
  answers.features.waf !== undefined && name !== 'dev';

/** A web application firewall before the load balancer: off in dev, where nobody attacks and everything counts twice. */
export const waf: Feature = {
  id: 'waf',
  summary: 'a web application firewall before the load balancer',
  code: 'VIB053',
  declarations: wafAnswers,
  settings: (answers, environment) =>
    isOn(answers, environment) ? { waf: answers.features.waf } : undefined,
  costs: (answers, environment) =>
    isOn(answers, environment)
      ? [
          {
            item: 'WAF',
            detail: `one web ACL, ${rules} rules, without requests (0.60 a million)`,
            usd: 5 + rules,
          },
        ]
      : [],
};
