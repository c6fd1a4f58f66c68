import { say } from './output.ts';
import { Problem } from './problem.ts';
import { runProgram } from './program.ts';
import type { Environment } from './settings.ts';

/** What git prints, without its last line end; `undefined` where it fails. */
async function git(...args: string[]): Promise<string | undefined> {
  const { code, stdout } = await runProgram('git', args, { quiet: true });
  return code === 0 ? stdout.trimEnd() : undefined;
}

/**
 * The tag of an image: the one given, as the full id where it names a commit, else the commit that is checked out.
 * @throws Problem where there is no commit yet
 */
export async function imageTag(given: string | undefined): Promise<string> {
  const named = await git('rev-parse', '--verify', '--quiet', `${given ?? 'HEAD'}^{commit}`);
  const tag = named || given;
  if (tag) return tag;
  throw new Problem({
    what: 'There is no commit.',
    why: 'An image is named after the commit that it is built from.',
    fix: 'git add --all && git commit',
  });
}

/**
 * The infrastructure is deployed as it lies in the working tree, the image as it was committed. In dev that may differ.
 * @throws Problem for another environment whose deployment nobody could repeat
 */
export async function assertCommitted({ name }: Environment): Promise<void> {
  const changed = await git('status', '--porcelain');
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
