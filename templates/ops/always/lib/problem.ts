/** Something that a person can mend: what happened, why, and the next command. */
export class Problem extends Error {
  readonly why: string;
  readonly fix: string;
  /** Of the process: 1, or that of the task that failed. */
  readonly exitCode: number;

  constructor(text: { what: string; why: string; fix: string }, exitCode = 1) {
    super(text.what);
    this.name = 'Problem';
    this.why = text.why;
    this.fix = text.fix;
    this.exitCode = exitCode;
  }
}
