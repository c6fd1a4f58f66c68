import { Problem } from './problem.ts';
import { askLine } from './prompt.ts';

/**
 * Lets somebody type the name of what will be lost.
 * @param given what was said beforehand, by an option
 * @throws Problem where it is another name, or nobody is there to be asked
 */
export async function confirmName(name: string, given: string | undefined): Promise<void> {
  const answer = given ?? (await typed(name));
  if (answer === name) return;
  throw new Problem({
    what: 'Nothing was changed.',
    why: `'${answer}' is not '${name}'.`,
    fix: 'Run it again and type the full name.',
  });
}

async function typed(name: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new Problem({
      what: 'This cannot be undone, and there is nobody to ask.',
      why: 'Standard input is no terminal.',
      fix: `Run it in a terminal, or add --confirm ${name}`,
    });
  return askLine(`This cannot be undone. Type ${name} to go on: `);
}
