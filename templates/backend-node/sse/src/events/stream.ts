import type { App } from '../app.ts';
import type { Environment } from '../env.ts';
import type { Mailbox } from './mailbox.ts';

/** One event of the stream. Ids ascend: a client goes on after the last one that it has seen. */
export interface ServerEvent {
  id: number;
  event: string;
  data: unknown;
}

/** Where events come from. */
export interface EventSource {
  /** False while events cannot be delivered. */
  available(): boolean;
  /** What came after the event with this id, oldest first. */
  replay(after: number): AsyncIterable<ServerEvent>;
  /** What comes from now on, until the returned function is called. */
  subscribe(listener: (event: ServerEvent) => void): () => void;
}

export type CreateSource = (app: App, env: Environment) => EventSource;

function frame({ id, event, data }: ServerEvent): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/**
 * The text of one client's stream. Live events gather in the mailbox from before the replay begins, so
 * none falls in between; those that the replay has sent already are left out.
 */
export async function* frames(
  source: EventSource,
  live: Mailbox<ServerEvent>,
  lastEventId: number | undefined,
  heartbeatMs: number,
): AsyncGenerator<string> {
  let sent = lastEventId ?? 0;
  yield 'retry: 3000\n\n';
  // An end and no error status: a browser's EventSource comes back after the one and gives up after the other.
  if (!source.available()) return;
  if (lastEventId !== undefined) {
    for await (const event of source.replay(lastEventId)) {
      if (live.closed) return;
      sent = event.id;
      yield frame(event);
    }
  }
  while (!live.closed) {
    const event = await live.next(heartbeatMs);
    if (event === undefined) {
      // Proxies cut connections that are silent. A comment keeps them open, and clients ignore it.
      if (!live.closed) yield ': heartbeat\n\n';
    } else if (event.id > sent) {
      sent = event.id;
      yield frame(event);
    }
  }
}
