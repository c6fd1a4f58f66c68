import { readdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type Answers, type SomeAnswers, warningsAbout } from './answers.ts';
import { readAnswersFile } from './answers-file.ts';
import { resolveConflicts } from './conflicts.ts';
import { commitAll, githubOrigin, isInsideRepository } from './git.ts';
import { install } from './install.ts';
import { nextSteps } from './next-steps.ts';
import { planFor } from './plan.ts';
import { Problem } from './problem.ts';
import { type Ask, complete } from './questions.ts';
import { render } from './render.ts';
import { storedAnswers } from './state.ts';
import { describeFiles, describePlan, describeSteps } from './texts.ts';
import { assertWritable, write } from './write.ts';

/** What was asked for on the command line, by `vibely` or by `yo vibely` alike. */
export interface RunOptions {
  /** Absolute path of the directory to write to; it need not exist. */
  directory: string;
  /** Answers given as flags, already checked. */
  flags: SomeAnswers;
  /** Path of a JSON file with answers, `-` for standard input. */
  answersFile?: string | undefined;
  /** Take the default for whatever is not given, and go on without asking. */
  yes: boolean;
  /** Overwrite files that differ. */
  force: boolean;
  /** Write nothing and run nothing. */
  dryRun: boolean;
  skipInstall: boolean;
  skipGit: boolean;
  /** How this program was called, for the commands that it prints: `vibely`, `npx generator-vibely`. */
  command: string;
}

/** How the program speaks with a person. */
export interface Ui {
  say(text: string): void;
  /** `undefined` where nobody can be asked. */
  ask: Ask | undefined;
}

/**
 * Whether nothing lies in `directory` yet.
 * @throws Problem VIB030 where it is a file or cannot be written: known before the first question is asked.
 */
function isNew(directory: string): boolean {
  assertWritable(directory);
  const stat = statSync(directory, { throwIfNoEntry: false });
  if (stat === undefined) return true;
  if (stat.isDirectory()) return readdirSync(directory).length === 0;
  throw new Problem('VIB030', {
    what: `${directory} is a file.`,
    why: 'A repo needs a directory.',
    fix: 'Give another name.',
  });
}

async function gatherAnswers(options: RunOptions, ui: Ui): Promise<Answers> {
  const { directory, flags, answersFile, yes } = options;
  const fromFile = answersFile === undefined ? {} : readAnswersFile(answersFile);
  const surroundings = { directory: basename(directory), origin: githubOrigin(directory) };
  return complete({ ...storedAnswers(directory), ...fromFile, ...flags }, surroundings, yes, ui.ask);
}

async function agreed(options: RunOptions, ui: Ui): Promise<boolean> {
  if (options.yes || !ui.ask) return true;
  return (await ui.ask({ type: 'confirm', name: 'write', message: 'Write it?', default: true })) === true;
}

/**
 * Asks, shows the plan, writes, and says what is left to do.
 * @returns the exit code: 0, or 1 where the person said no to the plan.
 * @throws Problem for everything that a person can mend; nothing is written then.
 */
export async function run(options: RunOptions, ui: Ui): Promise<number> {
  const { directory, dryRun } = options;
  const fresh = isNew(directory);
  const answers = await gatherAnswers(options, ui);
  const plan = planFor(directory, answers, render(answers));
  ui.say(describePlan(answers, directory));
  for (const warning of warningsAbout(answers)) ui.say(`Warning: ${warning}\n`);
  ui.say(describeFiles(plan, dryRun));
  if (dryRun) return 0;
  if (plan.every(({ action }) => action === 'same' || action === 'keep')) return 0;
  const decided = await resolveConflicts(plan, options, ui);
  if (!(await agreed(options, ui))) {
    ui.say('Nothing was written.\n');
    return 1;
  }
  write(directory, decided);
  const committed =
    fresh && !options.skipGit && !isInsideRepository(directory) && commitAll(directory, firstCommit);
  const installed = options.skipInstall ? [] : install(directory, answers, ui.say);
  ui.say(
    describeSteps(nextSteps({ answers, directory, command: options.command, fresh, committed, installed })),
  );
  return 0;
}

const firstCommit = 'Begin with the repo that generator-vibely writes';
