import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { reading } from './options.ts';

/** `dns`: what does the certificate wait for? */
export function addDns(ops: Command): void {
  reading(ops.command('dns'))
    .summary('say what the domain and its certificate wait for')
    .description(
      'Compares the name servers of the zone with those that the world asks, and looks at the certificate. For a second ' +
        'terminal while `stacks` waits. The exit code is 1 as long as something is missing.',
    )
    .option('--wait', 'until nothing is missing, for at most an hour')
    .addHelpText('after', `\nExample:\n  ${call} dns --env dev --wait`)
    .action(async (options) => {
      const { dns } = await import('../lib/dns.ts');
      await dns(options);
    });
}
