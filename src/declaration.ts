import type { Verdict } from './names.ts';
import { Problem } from './problem.ts';

/** What a default may be worked out from. */
export interface Surroundings {
  /** Name of the directory that is written to. */
  directory: string;
  /** `owner/repo` of the git remote `origin` there; empty where there is none. */
  origin: string;
}

/** What an answer can be. */
export type Value = string | boolean | number;

/** One answer: everything that its prompt, flag, type, storage and check need. */
export interface Declaration<T extends Value = Value> {
  kind: 'text' | 'number' | 'choice' | 'yes-no';
  /** Command-line flag, without the hyphens. */
  flag: string;
  /** How `--help` shows the value; absent for a yes-no flag. */
  value?: string;
  question: string;
  /** One line on what the answer decides. */
  decides: string;
  choices?: readonly string[];
  /** The choices that a person is offered. Default: all of them. */
  offered?: readonly string[];
  initial(surroundings: Surroundings): T;
  /** Brings what people paste into its usual form, before the check. */
  tidy?(value: T): T;
  /** Code of the problem that a refused value raises. */
  code: `VIB${number}`;
  check?(value: T): Verdict;
  /** A value that is allowed but should be known about. */
  warn?(value: T): string | undefined;
}

/** The type of a declaration's value. */
export type ValueOf<D> = D extends Declaration<infer T> ? T : never;

/** Declarations under the keys that their values are stored by. */
export type Declarations = Readonly<Record<string, Declaration>>;

/** The values of declarations. */
export type ValuesOf<D> = { readonly [K in keyof D]: ValueOf<D[K]> };

type Rest<T extends Value, Given extends keyof Declaration = 'kind'> = Omit<Declaration<T>, Given>;

/** A free text. */
export const text = (rest: Rest<string>): Declaration<string> => ({ kind: 'text', ...rest });

/** A number, given as digits on the command line. */
export const number = (rest: Rest<number>): Declaration<number> => ({ kind: 'number', ...rest });

/** A yes or a no: `--flag` and `--no-flag`. */
export const yesNo = (rest: Rest<boolean>): Declaration<boolean> => ({ kind: 'yes-no', ...rest });

/** One of a few words. */
export const choice = <const C extends readonly string[]>(
  choices: C,
  rest: Rest<C[number], 'kind' | 'choices'>,
): Declaration<C[number]> => ({
  kind: 'choice',
  choices,
  value: (rest.offered ?? choices).join('|'),
  ...rest,
});

/** Takes off the space that comes along when one pastes. */
export const trim = (value: string): string => value.trim();

/** {@link trim}, and small letters. */
export const lower = (value: string): string => value.trim().toLowerCase();

/** The same declarations with the types of their values widened, for code that treats all alike. */
export function widened(declarations: object): Declarations {
  return declarations as Declarations;
}

function checkType({ kind, flag, choices = [], offered = choices }: Declaration, value: unknown): Verdict {
  const shown = JSON.stringify(value);
  if (kind === 'yes-no')
    return typeof value === 'boolean'
      ? undefined
      : {
          what: `The answer '${flag}' is ${shown}.`,
          why: 'It is a yes-or-no answer.',
          fix: `Give true or false, or --${flag} or --no-${flag} on the command line.`,
        };
  if (kind === 'number')
    return typeof value === 'number' && Number.isFinite(value)
      ? undefined
      : {
          what: `The answer '${flag}' is ${shown}.`,
          why: 'It is a number.',
          fix: `Give digits, as in --${flag} 100.`,
        };
  if (typeof value !== 'string')
    return {
      what: `The answer '${flag}' is ${shown}.`,
      why: 'It is a text; a number would lose leading zeros.',
      fix: `Put it in quotes, as in "${String(value)}".`,
    };
  if (kind === 'choice' && !choices.includes(value))
    return {
      what: `The answer '${flag}' cannot be ${shown}.`,
      why: `It is one of ${offered.join(', ')}.`,
      fix: `Give --${flag} ${offered.join(` or --${flag} `)}.`,
    };
  return undefined;
}

/**
 * Checks a value and brings it into its usual form. Digits count as a number, because the command line and
 * prompts know only text.
 * @throws Problem (the declaration's code) for a value of the wrong type or one that the check refuses.
 */
export function acceptValue(declaration: Declaration, given: unknown): Value {
  const refuse = (verdict: Verdict): void => {
    if (verdict) throw new Problem(declaration.code, verdict);
  };
  const digits = declaration.kind === 'number' && typeof given === 'string' && /^\d+$/.test(given.trim());
  const typed = digits ? Number(given) : given;
  refuse(checkType(declaration, typed));
  const value = declaration.tidy?.(typed as Value) ?? (typed as Value);
  refuse(declaration.check?.(value));
  return value;
}

/** The values among `given` that are declared, each accepted. Keys are those of the declarations, or their flags. */
export function acceptAll(
  declarations: Declarations,
  given: Readonly<Record<string, unknown>>,
  by: 'key' | 'flag',
): Record<string, Value> {
  const named = Object.entries(declarations).map(([key, declaration]) => ({
    key,
    declaration,
    value: given[by === 'key' ? key : declaration.flag],
  }));
  const known = named.filter(({ value }) => value !== undefined);
  return Object.fromEntries(
    known.map(({ key, declaration, value }) => [key, acceptValue(declaration, value)]),
  );
}
