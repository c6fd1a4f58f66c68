import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Looks at the arguments of every process of this machine, all the time, for what must not be in them. */
export interface ArgumentWatch {
  /** @returns the command lines that had one of the values in them */
  stop(): Promise<string[]>;
}

/** Milliseconds between two looks. */
const pause = 5;

export function watchArguments(values: readonly string[]): ArgumentWatch {
  const found = new Set<string>();
  let going = true;
  const watching = (async () => {
    while (going) {
      for (const line of commandLines()) if (values.some((value) => line.includes(value))) found.add(line);
      await sleep(pause);
    }
  })();
  return {
    stop: async () => {
      going = false;
      await watching;
      return [...found];
    },
  };
}

function commandLines(): string[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      return [readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ')];
    } catch {
      // It has ended.
      return [];
    }
  });
}
