import type { CreateSource, ServerEvent } from './stream.ts';

const PERIOD_SECONDS = 5;
const PERIOD_MS = PERIOD_SECONDS * 1000;
const REPLAYED = 100;

function tick(id: number): ServerEvent {
  return { id, event: 'tick', data: { time: id * PERIOD_SECONDS } };
}

function idAt(ms: number): number {
  return Math.floor(ms / PERIOD_MS);
}

function untilNext(ms: number): number {
  return PERIOD_MS - (ms % PERIOD_MS);
}

/**
 * An event every five seconds, to be replaced by your own. Its id is derived from the clock and not
 * counted, so every task has the same events, and any of them can replay what another one has sent.
 */
export const createSource: CreateSource = (app) => {
  const listeners = new Set<(event: ServerEvent) => void>();
  const start = Date.now();
  let latest = idAt(start);
  let timer = setTimeout(publish, untilNext(start));

  function publish(): void {
    // Read once: between two readings the next tick may have come, and would be left out.
    const now = Date.now();
    const id = idAt(now);
    // Timers may fire a moment early, and the clock may be set back.
    if (id > latest) {
      latest = id;
      for (const listener of listeners) listener(tick(id));
    }
    timer = setTimeout(publish, untilNext(now));
  }

  app.addHook('onClose', async () => clearTimeout(timer));

  return {
    available: () => true,
    async *replay(after) {
      const last = idAt(Date.now());
      for (let id = Math.max(after + 1, last - REPLAYED + 1); id <= last; id++) yield tick(id);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
