import { type Domain, domainOf, missingOf } from './domain.ts';
import { print, step } from './output.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { waitFor } from './wait.ts';

interface DnsOptions extends TargetOptions {
  /** Waits until all is done, for at most an hour. */
  wait?: boolean;
}

const patienceSeconds = 3600;

function show({ name, zone, servers, asked, certificate }: Domain): void {
  print(`zone         ${zone.name} (${zone.id})`);
  print(`its servers  ${servers.join(' ')}`);
  print(`world asks   ${asked.join(' ') || 'nobody'}`);
  print(`certificate  ${name}: ${certificate ?? 'none'}`);
}

async function waitForAll(target: Target): Promise<Domain> {
  let last = '';
  return waitFor(
    async () => {
      const domain = await domainOf(target);
      const missing = missingOf(domain, target.environment);
      if (missing && missing.message !== last) step(missing.message);
      last = missing?.message ?? '';
      return missing ? undefined : domain;
    },
    patienceSeconds,
    async () => missingOf(await domainOf(target), target.environment) ?? new Error('It is ready now.'),
  );
}

/** Says what a domain waits for. @throws Problem as long as there is something */
export async function dns({ wait, ...options }: DnsOptions): Promise<void> {
  const what = ({ domain = 'the domain' }: { domain?: string }) => `looks at the way to ${domain}`;
  await operate(options, { what, changes: false }, async (target) => {
    const domain = wait ? await waitForAll(target) : await domainOf(target);
    show(domain);
    const missing = missingOf(domain, target.environment);
    if (missing) throw missing;
  });
}
