import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { errorCode, Problem } from './problem.ts';

/** The process that a folder belongs to; its number means something on its own computer alone. */
interface Owner {
  pid: number;
  host: string;
}

/** The files that say whom the folder belongs to, the last one counts: who takes it over adds one. */
function ownerFiles(folder: string): string[] {
  const number = (name: string): number => Number(name.slice('owner-'.length));
  const files = readdirSync(folder).filter((name) => /^owner-\d+$/.test(name));
  return files.sort((one, other) => number(one) - number(other));
}

/** What another process is writing at this moment may be empty still. */
function read(path: string): Partial<Owner> {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Nothing can be known of a process on another computer, in whose folder this one works, or in a container. */
function mayRun({ pid, host }: Partial<Owner>): boolean {
  if (pid === undefined || host !== hostname()) return true;
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

/** What a person is told whose run finds another one at work; with `file`, which says whose `folder` is. */
export function atWork(folder: string, file?: string, { pid, host }: Partial<Owner> = {}): Problem {
  const who = pid === undefined ? '' : ` (process ${pid} on ${host})`;
  const killed = file
    ? ` If you know that it was killed, say so by removing ${basename(folder)}/${file}; what it had begun is finished then.`
    : '';
  return new Problem('VIB039', {
    what: `Another run is writing here${who}.`,
    why: 'Of two that write at the same time, one would undo what the other does. Nothing was changed by this one.',
    fix: `Wait until it has ended, and run this again.${killed}`,
  });
}

/** @throws Problem VIB039 where `folder` belongs to another run that may still be at work */
export function assertNobodys(folder: string): void {
  const last = ownerFiles(folder).at(-1);
  const owner = last === undefined ? undefined : read(join(folder, last));
  if (owner && mayRun(owner)) throw atWork(folder, last, owner);
}

/**
 * Makes `folder` that of this process, for as long as it lives.
 * @throws Problem VIB039 where it belongs to another run that may still be at work
 */
export function takeOver(folder: string): void {
  try {
    assertNobodys(folder);
    const mine = join(folder, `owner-${ownerFiles(folder).length}`);
    writeFileSync(mine, JSON.stringify({ pid: process.pid, host: hostname() } satisfies Owner), {
      flag: 'wx',
    });
  } catch (error) {
    // Another one was quicker: it has taken the folder, or is through with it.
    throw ['EEXIST', 'ENOENT'].includes(errorCode(error) ?? '') ? atWork(folder) : error;
  }
}
