import type { IncomingHttpHeaders } from 'node:http';
import { open } from './ask.ts';

/** One thing that came on a stream of server-sent events. */
export type Item = { type: 'event'; id: string | undefined; data: string } | { type: 'comment' | 'retry' };

/** Reads a stream as a browser does, in whatever pieces it arrives. */
export function streamReader(): (text: string) => Item[] {
  let rest = '';
  let data: string[] = [];
  let id: string | undefined;
  const readLine = (line: string): Item[] => {
    if (line === '') {
      const event: Item = { type: 'event', id, data: data.join('\n') };
      const complete = data.length > 0;
      data = [];
      return complete ? [event] : [];
    }
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === '') return [{ type: 'comment' }];
    if (field === 'retry') return [{ type: 'retry' }];
    if (field === 'data') data.push(value);
    if (field === 'id') id = value;
    return [];
  };
  return (text) => {
    // A carriage return at the end may be half of a line end.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    return lines.flatMap(readLine);
  };
}

/** What became of a stream that was held open. */
export interface Held {
  status: number;
  headers: IncomingHttpHeaders;
  items: Item[];
  /** Seconds from the beginning to each piece that came. */
  arrivals: number[];
  /** How long it was open, in seconds. */
  seconds: number;
  /** Held as long as was asked; ended by the server as HTTP ends a response; or cut in the middle. */
  over: 'held' | 'ended' | 'cut';
}

interface Hold {
  seconds: number;
  lastEventId?: string;
  /** Stops before its time, when enough has come. */
  enough?: (items: readonly Item[]) => boolean;
}

/** Ids of the events, in the order in which they came. */
export function idsOf(items: readonly Item[]): string[] {
  return items.flatMap((item) => (item.type === 'event' && item.id !== undefined ? [item.id] : []));
}

/** Longest time in which nothing came, in seconds; the beginning and the end count. */
export function longestSilence({ arrivals, seconds }: Pick<Held, 'arrivals' | 'seconds'>): number {
  const times = [0, ...arrivals, seconds];
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] as number)));
}

/** Opens a stream as a browser would, and holds it. @throws Error where nobody answers */
export async function holdStream(url: URL, { seconds, lastEventId, enough }: Hold): Promise<Held> {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const response = await open(url, {
    headers: {
      accept: 'text/event-stream',
      // Whoever compresses on the way does it for browsers, which all say this.
      'accept-encoding': 'gzip, deflate, br',
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
  });
  const { statusCode: status = 0, headers } = response;
  const held: Held = { status, headers, items: [], arrivals: [], seconds: 0, over: 'ended' };
  const read = streamReader();
  held.over = await new Promise((resolve) => {
    let timer: NodeJS.Timeout;
    const finish = (over: Held['over']) => {
      clearTimeout(timer);
      resolve(over);
    };
    const wait = () => {
      const left = (seconds - elapsed()) * 1000;
      // Node counts from when it last looked at the clock: a timer may come a little early.
      if (left > 0) timer = setTimeout(wait, Math.ceil(left));
      else finish('held');
    };
    wait();
    response.setEncoding('utf8').on('data', (text: string) => {
      held.arrivals.push(elapsed());
      held.items.push(...read(text));
      if (enough?.(held.items)) finish('held');
    });
    response.once('end', () => finish('ended'));
    // What is destroyed below reports an error, too: then it is over already.
    response.on('error', () => finish('cut'));
  });
  held.seconds = elapsed();
  response.destroy();
  return held;
}
