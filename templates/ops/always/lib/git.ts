import { say } from './output.ts';
import { Problem } from './problem.ts';
import { type Outcome, runProgram } from './program.ts';
import type { Environment } from './settings.ts';

/** @throws Problem where there is no git */
function git(...args: string[]): Promise<Outcome> {
  return runProgram('git', args, { quiet: true }).catch((error: Error) => {
    throw silent(error.message);
  });
}

/** Git that does not answer is not a working tree without changes. */
function silent(said: string): Problem {
  return new Problem({
    what: 'Git does not tell what is committed.',
    why: said.trim().split('\n')[0] || 'It does not say why.',
    fix: 'Run `git status` here, and do what it says.',
  });
}

/**
 * The tag of an image: the one given, as the full id where it names a commit, else the commit that is checked out.
 * @throws Problem where there is no commit yet, or git does not answer
 */
export async function imageTag(given: string | undefined): Promise<string> {
  const { code, stdout, stderr } = await git(
    'rev-parse',
    '--verify',
    '--quiet',
    `${given ?? 'HEAD'}^{commit}`,
  );
  if (code === 0) return stdout.trimEnd();
  if (given) return given;
  // Quiet means: there is none, and nothing else is wrong.
  if (stderr.trim() !== '') throw silent(stderr);
  throw new Problem({
    what: 'There is no commit.',
    why: 'An image is named after the commit that it is built from.',
    fix: 'git add --all && git commit',
  });
}

/**
 * The infrastructure is deployed as it lies in the working tree, the image as it was committed. In dev that may differ.
 * @throws Problem for another environment whose deployment nobody could repeat, and where git does not answer
 */
export async function assertCommitted({ name }: Pick<Environment, 'name'>): Promise<void> {
  const { code, stdout, stderr } = await git('status', '--porcelain');
  if (code !== 0 && name !== 'dev') throw silent(stderr);
  if (code !== 0) say(`note: git does not tell what is committed: ${stderr.trim().split('\n')[0]}`);
  const changed = stdout.trimEnd();
  if (!changed) return;
  const files = changed.split('\n').map((line) => line.slice(3));
  const list = `${files.slice(0, 5).join(', ')}${files.length > 5 ? `, and ${files.length - 5} more` : ''}`;
  if (name === 'dev') {
    say(`note: not committed, and so in no image: ${list}`);
    return;
  }
  throw new Problem({
    what: `${name} is only deployed from what is committed.`,
    why: `git status has ${list}.`,
    fix: 'git add --all && git commit, or git stash',
  });
}
