import { aborted } from './differences.ts';
import type { Ask, Question } from './questions.ts';
import type { Ui } from './run.ts';

async function prompt({
  type,
  message,
  default: initial,
  choices = [],
  validate,
}: Question): Promise<unknown> {
  const { confirm, input, select } = await import('@inquirer/prompts');
  if (type === 'confirm') return confirm({ message, default: initial === true });
  if (type === 'select') return select({ message, default: String(initial), choices });
  return input({ message, default: String(initial), ...(validate && { validate }) });
}

const ask: Ask = async (question) => {
  try {
    return await prompt(question);
  } catch (error) {
    // Ctrl-C, or the terminal went away: by name, because each copy of Inquirer has a class of its own.
    if (error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name))
      throw aborted();
    throw error;
  }
};

/** Speaks on standard output; asks only where both ends are a terminal. */
export function terminal(): Ui {
  const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return { say: (text) => void process.stdout.write(text), ask: interactive ? ask : undefined };
}
