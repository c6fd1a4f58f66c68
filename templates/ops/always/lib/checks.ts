import { print } from './output.ts';
import { Problem } from './problem.ts';

/** What a check has found out. */
export type Finding =
  | { level: 'ok'; text: string }
  | { level: 'warning' | 'failed'; text: string; why: string; fix: string };

/** One question that a command asks. */
export interface Check {
  /** One or two words, for the first column. */
  name: string;
  /** What it throws is a failure of this check alone: the others go on. */
  look(): Promise<Finding>;
}

export interface How {
  /** Checks that run at the same time; default 4, so that AWS does not slow us down. */
  atOnce?: number;
  /** Makes something readable of what a check throws. */
  explain?: (error: unknown) => unknown;
  /** Takes each finding, described; default `print`. */
  show?: (text: string) => void;
}

type Trouble = { what: string; why: string; fix: string };

export function ok(text: string): Finding {
  return { level: 'ok', text };
}

/** Something to know, which fails nothing. */
export function warning({ what, why, fix }: Trouble): Finding {
  return { level: 'warning', text: what, why, fix };
}

export function failed({ what, why, fix }: Trouble): Finding {
  return { level: 'failed', text: what, why, fix };
}

/** What somebody sees of a finding: a line, and below it why and what to do. */
export function describeFinding(name: string, finding: Finding): string {
  const line = `${finding.level.padEnd(9)}${name.padEnd(16)}${finding.text}`;
  if (finding.level === 'ok') return line;
  const indent = ' '.repeat(25);
  return `${line}\n${indent}why: ${finding.why}\n${indent}fix: ${finding.fix}`;
}

function findingOf(error: unknown): Finding {
  if (error instanceof Problem) return failed({ what: error.message, why: error.why, fix: error.fix });
  const text = error instanceof Error ? error.message : String(error);
  return failed({
    what: text,
    why: 'Nobody expected that.',
    fix: 'docs/runbooks/when-something-is-wrong.md',
  });
}

/**
 * Runs all checks, whatever the others find, and shows each finding in its turn.
 * @returns how many have failed
 */
export async function runChecks(checks: readonly Check[], how: How = {}): Promise<number> {
  const { atOnce = 4, explain = (error) => error, show = print } = how;
  const free = slots(atOnce);
  const findings = checks.map(({ look }) => free(() => look().catch((error) => findingOf(explain(error)))));
  let failures = 0;
  for (const [index, { name }] of checks.entries()) {
    const finding = (await findings[index]) as Finding;
    if (finding.level === 'failed') failures += 1;
    show(describeFinding(name, finding));
  }
  return failures;
}

/** Lets at most `count` pieces of work run at once; the others wait in their order. */
function slots(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < count) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
