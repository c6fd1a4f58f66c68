#!/usr/bin/env node
import { resolve } from 'node:path';
import { program } from './called.ts';
import { answersPath, type CommandLine, helpText, parseCommandLine } from './flags.ts';
import { assertNode } from './node-version.ts';
import { packageRoot, packageVersion } from './package.ts';
import { errorCode, Problem } from './problem.ts';
import type { RunOptions } from './run.ts';

/** Where the person stands. `npm start` runs in the package's folder and hands on the caller's as INIT_CWD. */
function callersDirectory(): string {
  const here = process.cwd();
  return here === packageRoot ? (process.env.INIT_CWD ?? here) : here;
}

function optionsFrom({ command, argument, given, run }: CommandLine): RunOptions {
  const here = callersDirectory();
  return {
    command,
    directory: resolve(here, (command.argument === 'directory' && argument) || '.'),
    name: command.argument === 'name' ? argument : undefined,
    off: run.off === true,
    replace: run.replace === true,
    given,
    answersFile: typeof run.answers === 'string' ? answersPath(here, run.answers) : undefined,
    yes: run.yes === true,
    force: run.force === true,
    dryRun: run['dry-run'] === true,
    skipInstall: run['skip-install'] === true,
    skipGit: run['skip-git'] === true,
    json: run.json === true,
    envFile: typeof run.variables === 'string' ? answersPath(here, run.variables) : undefined,
    program: program(),
  };
}

async function main(args: string[]): Promise<number> {
  const line = parseCommandLine(args);
  if (line.run.help === true) {
    process.stdout.write(helpText(line.command));
    return 0;
  }
  if (line.run.version === true) {
    process.stdout.write(`${packageVersion}\n`);
    return 0;
  }
  assertNode(process.version);
  // Loaded only now: --help and --version are answered without the templates' engine and the prompts.
  const [{ run }, { terminal }] = await Promise.all([import('./run.ts'), import('./terminal.ts')]);
  return run(optionsFrom(line), terminal());
}

// Whoever read the output has gone, as head does: the end is that of a program that SIGPIPE ends. This comes between two
// turns of the event loop, and files are written within one: all of them or none.
process.stdout.on('error', (error) => {
  if (errorCode(error) === 'EPIPE') process.exit(141);
  throw error;
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Problem ? error : (error as Error).stack}\n`);
    process.exitCode = 1;
  },
);
