import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { count, reading } from './options.ts';

/** `waf`: what has the firewall matched? */
export function addWaf(ops: Command): void {
  reading(ops.command('waf'))
    .summary('say which rules of the firewall have matched, and where')
    .description(
      'Rule, action, method, path, requests and clients, the most frequent first. BLOCK was stopped, ALLOW only counted. ' +
        'What to make of it: docs/runbooks/waf.md',
    )
    .option('--hours <number>', 'how far to look back', count, 168)
    .addHelpText('after', `\nExample:\n  ${call} waf --env prod --hours 24`)
    .action(async (options) => {
      const { waf } = await import('../lib/waf.ts');
      await waf(options);
    });
}
