import { readFileSync, statSync } from 'node:fs';
import { errorCode, Problem } from '../problem.ts';
import type { RunOptions, Ui } from '../run.ts';
import { answersFrom } from './answers-from.ts';
import { describePlan } from './describe.ts';
import type { MigrationPlan, PlatformName } from './plan.ts';
import { readPlan, withoutGenerated } from './read.ts';
import { decoded, openRepo } from './repo.ts';
import type { VariablesFile } from './variables-files.ts';

/** @throws Problem VIB102 where there is no folder to read */
function assertFolder(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new Problem('VIB102', {
    what: `There is no folder ${directory}.`,
    why: 'migrate reads the repo of an app that is there.',
    fix: 'Go to its top folder and run it there, or give its path: vibely migrate ../shop',
  });
}

/** @throws Problem VIB103 for a file that cannot be read, or is no text */
function readVariables(path: string | undefined): VariablesFile | undefined {
  if (path === undefined) return undefined;
  const shown = path === '-' ? 'standard input' : path;
  const refuse = (why: string, options?: ErrorOptions): Problem =>
    new Problem(
      'VIB103',
      {
        what: `The variables cannot be read from ${shown}.`,
        why,
        fix: 'Give a file of NAME=value lines, or a JSON object: heroku config --json > config.json, and delete it afterwards.',
      },
      options,
    );
  try {
    const text = decoded(readFileSync(path === '-' ? 0 : path));
    if (text === undefined) throw refuse('It is no text.');
    return { path: shown, text };
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw refuse(`There is no such file, or it is not yours to read (${errorCode(error)}).`, {
      cause: error,
    });
  }
}

/** @throws Problem VIB105 for JSON without --dry-run: it is for a program, which cannot be asked */
function assertDry({ json, dryRun }: RunOptions): void {
  if (!json || dryRun) return;
  throw new Problem('VIB105', {
    what: '--json goes with --dry-run.',
    why: 'It prints the plan for a program and nothing else; without --dry-run there are files to write and questions to ask.',
    fix: 'Give both: vibely migrate --dry-run --json',
  });
}

function planOf(options: RunOptions, ui: Ui): Promise<MigrationPlan> {
  const { directory, given, envFile, yes, json } = options;
  return readPlan(withoutGenerated(openRepo(directory)), {
    platform: given.platform as PlatformName | undefined,
    variables: readVariables(envFile),
    ask: yes || json ? undefined : ui.ask,
  });
}

/**
 * Reads the repo of an app that runs elsewhere and shows the plan.
 * @returns the exit code.
 * @throws Problem VIB100 to VIB105 for what a person can mend.
 */
export async function migrate(options: RunOptions, ui: Ui): Promise<number> {
  assertFolder(options.directory);
  assertDry(options);
  const plan = await planOf(options, ui);
  ui.say(options.json ? `${JSON.stringify(plan, undefined, 2)}\n` : describePlan(plan));
  if (options.dryRun) return 0;
  answersFrom(plan);
  return 0;
}
