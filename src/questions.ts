import {
  type AnswerKey,
  type Answers,
  accept,
  answerKeys,
  declarationOf,
  type SomeAnswers,
  type Surroundings,
} from './answers.ts';
import { Problem } from './problem.ts';

/** A question in the form that Inquirer, and so Yeoman, takes. */
export interface Question {
  type: 'input' | 'confirm' | 'select';
  name: string;
  message: string;
  default: string | boolean;
  choices?: { name: string; value: string }[];
  /** `true`, or why the value is refused. */
  validate?(value: string | boolean): true | string;
}

/** Asks one question; the value is not checked yet. */
export type Ask = (question: Question) => Promise<unknown>;

/** The prompt for an answer, with what is known of the surroundings as its default. */
export function questionFor(key: AnswerKey, surroundings: Surroundings): Question {
  const declaration = declarationOf(key);
  const type = { text: 'input', choice: 'select', 'yes-no': 'confirm' } as const;
  return {
    type: type[declaration.kind],
    name: key,
    message: `${declaration.question}\n  Decides: ${declaration.decides}.\n `,
    default: declaration.initial(surroundings),
    ...(declaration.choices && { choices: declaration.choices.map((value) => ({ name: value, value })) }),
    ...(declaration.kind === 'text' && { validate: (value: string | boolean) => explain(key, value) }),
  };
}

function explain(key: AnswerKey, value: string | boolean): true | string {
  try {
    accept(key, value);
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return `${error.text.what} ${error.text.why} ${error.text.fix}`;
  }
}

/**
 * Completes the answers: by asking, else by the defaults, else by refusing.
 * @param ask `undefined` where nobody can be asked.
 * @throws Problem VIB003 that names the flags of all missing answers.
 */
export async function complete(
  known: SomeAnswers,
  surroundings: Surroundings,
  yes: boolean,
  ask: Ask | undefined,
): Promise<Answers> {
  const missing = answerKeys.filter((key) => known[key] === undefined);
  if (!yes && !ask && missing.length > 0) throw nobodyToAsk(missing);
  const found: Record<string, unknown> = { ...known };
  for (const key of missing) {
    const question = questionFor(key, surroundings);
    found[key] = accept(key, yes || !ask ? question.default : await ask(question));
  }
  return Object.fromEntries(answerKeys.map((key) => [key, found[key]])) as unknown as Answers;
}

function nobodyToAsk(missing: readonly AnswerKey[]): Problem {
  const flags = missing.map((key) => {
    const { flag, kind, value } = declarationOf(key);
    return kind === 'yes-no' ? `--${flag} or --no-${flag}` : `--${flag} ${value}`;
  });
  return new Problem('VIB003', {
    what: `${missing.length === 1 ? 'An answer is' : 'Answers are'} missing: ${missing.join(', ')}.`,
    why: 'There is no terminal to ask them in.',
    fix: `Give ${flags.join(', ')}; or --answers FILE; or --yes to take the defaults.`,
  });
}
