import { type Facts, readFact } from './facts.ts';
import { print, step } from './output.ts';
import { Problem } from './problem.ts';

/** How long a part of the work has taken. */
export interface Duration {
  name: string;
  milliseconds: number;
}

/** What a task has told: the lines of its log, taken apart. */
export interface Told {
  facts: Facts;
  durations: Duration[];
  /** Whether it came to its end. */
  complete: boolean;
  /** Takes the next line. */
  hear(line: string): void;
}

/** Keeps what the program is to know, and shows the rest. */
export function listen(): Told {
  const told: Told = { facts: { source: [], target: [] }, durations: [], complete: false, hear };
  function hear(line: string): void {
    const found = readFact(line);
    const duration = readDuration(line);
    if (found) told.facts[found.side].push(found.fact);
    else if (duration) {
      told.durations.push(duration);
      step(`${duration.name}: ${seconds(duration.milliseconds)}`);
    } else if (line === 'all facts are told') told.complete = true;
    else print(line);
  }
  return told;
}

function readDuration(line: string): Duration | undefined {
  const [, milliseconds, name = ''] = /^took (\d+) (.+)$/.exec(line) ?? [];
  return milliseconds === undefined ? undefined : { name, milliseconds: Number(milliseconds) };
}

/** `8 s`, `2 min 5 s`, `1 h 3 min` */
export function seconds(milliseconds: number): string {
  const whole = Math.max(1, Math.round(milliseconds / 1000));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** @throws Problem with the exit code of a task that has failed */
export function assertDone(code: number, what: string, fix: string): void {
  if (code === 0) return;
  // What database-task.sh ends with when it has changed nothing.
  const refused = code === 65;
  throw new Problem(
    { what: refused ? `${what} was refused.` : `${what} has failed.`, why: 'Its log is above.', fix },
    code,
  );
}
