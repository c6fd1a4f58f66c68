import type { CreateSource, ServerEvent } from './stream.ts';

const PERIOD_SECONDS = 5;
const PERIOD_MS = PERIOD_SECONDS * 1000;
const REPLAYED = 100;

function tick(id: number): ServerEvent {
  return { id, event: 'tick', data: { time: id * PERIOD_SECONDS } };
}

/**
 * An event every five seconds, to be replaced by your own. Its id is derived from the clock and not
 * counted, so every task has the same events, and any of them can replay what another one has sent.
 */
export const createSource: CreateSource = (app) => {
  const listeners = new Set<(event: ServerEvent) => void>();
  let latest = currentId();
  let timer = setTimeout(publish, untilNext());

  function currentId(): number {
    return Math.floor(Date.now() / PERIOD_MS);
  }

  function untilNext(): number {
    return PERIOD_MS - (Date.now() % PERIOD_MS);
  }

  function publish(): void {
    const id = currentId();
    // Timers may fire a moment early, and the clock may be set back.
    if (id > latest) {
      latest = id;
      for (const listener of listeners) listener(tick(id));
    }
    timer = setTimeout(publish, untilNext());
  }

  app.addHook('onClose', async () => clearTimeout(timer));

  return {
    available: () => true,
    async *replay(after) {
      const last = currentId();
      for (let id = Math.max(after + 1, last - REPLAYED + 1); id <= last; id++) yield tick(id);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
