import { type Check, type Finding, ok, warning } from './checks.ts';
import { printed } from './doctor-laptop.ts';

const runbook = 'docs/runbooks/vercel.md';

async function cli(): Promise<Finding> {
  return warning({
    what: 'The Vercel CLI is not there, or nobody is logged in.',
    why: 'What Vercel knows cannot be looked at without it.',
    fix: `npm install --global vercel, then vercel login (${runbook})`,
  });
}

/** Names in the table that `vercel env ls` prints. */
export function variablesIn(table: string): string[] {
  return table.split('\n').flatMap((line) => line.trim().match(/^[A-Z][A-Z0-9_]*(?=\s)/)?.[0] ?? []);
}

async function variable(name: string, stage: string): Promise<Finding> {
  const table = await printed('vercel', 'env', 'ls', stage);
  if (table === undefined)
    return warning({
      what: `The variables of ${stage} are not known.`,
      why: 'This folder is linked to no project at Vercel.',
      fix: `vercel link (${runbook})`,
    });
  if (variablesIn(table).includes(name)) return ok(`${name} is set for ${stage}`);
  return warning({
    what: `${name} is not set for ${stage}.`,
    why: 'The pages do not know where the API is.',
    fix: `vercel env add ${name} ${stage} (${runbook})`,
  });
}

/** The front end's project. With a domain the browser calls the API itself; without one, Vercel does. */
export async function vercelChecks(hasDomain: boolean): Promise<Check[]> {
  if ((await printed('vercel', 'whoami')) === undefined) return [{ name: 'vercel', look: cli }];
  const name = hasDomain ? 'NEXT_PUBLIC_API_URL' : 'API_URL';
  return ['production', 'preview'].map((stage) => ({ name: 'variable', look: () => variable(name, stage) }));
}
