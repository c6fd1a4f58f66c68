import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** One server-sent event, or a comment. */
export interface Received {
  id?: number;
  event?: string;
  data?: unknown;
  comment?: string;
  retry?: number;
}

function parse(block: string): Received {
  const received: Received = {};
  for (const line of block.split('\n')) {
    const [, field = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
    if (field === '') received.comment = value;
    if (field === 'id') received.id = Number(value);
    if (field === 'event') received.event = value;
    if (field === 'data') received.data = JSON.parse(value);
    if (field === 'retry') received.retry = Number(value);
  }
  return received;
}

/** Reads a stream as an EventSource would, but shows its comments as well. */
export class SseClient {
  readonly response: Response;
  readonly #blocks: AsyncGenerator<Received>;
  readonly #connection: AbortController;

  private constructor(response: Response, connection: AbortController) {
    this.response = response;
    this.#connection = connection;
    this.#blocks = this.#read();
  }

  static async open(url: string, lastEventId?: number): Promise<SseClient> {
    const connection = new AbortController();
    const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': String(lastEventId) };
    const response = await fetch(`${url}/api/events`, { headers, signal: connection.signal });
    return new SseClient(response, connection);
  }

  /** The next block, or undefined at the end of the stream. */
  async next(): Promise<Received | undefined> {
    const { value, done } = await this.#blocks.next();
    return done ? undefined : value;
  }

  /** The next events, comments left out. */
  async events(count: number): Promise<Received[]> {
    const events: Received[] = [];
    while (events.length < count) {
      const received = await this.next();
      assert.ok(received, `the stream ended after ${events.length} events`);
      if (received.event !== undefined) events.push(received);
    }
    return events;
  }

  close(): void {
    this.#connection.abort();
  }

  async *#read(): AsyncGenerator<Received> {
    assert.ok(this.response.body);
    let text = '';
    for await (const chunk of this.response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop() ?? '';
      yield* blocks.map(parse);
    }
    assert.equal(text, '', 'the stream ended within an event');
  }
}

/** Whether a stream stays open after its first line; needs short heartbeats, since it waits for what comes next. */
export async function isServed(url: string): Promise<boolean> {
  const client = await SseClient.open(url);
  assert.equal(client.response.status, 200);
  await client.next();
  const stays = (await client.next()) !== undefined;
  client.close();
  return stays;
}

/** A source may have to connect first: streams end after their first line until then. */
export async function served(url: string): Promise<void> {
  while (!(await isServed(url))) await sleep(20);
}
