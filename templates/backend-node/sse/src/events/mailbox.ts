/** Hands items from whoever pushes them to the one loop that takes them out, and never holds too many. */
export class Mailbox<T> {
  readonly #items: T[] = [];
  readonly #capacity: number;
  #closed = false;
  #wake: () => void = () => {};

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** False when there is no room. */
  push(item: T): boolean {
    if (this.#items.length >= this.#capacity) return false;
    this.#items.push(item);
    this.#wake();
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** The next item, or undefined when none came in time or the box was closed. */
  async next(timeoutMs: number): Promise<T | undefined> {
    if (!this.#closed && this.#items.length === 0) await this.#arrival(timeoutMs);
    return this.#closed ? undefined : this.#items.shift();
  }

  async #arrival(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
  }
}
