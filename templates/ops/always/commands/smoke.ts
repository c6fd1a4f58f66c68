import { type Command, InvalidArgumentError } from 'commander';
import { call } from '../lib/called.ts';
import { duration, reading } from './options.ts';

/** Reads the address of a service. */
function address(text: string): URL {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return new URL(text);
  throw new InvalidArgumentError('Say it as https://api.example.com.');
}

/** `smoke`: is the service well, seen from outside? */
export function addSmoke(ops: Command): void {
  reading(ops.command('smoke'))
    .summary('ask the service from outside whether it is well')
    .description(
      'Health, DNS, certificate and redirect; of a backend in backend/ version, readiness and CORS, too. And a stream, ' +
        'where there is one: held open, with its heartbeats. All checks are made; the exit code is 1 where one fails.',
    )
    .option('--tag <commit>', 'the version that is to answer; default any')
    .option('--hold <time>', 'how long the stream is held; default 90s', duration)
    .option('--silence <time>', 'how long the stream may be silent; default 30s', duration)
    .option(
      '--events <path>',
      'path of the stream; default /api/events of a backend in backend/ that has streams',
    )
    .option('--wait <time>', 'how long the first answer may take; default 90s', duration)
    .option(
      '--url <address>',
      'another address than that of the deployed service, such as http://localhost:8000',
      address,
    )
    .addHelpText('after', `\nExample:\n  ${call} smoke --env prod --hold 5m`)
    .action(async ({ env, url, ...options }) => {
      const { smoke, smokeAt } = await import('../lib/smoke.ts');
      if (url !== undefined) {
        const { environmentOf, readSettings } = await import('../lib/settings.ts');
        return smokeAt(url, undefined, environmentOf(readSettings(), env), options);
      }
      const { operate } = await import('../lib/target.ts');
      const what = ({ prefix }: { prefix: string }) => `asks the service ${prefix} whether it is well`;
      await operate({ env }, { what, changes: false }, (target) => smoke(target, options));
    });
}
