import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing, each, reading } from './options.ts';

/** `secrets`: what the tasks read from the Parameter Store. */
export function addSecrets(ops: Command): void {
  const secrets = ops.command('secrets').summary('the secrets of the app, in the Parameter Store');
  addPush(secrets);
  addList(secrets);
  addDiff(secrets);
  addSet(secrets);
}

const deciding = (command: Command) =>
  command
    .option('--plain <name>', 'this is no secret, whatever it looks like; may be repeated', each)
    .option('--secret <name>', 'this is a secret, whatever it looks like; may be repeated', each);

function addPush(secrets: Command): void {
  deciding(changing(secrets.command('push').argument('<file>', 'a .env file')))
    .summary('take over the variables of a .env file')
    .description(
      'Shows for each variable of the file where it belongs, writes the secrets that are new or have another value, and ' +
        'adds their names to infra/settings.json. Settings that are no secrets go there as they are. Values are never shown.',
    )
    .option('--redeploy', 'replace the running tasks when values have changed, without asking')
    .addHelpText('after', `\nExample:\n  ${call} secrets push .env.production --env prod`)
    .action(async (file, options) => {
      const { pushSecrets } = await import('../lib/secrets.ts');
      await pushSecrets(file, options);
    });
}

function addList(secrets: Command): void {
  reading(secrets.command('list'))
    .summary('list them, without their values')
    .description(
      'Lists the names of all secrets: set, missing, or still CHANGE_ME; and when they were changed, in UTC.',
    )
    .addHelpText('after', `\nExample:\n  ${call} secrets list --env dev`)
    .action(async (options) => {
      const { listSecrets } = await import('../lib/secrets.ts');
      await listSecrets(options);
    });
}

function addDiff(secrets: Command): void {
  deciding(reading(secrets.command('diff').argument('<file>', 'a .env file')))
    .summary('compare them with a .env file')
    .description(
      'Names the secrets in which a file and the Parameter Store differ. Exit code 1 when there are any.',
    )
    .addHelpText('after', `\nExample:\n  ${call} secrets diff .env.production --env prod`)
    .action(async (file, options) => {
      const { diffSecrets } = await import('../lib/secrets.ts');
      if (!(await diffSecrets(file, options))) process.exitCode = 1;
    });
}

function addSet(secrets: Command): void {
  changing(secrets.command('set').argument('<name>', 'name of the environment variable, like STRIPE_KEY'))
    .summary('set one, asked for without showing it, or from standard input')
    .description(
      'Sets one secret and adds its name to infra/settings.json. Asks for the value, or takes it from standard input.',
    )
    .option('--redeploy', 'replace the running tasks when the value has changed, without asking')
    .addHelpText('after', `\nExample:\n  ${call} secrets set STRIPE_KEY --env dev`)
    .action(async (name, options) => {
      const { setSecret } = await import('../lib/secrets.ts');
      await setSecret(name, options);
    });
}
