/** What ends a command from outside: a closed terminal, Ctrl-C, whoever runs it; with the exit code that shells give. */
const signals: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
];

let current: AbortController | undefined;

/**
 * Lets a command put away what it has laid out when somebody ends it: `work` looks at the signal where it waits, and
 * throws, and so its `finally` blocks run. What ends it a second time does so at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  // One that runs inside of another hears what came before it as well.
  if (current) return work(current.signal);
  const controller = new AbortController();
  const listeners = signals.map(([name, code]) => {
    const listener = () => {
      forget();
      // A terminal that is closed takes no more text, and that must not end the command before its time.
      for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
      controller.abort(code);
    };
    return [name, listener] as const;
  });
  const forget = () => {
    for (const [name, listener] of listeners) process.off(name, listener);
  };
  for (const [name, listener] of listeners) process.on(name, listener);
  current = controller;
  try {
    return await work(controller.signal);
  } finally {
    current = undefined;
    forget();
  }
}

/** Of the process, after what has interrupted it. */
export function interruptionCode({ reason }: AbortSignal): number {
  return typeof reason === 'number' ? reason : 1;
}
