/** What a person reads goes to standard error, so that standard output holds results alone. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** One step of a longer command. */
export function step(text: string): void {
  say(`-- ${text}`);
}

/** A result: what another program may read. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
