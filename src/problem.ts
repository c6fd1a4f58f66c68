/** What a person is told when something cannot be done. */
export interface ProblemText {
  /** What is wrong, with the value that is wrong. */
  what: string;
  /** Why it cannot work. */
  why: string;
  /** What to type or change. */
  fix: string;
}

/**
 * An error for people: a stable code (`VIB012`), what, why and how to fix it. It is printed without a stack
 * trace and ends the process with exit code 1; any other error is a defect and keeps its trace.
 */
export class Problem extends Error {
  readonly code: string;
  readonly text: ProblemText;

  constructor(code: `VIB${number}`, text: ProblemText, options?: ErrorOptions) {
    super(`${code} ${text.what}`, options);
    this.name = 'Problem';
    this.code = code;
    this.text = text;
  }

  /** The three lines that a terminal shows. */
  override toString(): string {
    return `${this.code} ${this.text.what}\n  Why: ${this.text.why}\n  Fix: ${this.text.fix}`;
  }
}

/** The code of a Node.js system error (`ENOSPC`), or `undefined` for any other value. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
