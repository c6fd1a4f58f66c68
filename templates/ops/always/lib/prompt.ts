import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Problem } from './problem.ts';

/**
 * A question before anything is changed.
 * @throws Problem where Ctrl-C or Ctrl-D is the answer
 */
export async function askLine(question: string): Promise<string> {
  return (await typed(question, process.stderr)).trim();
}

/** A question that Enter, Ctrl-C and Ctrl-D answer with no. Where nobody can be asked, it is no. */
export async function askYesNo(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const answer = await askLine(`${question} [y/N] `).catch((error: unknown) => {
    if (error instanceof Problem) return '';
    throw error;
  });
  return /^y(es)?$/i.test(answer);
}

/**
 * A value that nobody may see: typed without an echo, or all of standard input where that is no terminal, without its
 * last line end.
 * @throws Problem as `askLine`
 */
export async function readHidden(question: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, '');
  process.stderr.write(`${question}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const value = await typed('', nowhere, true);
  process.stderr.write('\n');
  return value;
}

/** @param terminal whether `output` is to be taken for one; default is what it says itself */
async function typed(question: string, output: Writable, terminal?: boolean): Promise<string> {
  const lines = createInterface({ input: process.stdin, output, ...(terminal && { terminal }) });
  // With Ctrl-D older versions of Node close it, and never answer.
  const closed = new Promise<never>((_, reject) => lines.once('close', () => reject(new Error('closed'))));
  try {
    return await Promise.race([lines.question(question), closed]);
  } catch {
    process.stderr.write('\n');
    throw new Problem(
      { what: 'Nothing was changed.', why: 'You have ended it at the question.', fix: 'Run it again.' },
      130,
    );
  } finally {
    lines.close();
  }
}
