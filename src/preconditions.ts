import { isDeepStrictEqual } from 'node:util';
import type { Answers, SomeAnswers } from './answers.ts';
import { assertCommitted } from './conflicts.ts';
import { assertSameBackend, assertSameIdentity } from './consequences.ts';
import { assertDecidable } from './differences.ts';
import { generatedIdentity } from './generated-identity.ts';
import type { Change } from './plan.ts';
import { Problem } from './problem.ts';
import type { RunOptions, Ui } from './run.ts';
import { assertSettingsFit } from './settings-fit.ts';
import { answersFile, isGenerated, lockFile, storedAnswers } from './state.ts';
import { changedMeanwhile } from './write.ts';

/** @throws Problem VIB040 where a subgenerator is run outside a generated repo, VIB041 where its answers are gone */
export function assertGenerated({ command, directory, program }: RunOptions): void {
  if (!command.needsRepo) return;
  if (isGenerated(directory)) {
    assertAnswers(directory);
    return;
  }
  throw new Problem('VIB040', {
    what: `There is no repo in ${directory} that generator-vibely wrote.`,
    why: `'${command.id}' changes such a repo; it is known by its .vibely.lock.json.`,
    fix: hasAnswers(directory)
      ? `It is gone, and ${answersFile} is there: git checkout HEAD -- ${lockFile}`
      : `Go to its top folder, or write one first: ${program} shop`,
  });
}

const hasAnswers = (directory: string): boolean => storedAnswers(directory).name !== undefined;

function assertAnswers(directory: string): void {
  if (hasAnswers(directory)) return;
  throw new Problem('VIB041', {
    what: `The answers that ${directory} was generated from are gone.`,
    why: `They stand in ${answersFile} under generator-vibely, and everything is generated from them.`,
    fix: `Bring the file back from git: git checkout HEAD -- ${answersFile}`,
  });
}

/** @throws Problem VIB038 where another run has stored other answers since, which these would undo */
export function assertStillStored(directory: string, before: SomeAnswers): void {
  if (!isDeepStrictEqual(storedAnswers(directory), before)) throw changedMeanwhile(answersFile);
}

/** @throws Problem for what can never be changed, or not any more once it is deployed */
export function assertSameApp(before: SomeAnswers, answers: Answers, { directory, force }: RunOptions): void {
  // The stored answers may have been edited since.
  const generated = { ...before, ...generatedIdentity(directory) };
  assertSameBackend(generated, answers);
  assertSameIdentity(generated, answers, force);
}

/** Answers before and after, and the plan that leads from the ones to the others. */
export interface Planned {
  before: SomeAnswers;
  answers: Answers;
  plan: readonly Change[];
}

/**
 * @throws Problem VIB049 or VIB053 for what the plan leads to, VIB036 for what git could not give back, and for files that
 * are there already where nobody can decide what becomes of them.
 */
export function assertApplicable({ before, answers, plan }: Planned, options: RunOptions, ui: Ui): void {
  assertSettingsFit(before, answers, plan);
  assertCommitted(options.directory, plan);
  assertDecidable(plan, answers, options, ui);
}

/** A text for a dry run; or, where that is refused, the refusal that awaits the run itself. */
export async function refusalOr(text: () => string | Promise<string>): Promise<string> {
  try {
    return await text();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return `\nWithout --dry-run this would be refused as things are:\n${error}\n`;
  }
}
