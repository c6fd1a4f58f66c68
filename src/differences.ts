import { createTwoFilesPatch } from 'diff';
import type { Answers } from './answers.ts';
import { isInsideRepository } from './git.ts';
import { type Change, isProgram } from './plan.ts';
import { Problem } from './problem.ts';
import type { Ask } from './questions.ts';
import type { RunOptions, Ui } from './run.ts';
import { uncommitted } from './uncommitted.ts';

type Choice = 'write' | 'skip' | 'all' | 'none' | 'abort';

const choices: { name: string; value: Choice }[] = [
  { name: 'overwrite', value: 'write' },
  { name: 'keep mine', value: 'skip' },
  { name: 'overwrite this and all others', value: 'all' },
  { name: 'keep mine, here and in all others', value: 'none' },
  { name: 'abort: write nothing at all', value: 'abort' },
];

function difference({ path, ours, file }: Change): string {
  const isBinary = [ours, file?.content].some((content) => content?.includes(0));
  if (isBinary) return `${path}: binary files differ\n`;
  return createTwoFilesPatch(path, path, String(ours), String(file?.content), 'yours', 'generated');
}

async function askFor(change: Change, ask: Ask, say: Ui['say']): Promise<Choice> {
  say(difference(change));
  const message = `${change.path} is there already and differs. What shall happen?`;
  return (await ask({ type: 'select', name: 'conflict', message, default: 'skip', choices })) as Choice;
}

function cannotAsk(paths: readonly string[]): Problem {
  return new Problem('VIB034', {
    what: `${paths.length} ${paths.length === 1 ? 'file is' : 'files are'} there already and would be overwritten: ${paths.join(', ')}.`,
    why: 'They differ from what is generated, and nobody can be asked. Nothing was written.',
    fix: 'Move them away, run this in a terminal to decide for each, or commit them and give --force to overwrite them.',
  });
}

/** @throws Problem VIB028 for what would be gone for good: git does not hold it as it is */
function assertHeld(directory: string, paths: readonly string[]): void {
  const lost = isInsideRepository(directory) ? uncommitted(directory, paths) : paths;
  if (lost.length === 0) return;
  throw new Problem('VIB028', {
    what: `--force would overwrite what git does not hold: ${lost.join(', ')}.`,
    why: 'Once overwritten it could not be brought back. Nothing was written.',
    fix: 'Commit it as it is, or move it away; then run this again.',
  });
}

/** @throws Problem VIB094 for a file beside an app that was there before, which infra/ and ops/ cannot do without */
function assertNoProgram(paths: readonly string[]): void {
  const needed = paths.filter(isProgram);
  const folder = needed[0]?.split('/')[0];
  if (needed.length === 0) return;
  throw new Problem('VIB094', {
    what: `${needed.join(', ')} ${needed.length === 1 ? 'is' : 'are'} there already, with another content.`,
    why: 'The AWS side has a program of that name and does not work without it; nothing of yours is overwritten. Nothing was written.',
    fix: `Give your folder another name, such as git mv ${folder} other-${folder}, and run this again.`,
  });
}

const isDiffering = ({ action }: Change): boolean => action === 'differs';

/**
 * Refuses a plan with files that are there already where it cannot be decided what becomes of them.
 * @throws Problem VIB028, VIB034, VIB094
 */
export function assertDecidable(
  plan: readonly Change[],
  { migration }: Answers,
  { directory, force, yes }: Pick<RunOptions, 'directory' | 'force' | 'yes'>,
  { ask }: Pick<Ui, 'ask'>,
): void {
  const paths = plan.filter(isDiffering).map(({ path }) => path);
  if (paths.length === 0) return;
  if (migration) assertNoProgram(paths);
  else if (force) assertHeld(directory, paths);
  else if (yes || !ask) throw cannotAsk(paths);
}

/**
 * Decides every `differs` of the plan. Beside an app that was there before, the owner's file stays and is shown; else by
 * `--force`, or by asking with a diff.
 * @throws Problem VIB002 where the person aborts, and as {@link assertDecidable}.
 */
export async function decideDifferences(
  plan: readonly Change[],
  answers: Answers,
  options: RunOptions,
  ui: Ui,
): Promise<Change[]> {
  assertDecidable(plan, answers, options, ui);
  if (!answers.migration) return askedFor(plan, options, ui);
  for (const change of plan.filter(isDiffering))
    ui.say(`\n${change.path} stays as it is. What would be there otherwise:\n${difference(change)}`);
  return plan.map((change) => (isDiffering(change) ? kept(change) : change));
}

/** The owner's file stays. In the midst of programs it is one of them from now on, as if its owner had edited it. */
const kept = (change: Change): Change => ({ ...change, action: isProgram(change.path) ? 'keep' : 'own' });

async function askedFor(plan: readonly Change[], { force }: RunOptions, { ask, say }: Ui): Promise<Change[]> {
  const overwritten = (change: Change): Change => ({ ...change, action: 'update' });
  let forAll: ((change: Change) => Change) | undefined = force ? overwritten : undefined;
  const decided: Change[] = [];
  for (const change of plan) {
    if (!isDiffering(change)) decided.push(change);
    else if (forAll || !ask) decided.push((forAll ?? kept)(change));
    else {
      const choice = await askFor(change, ask, say);
      if (choice === 'abort') throw aborted();
      if (choice === 'all') forAll = overwritten;
      if (choice === 'none') forAll = kept;
      decided.push(choice === 'write' || choice === 'all' ? overwritten(change) : kept(change));
    }
  }
  return decided;
}

/** The person stopped the run at a prompt. */
export function aborted(): Problem {
  return new Problem('VIB002', {
    what: 'Stopped.',
    why: 'You ended the questions. Nothing was written.',
    fix: 'Run it again; --answers FILE or flags spare you the questions.',
  });
}
