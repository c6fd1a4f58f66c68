import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Check, type Finding, ok, runChecks } from './checks.ts';
import { addresses, bootstrapped, githubRole, roles, vcpus } from './doctor-account.ts';
import { githubChecks } from './doctor-github.ts';
import { laptopChecks } from './doctor-laptop.ts';
import { budget, database, domain, drift, image, secrets, stacks, tasks } from './doctor-service.ts';
import { vercelChecks } from './doctor-vercel.ts';
import { explained } from './explain-aws.ts';
import { print, say } from './output.ts';
import { Problem } from './problem.ts';
import { type Environment, environmentOf, readSettings } from './settings.ts';
import { assertAccount, type Target, targetOf } from './target.ts';

/** What is looked at in each environment, once its credentials are good. */
const targetChecks: [name: string, look: (target: Target) => Promise<Finding>][] = [
  ['bootstrap', bootstrapped],
  ['roles', roles],
  ['github role', githubRole],
  ['vcpu quota', vcpus],
  ['addresses', addresses],
  ['stacks', stacks],
  ['drift', drift],
  ['secrets', secrets],
  ['image', image],
  ['tasks', tasks],
  ['database', database],
  ['domain', domain],
  ['budget', budget],
];

async function credentials(target: Target): Promise<Finding> {
  await assertAccount(target);
  const { Arn = '' } = await target.client(STSClient).send(new GetCallerIdentityCommand({}));
  return ok(`account ${target.environment.account}, as ${Arn.split(':').at(-1)}`);
}

/** The checks of one environment. Without credentials the others would all say the same. */
async function examine(target: Target): Promise<number> {
  const { environment } = target;
  const how = { atOnce: 6, explain: (error: unknown) => explained(error, environment) };
  const refused = await runChecks([{ name: 'credentials', look: () => credentials(target) }], how);
  if (refused > 0) {
    say(`-- nothing else can be looked at in ${environment.name}`);
    return refused;
  }
  const checks = targetChecks.map(([name, look]): Check => ({ name, look: () => look(target) }));
  return runChecks(checks, how);
}

function heading(title: string): void {
  print(`\n${title}`);
}

/**
 * One page over everything that a deployment needs.
 * @param name of an environment; default all of them
 * @throws Problem where something has failed
 */
export async function doctor(name: string | undefined): Promise<void> {
  const settings = readSettings();
  const names = name === undefined ? Object.keys(settings.environments) : [name];
  const environments = names.map((one): Environment => environmentOf(settings, one));
  heading('this machine');
  let failures = await runChecks(laptopChecks);
  if (settings.github) {
    heading(`GitHub, ${settings.github}`);
    failures += await runChecks(await githubChecks(settings.github, settings.branch ?? 'main', names));
  }
  // The starter's pages are at Vercel; of another app nobody knows.
  if (!settings.container) {
    heading('Vercel');
    failures += await runChecks(await vercelChecks(environments.some((environment) => environment.domain)));
  }
  for (const environment of environments) {
    heading(`${environment.name}, ${environment.region}`);
    failures += await examine(targetOf(environment));
  }
  if (failures === 0) return;
  throw new Problem({
    what: `${failures} ${failures === 1 ? 'check' : 'checks'} failed.`,
    why: 'Each says so above.',
    fix: 'Begin with the first one, then run this again.',
  });
}
