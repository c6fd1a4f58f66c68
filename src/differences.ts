import { createTwoFilesPatch } from 'diff';
import type { Change } from './plan.ts';
import { Problem } from './problem.ts';
import type { Ask } from './questions.ts';
import type { RunOptions, Ui } from './run.ts';

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

function cannotAsk(differing: readonly Change[]): Problem {
  const paths = differing.map(({ path }) => path);
  return new Problem('VIB034', {
    what: `${paths.length} ${paths.length === 1 ? 'file is' : 'files are'} there already and would be overwritten: ${paths.join(', ')}.`,
    why: 'They differ from what is generated, and nobody can be asked. Nothing was written.',
    fix: 'Move them away, run this in a terminal to decide for each, or give --force to overwrite them.',
  });
}

/**
 * Decides every `differs` of the plan: by `--force`, else by asking with a diff. The others stay as they are.
 * @throws Problem VIB034 where nobody can be asked, VIB002 where the person aborts.
 */
export async function resolveDifferences(
  plan: readonly Change[],
  { force, yes }: Pick<RunOptions, 'force' | 'yes'>,
  { ask, say }: Ui,
): Promise<Change[]> {
  const differing = plan.filter(({ action }) => action === 'differs');
  if (differing.length > 0 && !force && (yes || !ask)) throw cannotAsk(differing);
  let forAll: Change['action'] | undefined = force ? 'update' : undefined;
  const decided: Change[] = [];
  for (const change of plan) {
    if (change.action !== 'differs') decided.push(change);
    else if (forAll || !ask) decided.push({ ...change, action: forAll ?? 'keep' });
    else {
      const choice = await askFor(change, ask, say);
      if (choice === 'abort') throw aborted();
      if (choice === 'all') forAll = 'update';
      if (choice === 'none') forAll = 'keep';
      decided.push({ ...change, action: choice === 'write' || choice === 'all' ? 'update' : 'keep' });
    }
  }
  return decided;
}

/** Programs, and what they are built with: with a file of another program in their midst they do not work. */
const programs = /^(infra|ops)\//;

/**
 * Decides every `differs` beside an app that was there before: the owner's file stays, and is reported.
 * @throws Problem VIB094 for a file that the programs of infra/ and ops/ cannot do without.
 */
export function besideTheirs(plan: readonly Change[], { say }: Pick<Ui, 'say'>): Change[] {
  const differing = plan.filter(({ action }) => action === 'differs');
  const needed = differing.map(({ path }) => path).filter((path) => programs.test(path));
  const folder = needed[0]?.split('/')[0];
  if (needed.length > 0)
    throw new Problem('VIB094', {
      what: `${needed.join(', ')} ${needed.length === 1 ? 'is' : 'are'} there already, with another content.`,
      why: 'The AWS side has a program of that name and does not work without it; nothing of yours is overwritten. Nothing was written.',
      fix: `Give your folder another name, such as git mv ${folder} other-${folder}, and run this again.`,
    });
  for (const change of differing)
    say(`\n${change.path} stays as it is. What would be there otherwise:\n${difference(change)}`);
  return plan.map((change) => (change.action === 'differs' ? { ...change, action: 'keep' } : change));
}

/** The person stopped the run at a prompt. */
export function aborted(): Problem {
  return new Problem('VIB002', {
    what: 'Stopped.',
    why: 'You ended the questions. Nothing was written.',
    fix: 'Run it again; --answers FILE or flags spare you the questions.',
  });
}
