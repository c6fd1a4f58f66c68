import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Answers, SomeAnswers } from '../answers.ts';
import { readAnswersFile } from '../answers-file.ts';
import { githubOrigin } from '../git.ts';
import { refusalOr } from '../preconditions.ts';
import { errorCode, Problem } from '../problem.ts';
import { carryOut, foretell, prepare, type RunOptions, type Ui } from '../run.ts';
import { storedAnswers } from '../state.ts';
import { answersFrom, draftOf } from './answers-from.ts';
import { describePlan } from './describe.ts';
import type { Mapped } from './mapping.ts';
import type { MigrationPlan, PlatformName } from './plan.ts';
import { readPlan, withoutGenerated } from './read.ts';
import { decoded, openRepo, type SourceRepo } from './repo.ts';
import { type Difference, describeSince, sinceLastRun } from './since.ts';
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
    // The evidence in the plan and in files of the repo: where the file lay is nobody's business.
    return { path: basename(shown), text };
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

const fromFile = ({ answersFile, command }: RunOptions) =>
  answersFile === undefined ? {} : readAnswersFile(answersFile, command.declarations);

/** @throws Problem VIB093 in a repo whose backend was generated: there is nothing to carry over */
function assertNoStarter(directory: string, { backend, migration }: SomeAnswers): void {
  if (backend === undefined || migration !== undefined) return;
  throw new Problem('VIB093', {
    what: `${directory} was written by generator-vibely, with a starter app.`,
    why: 'migrate writes the AWS side of an app that has none yet.',
    fix: 'Go to the repo of the app that runs elsewhere.',
  });
}

/**
 * The platform that is settled: by the owner's word, or by an earlier run. That no platform spoke then decides nothing:
 * one may speak now.
 */
function settledPlatform({ given }: RunOptions, { migration }: SomeAnswers): PlatformName | undefined {
  if (given.platform !== undefined) return given.platform as PlatformName;
  return migration?.platform === 'none' && migration.stated !== true ? undefined : migration?.platform;
}

function planOf(repo: SourceRepo, stored: SomeAnswers, options: RunOptions, ui: Ui): Promise<MigrationPlan> {
  const { given, envFile, yes, json } = options;
  return readPlan(repo, {
    platform: settledPlatform(options, stored),
    isEarlier: given.platform === undefined,
    variables: readVariables(envFile),
    earlier: stored.migration?.exported,
    ask: yes || json ? undefined : ui.ask,
  });
}

/** Files that only a platform reads. */
const ofPlatform =
  /(^|\/)(render\.ya?ml|fly(\.[\w-]+)*\.toml|railway(\.[\w-]+)*\.(json|toml)|railway\.[jt]s|heroku\.yml|app\.json)$/;

/** @throws Problem VIB106 where a platform's file is broken, no other one speaks, and the owner has not said that none does */
function assertReadable({ platform, findings }: MigrationPlan, stated: unknown): void {
  if (platform !== 'none' || stated !== undefined) return;
  const broken = findings.find(
    ({ id, evidence: [place] }) =>
      /-(invalid|malformed|unreadable|program)$/.test(id) && ofPlatform.test(place?.file ?? ''),
  );
  const [place] = broken?.evidence ?? [];
  if (!broken || !place) return;
  throw new Problem('VIB106', {
    what: `${place.file}:${place.line} cannot be read: ${broken.what}`,
    why: 'It says where the app runs and what it needs; without it the AWS side would be a guess.',
    fix: 'Mend it and run this again; or, where it counts for nothing, go on without it: --platform none',
  });
}

/** The plan for a program: what was read, where each part goes, and all that is to be said of it. */
const jsonOf = (
  plan: MigrationPlan,
  { findings, migration: { rows } }: Mapped,
  changes: readonly Difference[],
): string => `${JSON.stringify({ ...plan, findings, rows, changes }, undefined, 2)}\n`;

/**
 * Reads the repo of an app that runs elsewhere, shows the plan, asks what no file tells, and writes the AWS side
 * beside the app.
 * @returns the exit code.
 * @throws Problem VIB092 to VIB106 for what a person can mend; nothing is written then.
 */
export async function migrate(options: RunOptions, ui: Ui): Promise<number> {
  assertFolder(options.directory);
  assertDry(options);
  const { directory, dryRun, json } = options;
  if (!dryRun) prepare(options, ui);
  const stored = storedAnswers(directory);
  assertNoStarter(directory, stored);
  const repo = withoutGenerated(openRepo(directory));
  const plan = await planOf(repo, stored, options, ui);
  const surroundings = { directory: basename(directory), origin: githubOrigin(directory) };
  const given = { ...fromFile(options), ...options.given };
  const how = { ...options, given, stored, surroundings, ask: ui.ask };
  const draft = await draftOf(repo, plan, how);
  const settle = (yes: boolean): Promise<Answers> => answersFrom(repo, plan, { ...how, yes });
  if (!json) ui.say(describePlan(plan, draft));
  const isAgain = stored.migration !== undefined;
  const changes = isAgain ? sinceLastRun(stored, await settle(true)) : [];
  if (json) ui.say(jsonOf(plan, draft, changes));
  else if (isAgain) ui.say(describeSince(changes));
  if (json) return 0;
  const readable = (): void => assertReadable(plan, settledPlatform(options, stored));
  if (dryRun && !options.yes) {
    ui.say(
      await refusalOr(async () => {
        readable();
        return foretell(options, stored, await settle(true), ui);
      }),
    );
    return 0;
  }
  readable();
  return carryOut(options, stored, await settle(options.yes), ui);
}
