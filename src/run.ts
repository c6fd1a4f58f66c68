import { readdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type Answers, type SomeAnswers, warningsAbout } from './answers.ts';
import { readAnswersFile } from './answers-file.ts';
import { baseTexts } from './base.ts';
import { changesSince } from './changelog.ts';
import { type Command, migrate, status, upgrade } from './commands.ts';
import { assertDecided } from './conflicts.ts';
import { costChange, featureWarnings, losses } from './consequences.ts';
import type { Value } from './declaration.ts';
import { decideDifferences } from './differences.ts';
import { commitAll, githubOrigin, isInsideRepository } from './git.ts';
import { install } from './install.ts';
import { nextSteps, stepsAfterChange } from './next-steps.ts';
import { packageVersion } from './package.ts';
import { type Change, conflictsOf, planFor, stays, withLock } from './plan.ts';
import {
  assertApplicable,
  assertGenerated,
  assertSameApp,
  assertStillStored,
  type Planned,
  refusalOr,
} from './preconditions.ts';
import { Problem } from './problem.ts';
import type { Ask } from './questions.ts';
import { render } from './render.ts';
import { lockFile, storedAnswers, storedLock } from './state.ts';
import { describeStatus, statusOf } from './status.ts';
import {
  describeChange,
  describeConflicts,
  describeFiles,
  describeLeft,
  describeNewer,
  describePlan,
  describeSteps,
} from './texts.ts';
import { finish, isUnfinished } from './unfinished.ts';
import { isNewer } from './version.ts';
import { assertWritable, write } from './write.ts';

/** What was asked for on the command line, by `vibely` or by `yo vibely` alike. */
export interface RunOptions {
  /** The generator to run. */
  command: Command;
  /** Absolute path of the directory to write to; for the app's generator it need not exist. */
  directory: string;
  /** Name of what is added, for a generator that takes one. */
  name: string | undefined;
  /** Turn a feature off. */
  off: boolean;
  /** Change a worker or a job that has other values already. */
  replace?: boolean;
  /** Answers given as flags, accepted. */
  given: Readonly<Record<string, Value>>;
  /** Path of a JSON file with answers, `-` for standard input. */
  answersFile?: string | undefined;
  /** Take the default for whatever is not given, and go on without asking. */
  yes: boolean;
  /**
   * Overwrite what lies in a directory that nothing was generated into, as far as git holds it; in a generated repo,
   * change what AWS cannot follow.
   */
  force: boolean;
  /** Write nothing and run nothing. */
  dryRun: boolean;
  skipInstall: boolean;
  skipGit: boolean;
  /** Print the plan of migrate as JSON. */
  json?: boolean;
  /** Path of an export of variables, `-` for standard input: for migrate. */
  envFile?: string | undefined;
  /** How this program was called, for the commands that it prints: `vibely`, `npx generator-vibely`. */
  program: string;
}

/** How the program speaks with a person. */
export interface Ui {
  say(text: string): void;
  /** `undefined` where nobody can be asked. */
  ask: Ask | undefined;
}

const firstCommit = 'Begin with the repo that generator-vibely writes';

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

/**
 * Finishes what a killed run has left.
 * @throws Problem VIB035 in a dry run, which must not write; VIB037 where there are conflicts to decide on.
 */
function finishEarlierRun({ directory, dryRun }: RunOptions, ui: Ui): void {
  if (!isUnfinished(directory)) return;
  if (dryRun)
    throw new Problem('VIB035', {
      what: 'An earlier run was interrupted while it wrote.',
      why: 'What it had begun must be finished before a plan can be made, and --dry-run writes nothing.',
      fix: 'Run it once without --dry-run.',
    });
  const { changed, conflicts } = finish(directory);
  ui.say(
    changed.length === 0
      ? 'Finished what an interrupted run had begun.\n'
      : `An interrupted run was to write ${changed.join(', ')}, changed since by you. So it is not finished, and what it was asked for is not stored: run the same command again, if this is another one.\n`,
  );
  assertDecided(directory, conflicts);
}

function gatherAnswers(before: SomeAnswers, options: RunOptions, ui: Ui): Promise<Answers> {
  const { command, directory, given, answersFile, name, off, replace = false, yes } = options;
  const fromFile = answersFile === undefined ? {} : readAnswersFile(answersFile, command.declarations);
  const surroundings = { directory: basename(directory), origin: githubOrigin(directory) };
  const how = { name, off, replace, surroundings, yes, ask: ui.ask };
  const request = { ...how, given: { ...fromFile, ...given } };
  return command.change(before, request);
}

function makePlan(directory: string, before: SomeAnswers, answers: Answers, { say }: Ui): Change[] {
  const bases = baseTexts(directory, storedLock(directory).generator, before, say);
  return planFor(directory, answers, render(answers), bases);
}

/** What a run without --dry-run would come to, where that is not the plan as it stands. @throws Problem for a refusal */
function foreseen(planned: Planned, options: RunOptions, ui: Ui): string {
  assertApplicable(planned, options, ui);
  const conflict = planned.plan.some(({ action }) => action === 'conflict');
  return conflict ? '\nWithout --dry-run this would end in the conflicts above, with exit code 1.\n' : '';
}

/**
 * What is known of the writing where a dry run asks nothing: of a repo that was generated before the files that change.
 * @throws Problem for what the run would refuse.
 */
export function foretell(options: RunOptions, before: SomeAnswers, answers: Answers, ui: Ui): string {
  const { directory } = options;
  assertSameApp(before, answers, options);
  const plan = makePlan(directory, before, answers, ui);
  if (before.name !== undefined) ui.say(`\n${describeFiles(plan, true)}`);
  return foreseen({ before, answers, plan }, options, ui);
}

/** @throws Problem VIB008 where nobody can say yes to a change of what is there. */
async function agreed(options: RunOptions, fresh: boolean, ui: Ui): Promise<boolean> {
  if (options.yes || (!ui.ask && fresh)) return true;
  if (!ui.ask)
    throw new Problem('VIB008', {
      what: 'Nobody has said yes to this plan.',
      why: 'There is no terminal to ask in, and files that are there already would be changed. Nothing was written.',
      fix: 'Look at the plan with --dry-run; then run this again with --yes.',
    });
  return (await ui.ask({ type: 'confirm', name: 'write', message: 'Write it?', default: true })) === true;
}

function showPlan(
  before: SomeAnswers,
  answers: Answers,
  plan: readonly Change[],
  options: RunOptions,
  ui: Ui,
): void {
  ui.say(describePlan(answers, options.directory));
  const regenerated = before.name !== undefined;
  if (regenerated) ui.say(describeChange(costChange(before as Answers, answers), losses(before, answers)));
  for (const warning of [...warningsAbout(answers), ...featureWarnings(answers)])
    ui.say(`Warning: ${warning}\n`);
  ui.say(describeFiles(plan, options.dryRun || regenerated));
  if (plan.every(({ action }) => stays(action))) ui.say('Nothing to do: everything is up to date.\n');
}

/** Says what the templates have that are newer than those which wrote the repo. @returns whether they are newer */
function sayWhatIsNewer({ command, directory }: RunOptions, { say }: Ui): boolean {
  const { generator } = storedLock(directory);
  if (!isNewer(packageVersion, generator)) return false;
  if (command !== upgrade) say(describeNewer(generator));
  say(changesSince(generator));
  return true;
}

/** Installs and commits as far as it was asked for, and says what is left to do. */
function finishUp(
  answers: Answers,
  plan: readonly Change[],
  { fresh, newer }: { fresh: boolean; newer: boolean },
  options: RunOptions,
  ui: Ui,
): void {
  const { command, directory, program } = options;
  const again = plan.some(({ path, action }) => path === lockFile && action === 'update');
  const mayCommit = fresh && !options.skipGit && !isInsideRepository(directory);
  const committed = mayCommit && commitAll(directory, firstCommit);
  const stale = plan.some(({ path, action }) => path.endsWith('package-lock.json') && !stays(action));
  const conflicts = conflictsOf(plan);
  // A package.json with markers in it cannot be installed.
  const mayInstall = !options.skipInstall && stale && conflicts.length === 0;
  const installed = mayInstall ? install(directory, answers, ui.say) : [];
  ui.say(describeLeft(plan));
  if (conflicts.length > 0) ui.say(describeConflicts(conflicts));
  const steps = again
    ? stepsAfterChange({
        answers,
        stale: stale && installed.length === 0,
        feature: command.id,
        newer,
        name: options.name,
        conflicts,
      })
    : nextSteps({ answers, directory, program, fresh, committed, installed });
  ui.say(describeSteps(steps, conflicts));
}

/**
 * Asks, shows the plan, writes, and says what is left to do.
 * @returns the exit code: 0, or 1 where the person said no to the plan or has conflicts to resolve.
 * @throws Problem for everything that a person can mend; nothing is written then.
 */
export async function run(options: RunOptions, ui: Ui): Promise<number> {
  const { directory } = options;
  assertGenerated(options);
  if (options.command === status) {
    ui.say(describeStatus(statusOf(directory)));
    return 0;
  }
  if (options.command === migrate) {
    // Loaded only now: it brings the parsers of other platforms' files.
    const migration = await import('./migration/run.ts');
    return migration.migrate(options, ui);
  }
  prepare(options, ui);
  const before = storedAnswers(directory);
  const answers = await gatherAnswers(before, options, ui);
  return carryOut(options, before, answers, ui);
}

/** Finishes an interrupted run and makes sure that the directory can be written. @throws Problem VIB030, VIB035 */
export function prepare(options: RunOptions, ui: Ui): void {
  finishEarlierRun(options, ui);
  isNew(options.directory);
}

/**
 * Makes the plan for answers, shows it, and writes it if that is agreed to.
 * @param before the answers that were stored.
 * @returns the exit code, as that of {@link run}.
 */
export async function carryOut(
  options: RunOptions,
  before: SomeAnswers,
  answers: Answers,
  ui: Ui,
): Promise<number> {
  const { directory, dryRun } = options;
  const fresh = isNew(directory);
  assertSameApp(before, answers, options);
  const plan = makePlan(directory, before, answers, ui);
  assertStillStored(directory, before);
  const newer = sayWhatIsNewer(options, ui);
  const nothing = plan.every(({ action }) => stays(action));
  if (nothing) assertDecided(directory);
  showPlan(before, answers, plan, options, ui);
  const planned = { before, answers, plan };
  if (dryRun && !nothing) ui.say(await refusalOr(() => foreseen(planned, options, ui)));
  if (dryRun || nothing) return 0;
  assertApplicable(planned, options, ui);
  const decided = withLock(directory, await decideDifferences(plan, answers, options, ui));
  if (!(await agreed(options, before.name === undefined, ui))) {
    ui.say('Nothing was written.\n');
    return 1;
  }
  write(directory, decided);
  finishUp(answers, decided, { fresh, newer }, options, ui);
  return conflictsOf(decided).length > 0 ? 1 : 0;
}
