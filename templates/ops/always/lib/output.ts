/** What a person reads goes to standard error, so that standard output holds results alone. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** One step of a longer command. */
export function step(text: string): void {
  say(`-- ${text}`);
}

let reader = true;

// `… | head` goes away early. What a command has begun to change must not end with it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  reader = false;
});

/** Whether anybody still reads what is printed. */
export function isRead(): boolean {
  return reader;
}

/** A result: what another program may read. */
export function print(text: string): void {
  if (reader) process.stdout.write(`${text}\n`);
}
