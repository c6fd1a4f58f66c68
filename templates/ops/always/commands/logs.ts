import { type Command, Option } from 'commander';
import { call } from '../lib/called.ts';
import { duration, reading } from './options.ts';

/** `logs`: what the tasks say. */
export function addLogs(ops: Command): void {
  reading(ops.command('logs'))
    .summary('read what the tasks have logged')
    .description('Every line with its time and task. Workers and jobs are in it, each under its own name.')
    .option('--since <time>', 'how far back; default 10m', duration)
    .option('--follow', 'go on until Ctrl-C')
    .option('--filter <pattern>', "a word, or as CloudWatch has it: '{ $.status >= 500 }'")
    .addOption(
      new Option('--group <name>', 'which log').choices(['backend', 'release', 'build']).default('backend'),
    )
    .addHelpText(
      'after',
      `\nExamples:\n  ${call} logs --env dev --follow\n  ${call} logs --env prod --since 1h --filter '{ $.status >= 500 }'`,
    )
    .action(async (options) => {
      const { logs } = await import('../lib/logs.ts');
      await logs(options);
    });
}
