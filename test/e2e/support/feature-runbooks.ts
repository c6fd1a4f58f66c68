import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accounts } from './render.ts';
import { type Block, blocksOf } from './runbooks.ts';

/** The pages that the features add; the one that deploys what it changes comes before those that only deploy. */
export const featurePages = ['waf.md', 'alarms.md', 'cache.md', 'workers.md', 'jobs.md', 'audit.md'];

interface FeatureException {
  document: string;
  /** What the block looks like in dev. */
  code: RegExp;
  reason: string;
}

const logsTail = 'version 1 of the AWS CLI, the one that a package index has, has no `logs tail`';

/** What cannot run against the emulator, or runs elsewhere. One that matches no block has outlived its command. */
export const featureExceptions: readonly FeatureException[] = [
  { document: 'workers.md', code: /^aws logs tail /, reason: logsTail },
  { document: 'jobs.md', code: /^aws logs tail /, reason: logsTail },
  {
    document: 'cache.md',
    code: /\bstacks\b.*\n.*\bdeploy\b/,
    reason: 'is run last, to deploy what has been turned off',
  },
  {
    document: 'waf.md',
    code: /\bstacks\b.*\n.*\bdeploy\b/,
    reason: 'is what the first deployment has just done, the firewall included',
  },
  {
    document: 'waf.md',
    code: /^aws wafv2 describe-managed-rule-group/,
    reason: 'lists the rules of a group, which only AWS knows',
  },
  {
    document: 'cache.md',
    code: /^aws cloudformation update-termination-protection/,
    reason: 'is for the stack of prod, which is protected; here there is only dev',
  },
  ...['cache.md', 'audit.md'].map((document) => ({
    document,
    code: /shop-staging/,
    reason: 'is for what staging has; here there is only dev',
  })),
  {
    document: 'audit.md',
    code: /^aws cloudformation update-termination-protection/,
    reason: 'is for the stack of prod, which is protected; here there is only dev',
  },
  {
    document: 'audit.md',
    code: /^aws cloudtrail lookup-events/,
    reason: 'asks what happened in the account, which the emulator does not record',
  },
  {
    document: 'audit.md',
    code: /^aws cloudtrail validate-logs/m,
    reason: 'checks signatures that only AWS can make',
  },
];

const acts = ['use', 'change', 'deploy', 'off'] as const;

/** A block of a feature's page as it is run here: for dev, whichever environment it names. */
export interface FeatureBlock extends Block {
  /** The section that it stands in. */
  heading: string;
  /** When it is run: with what is deployed, to change that, to deploy the change, or to turn everything off. */
  act: (typeof acts)[number];
  /** Why it is not run. */
  skip: string | undefined;
}

/** All blocks of the features' pages, those that would only repeat another one marked. */
export function featureBlocks(directory: string): FeatureBlock[] {
  const blocks = featurePages.flatMap((document) => inSections(directory, document));
  return withoutRepetitions(acts.flatMap((act) => blocks.filter((block) => block.act === act)));
}

/** The blocks of one page, for dev. */
export function inSections(directory: string, document: string): FeatureBlock[] {
  const text = readFileSync(join(directory, 'docs/runbooks', document), 'utf8');
  const headings = text.split(/^## /m).flatMap((section) => {
    const [heading = ''] = section.split('\n', 1);
    return (section.match(/^```bash$/gm) ?? []).map(() => heading);
  });
  return blocksOf(directory, document).map((block, index) => {
    const heading = headings[index] ?? '';
    const code = forDev(block.code);
    const exception = featureExceptions.find((one) => one.document === document && one.code.test(code));
    return { ...block, code, heading, act: actOf(heading, code), skip: exception?.reason };
  });
}

function actOf(heading: string, code: string): FeatureBlock['act'] {
  if (/^(Take it away|Undo)$/.test(heading)) return 'off';
  // One deployment will do for what several pages change.
  if (!/^(Change|From counting)/.test(heading)) return 'use';
  return code.startsWith('npx') && code.trim().split('\n').length === 1 ? 'change' : 'deploy';
}

/** The same for dev, by what the pages say: its profile is the default one, its names have `dev` in them. */
function forDev(code: string): string {
  return code
    .replaceAll('AWS_PROFILE=prod-shop ', '')
    .replaceAll(' --profile prod-shop', '')
    .replaceAll(accounts.prod, accounts.dev)
    .replaceAll("'api.example.com'", "'dev.api.example.com'")
    .replace(/\bprod\b/g, 'dev');
}

/** Nothing is run twice while the repo is the same: a page has many a block once for dev and once for prod. */
function withoutRepetitions(blocks: readonly FeatureBlock[]): FeatureBlock[] {
  const before = new Map<string, string>();
  return blocks.map((block) => {
    const commands = block.code.trim().split(/(?<!\\)\n/);
    const first = before.get(commands[0] ?? '');
    const repeats = commands.every((command) => before.has(command));
    if (block.skip) return block;
    if (block.code.includes('npx ')) before.clear();
    for (const command of commands)
      if (!before.has(command)) before.set(command, `${block.document}, block ${block.number}`);
    return repeats ? { ...block, skip: `has just been done: ${first}` } : block;
  });
}
