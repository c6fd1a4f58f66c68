import { setTimeout as sleep } from 'node:timers/promises';

/** Seconds between two looks at something that AWS is doing. */
export const pollSeconds = Number(process.env.POLL_SECONDS ?? 10);

/**
 * Looks again and again until there is something to return.
 * @param look returns `undefined` to go on waiting
 * @param timeoutSeconds how long at most
 * @param late what to throw then
 * @param signal looks at once when it is aborted, so that `look` can throw
 */
export async function waitFor<T>(
  look: () => Promise<T | undefined>,
  timeoutSeconds: number,
  late: () => Error | Promise<Error>,
  signal?: AbortSignal,
): Promise<T> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  while (true) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw await late();
    await sleep(pollSeconds * 1000, undefined, { signal }).catch(() => {});
  }
}
