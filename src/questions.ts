import {
  acceptValue,
  type Declaration,
  type Declarations,
  type Surroundings,
  type Value,
} from './declaration.ts';
import { Problem } from './problem.ts';

/** A question in the form that Inquirer, and so Yeoman, takes. */
export interface Question {
  type: 'input' | 'confirm' | 'select';
  name: string;
  message: string;
  default: Value;
  choices?: { name: string; value: string }[];
  /** `true`, or why the value is refused. */
  validate?(value: unknown): true | string;
}

/** Asks one question; the value is not checked yet. */
export type Ask = (question: Question) => Promise<unknown>;

const types = { text: 'input', number: 'input', choice: 'select', 'yes-no': 'confirm' } as const;

/** The prompt for an answer, with what is known of the surroundings as its default. */
function questionFor(key: string, declaration: Declaration, surroundings: Surroundings): Question {
  const type = types[declaration.kind];
  const offered = declaration.offered ?? declaration.choices;
  return {
    type,
    name: key,
    message: `${declaration.question}\n  Decides: ${declaration.decides}.\n `,
    default: declaration.initial(surroundings),
    ...(offered && { choices: offered.map((value) => ({ name: value, value })) }),
    ...(type === 'input' && { validate: (value: unknown) => explain(declaration, value) }),
  };
}

function explain(declaration: Declaration, value: unknown): true | string {
  try {
    acceptValue(declaration, value);
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return `${error.text.what} ${error.text.why} ${error.text.fix}`;
  }
}

/** How the answers that are not given are found. */
export interface HowToComplete {
  surroundings: Surroundings;
  /** Take the defaults. */
  yes: boolean;
  /** `undefined` where nobody can be asked. */
  ask: Ask | undefined;
}

/**
 * Completes answers: by asking, else by the defaults, else by refusing.
 * @returns a value for every declaration, in their order.
 * @throws Problem VIB003 that names the flags of all missing answers.
 */
export async function complete(
  declarations: Declarations,
  known: Readonly<Record<string, unknown>>,
  { surroundings, yes, ask }: HowToComplete,
): Promise<Record<string, Value>> {
  const missing = Object.entries(declarations).filter(([key]) => known[key] === undefined);
  if (!yes && !ask && missing.length > 0) throw nobodyToAsk(missing);
  const found: Record<string, unknown> = { ...known };
  for (const [key, declaration] of missing) {
    const question = questionFor(key, declaration, surroundings);
    found[key] = acceptValue(declaration, yes || !ask ? question.default : await ask(question));
  }
  return Object.fromEntries(Object.keys(declarations).map((key) => [key, found[key] as Value]));
}

function nobodyToAsk(missing: readonly (readonly [string, Declaration])[]): Problem {
  const keys = missing.map(([key]) => key);
  const flags = missing.map(([, { flag, kind, value }]) =>
    kind === 'yes-no' ? `--${flag} or --no-${flag}` : `--${flag} ${value}`,
  );
  return new Problem('VIB003', {
    what: `${keys.length === 1 ? 'An answer is' : 'Answers are'} missing: ${keys.join(', ')}.`,
    why: 'There is no terminal to ask them in.',
    fix: `Give ${flags.join(', ')}; or --answers FILE; or --yes to take the defaults.`,
  });
}
