import { say } from './output.ts';
import { Problem } from './problem.ts';

/** Says what went wrong, and sets the exit code of the process. */
export function report(error: unknown): void {
  process.exitCode = 1;
  if (!(error instanceof Problem)) {
    say(
      `\nerror: ${error instanceof Error ? (process.env.DEBUG ? error.stack : error.message) : String(error)}`,
    );
    return;
  }
  process.exitCode = error.exitCode;
  say(`\nerror: ${error.message}\n  why: ${error.why}\n  fix: ${error.fix}`);
}
