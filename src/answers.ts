import {
  acceptValue,
  choice,
  type Declaration,
  lower,
  text,
  trim,
  type Value,
  type ValuesOf,
  widened,
  yesNo,
} from './declaration.ts';
import type { Features } from './features/all.ts';
import type { Migration } from './migration/stored.ts';
import { checkAccount, checkDomain, checkGithub, checkName, checkRegion, unknownAccount } from './names.ts';
import { regions } from './regions.ts';

/** Turns a directory's name into an app name; `app` where nothing usable is left of it. */
function nameFrom(directory: string): string {
  const name = directory
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 20)
    .replace(/-+$/, '');
  return checkName(name) === undefined ? name : 'app';
}

/**
 * Every answer, in the order in which it is asked for. One declaration gives the prompt, the flag, the type,
 * the key in `.yo-rc.json` and the check.
 */
export const declarations = {
  name: text({
    flag: 'name',
    value: 'NAME',
    code: 'VIB010',
    question: 'What is the app called?',
    decides: 'the names of everything in AWS: stacks, database, buckets',
    initial: ({ directory }) => nameFrom(directory),
    tidy: trim,
    check: checkName,
  }),
  backend: choice(['fastapi', 'node', 'existing'], {
    flag: 'backend',
    // `existing` is what migrate finds in the repo.
    offered: ['fastapi', 'node'],
    code: 'VIB011',
    question: 'Which backend?',
    decides: 'Python with FastAPI, or Node.js with Fastify and TypeScript',
    initial: () => 'fastapi',
  }),
  sse: yesNo({
    flag: 'sse',
    code: 'VIB012',
    question: 'Does it hold connections open?',
    decides: 'streams, chat answers token by token, WebSockets, MCP: connections longer than a minute',
    initial: () => true,
  }),
  database: yesNo({
    flag: 'database',
    code: 'VIB013',
    question: 'Does it need a database?',
    decides: 'PostgreSQL 16 on RDS, with schema migrations and daily backups',
    initial: () => true,
  }),
  domain: text({
    flag: 'domain',
    value: 'api.example.com',
    code: 'VIB014',
    question: 'Which domain is the API to have? (empty: none yet)',
    decides:
      'HTTPS with a certificate on that name, and on dev. before it; without one, plain HTTP behind Vercel',
    initial: () => '',
    tidy: lower,
    check: checkDomain,
  }),
  github: text({
    flag: 'github',
    value: 'owner/repo',
    code: 'VIB015',
    question: 'Which GitHub repository? (empty: none yet)',
    decides: 'which repository may deploy, by OIDC, without a stored key',
    initial: ({ origin }) => origin,
    tidy: (value) =>
      value
        .trim()
        .replace(/^(https:\/\/github\.com\/|git@github\.com:)/, '')
        .replace(/\.git$/, ''),
    check: checkGithub,
  }),
  devAccount: text({
    flag: 'dev-account',
    value: 'N',
    code: 'VIB016',
    question: 'AWS account of dev, 12 digits? (000000000000: not known yet)',
    decides: 'where dev is deployed',
    initial: () => unknownAccount,
    tidy: trim,
    check: checkAccount,
  }),
  prodAccount: text({
    flag: 'prod-account',
    value: 'N',
    code: 'VIB016',
    question: 'AWS account of prod, 12 digits? (000000000000: not known yet)',
    decides: 'where prod is deployed: an account of its own, so that nothing done in dev can reach it',
    initial: () => unknownAccount,
    tidy: trim,
    check: checkAccount,
  }),
  region: text({
    flag: 'region',
    value: 'eu-central-1',
    code: 'VIB017',
    question: 'Which AWS region?',
    decides: 'where all data lies; the regions of the EU keep it there',
    initial: () => 'eu-central-1',
    tidy: lower,
    check: checkRegion,
    warn: (name) =>
      regions[name]?.eu
        ? undefined
        : `${name} (${regions[name]?.title}) is outside the EU: all data of the app leaves it.`,
  }),
  architecture: choice(['arm64', 'x86_64'], {
    flag: 'architecture',
    code: 'VIB018',
    question: 'Which processor?',
    decides: 'arm64 (Graviton) costs a fifth less; x86_64 where a dependency has no build for ARM',
    initial: () => 'arm64',
  }),
};

/** The key of an answer, in `.yo-rc.json` and in an answers file. */
export type AnswerKey = keyof typeof declarations;

/** All that a generated repo is made from. */
export type Answers = ValuesOf<typeof declarations> & {
  /** What subgenerators have added. */
  readonly features: Features;
  /** What migrate has read of an app that runs elsewhere; there if, and only if, the backend is `existing`. */
  readonly migration?: Migration;
};

/** Answers as far as they are known. */
export type SomeAnswers = { [K in keyof Answers]?: Answers[K] };

/** Keys in the order in which they are asked for. */
export const answerKeys = Object.keys(declarations) as AnswerKey[];

/** Checks one answer and brings it into its usual form. @throws Problem with the code of the answer */
export function accept(key: AnswerKey, given: unknown): Value {
  return acceptValue(widened(declarations)[key] as Declaration, given);
}

/** Warnings about answers that are allowed: data outside the EU, dev and prod in one account. */
export function warningsAbout(answers: Answers): string[] {
  const own = answerKeys.map((key) => widened(declarations)[key]?.warn?.(answers[key]));
  const sameAccount =
    answers.devAccount === answers.prodAccount && answers.devAccount !== unknownAccount
      ? 'dev and prod share one account: a mistake made in dev can reach the data of prod.'
      : undefined;
  return [...own, sameAccount].filter((warning) => warning !== undefined);
}
