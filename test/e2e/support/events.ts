import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from './process.ts';

export interface StreamEvent {
  event: string;
  id: string | undefined;
  data: string;
}

/** A client of a stream of server-sent events that keeps all that came, and how and when it ended. */
export interface Stream {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  events: StreamEvent[];
  comments: string[];
  retry: number | undefined;
  openSeconds(): number;
  /** `end` as HTTP ends it, `cut` in the middle, undefined while it is open. */
  over(): 'end' | 'cut' | undefined;
  /** Resolves when the stream is over. */
  ended(timeoutMs: number): Promise<'end' | 'cut'>;
  next(count: number, timeoutMs?: number): Promise<StreamEvent[]>;
  close(): void;
}

/**
 * A task that does not listen to its database yet ends a stream at once; it is opened again then, for 10 s at most, as
 * a browser's EventSource does it.
 */
export function openStream(url: string, headers: Record<string, string> = {}): Promise<Stream> {
  return until('a stream that stays open', 10_000, async () => {
    const stream = await connect(url, headers);
    await sleep(250);
    return stream.over() === 'end' ? undefined : stream;
  });
}

function connect(url: string, headers: Record<string, string>): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const start = Date.now();
    const outgoing = request(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false });
    outgoing.once('error', reject);
    outgoing.once('socket', (socket) => socket.unref()); // a stream left open must not keep the test runner waiting
    outgoing.once('response', (response) => {
      outgoing.on('error', () => {});
      let over: 'end' | 'cut' | undefined;
      let closedAt = 0;
      const finish = (how: 'end' | 'cut') => {
        over ??= how;
        closedAt ||= Date.now();
      };
      const stream: Stream = {
        status: response.statusCode ?? 0,
        headers: response.headers,
        events: [],
        comments: [],
        retry: undefined,
        over: () => over,
        openSeconds: () => ((closedAt || Date.now()) - start) / 1000,
        ended: (timeoutMs) => until('the stream has ended', timeoutMs, () => over),
        next: async (count, timeoutMs = 5_000) => {
          const enough = () => stream.events.length >= count;
          await until(`${count} events on the stream`, timeoutMs, enough).catch((error: Error) => {
            throw new Error(`${error.message}; it has ${JSON.stringify(stream.events)}, ${over ?? 'open'}`);
          });
          return stream.events;
        },
        close: () => outgoing.destroy(),
      };
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        const blocks = (rest + text).replaceAll('\r\n', '\n').split('\n\n');
        rest = blocks.pop() as string;
        for (const block of blocks) take(block, stream);
      });
      response.once('end', () => finish(response.complete ? 'end' : 'cut'));
      response.once('error', () => finish('cut'));
      response.once('close', () => finish(response.complete ? 'end' : 'cut'));
      resolve(stream);
    });
    outgoing.end();
  });
}

function take(block: string, stream: Stream): void {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (line.startsWith(':')) stream.comments.push(value);
    else if (name === 'retry') stream.retry = Number(value);
    else fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value);
  }
  const data = fields.get('data');
  if (data !== undefined) {
    stream.events.push({ event: fields.get('event') ?? 'message', id: fields.get('id'), data });
  }
}
