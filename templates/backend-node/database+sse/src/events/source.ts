import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { App } from '../app.ts';
import { connectionSettings } from '../database/settings.ts';
import { latestNoteId, notesAfter } from '../notes/feed.ts';
import type { Note } from '../notes/notes.ts';
import { Mailbox } from './mailbox.ts';
import type { CreateSource, EventSource, ServerEvent } from './stream.ts';

/** A connection that says nothing may be dead: it is asked this often. */
const PROBE_MS = 30_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;

function toEvent(note: Note): ServerEvent {
  return { id: note.id, event: 'note', data: note };
}

/**
 * New notes, on whichever task they were made. One connection per process listens; a notification only
 * says that there is something to read, so whatever came while it was lost is read when it is back.
 */
class NoteSource implements EventSource {
  readonly #app: App;
  readonly #settings: pg.ClientConfig;
  readonly #listeners = new Set<(event: ServerEvent) => void>();
  readonly #stopped = new AbortController();
  /** The last note that was handed on; undefined until the first connection. */
  #latest: number | undefined;
  #connected = false;

  constructor(app: App, settings: pg.ClientConfig) {
    this.#app = app;
    this.#settings = settings;
  }

  available(): boolean {
    return this.#connected;
  }

  async *replay(after: number): AsyncGenerator<ServerEvent> {
    for await (const note of notesAfter(this.#app.database, after)) yield toEvent(note);
  }

  subscribe(listener: (event: ServerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Listens until it is stopped, over as many connections as that takes. */
  async run(): Promise<void> {
    let delay = FIRST_RETRY_MS;
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#listen();
      } catch (error) {
        this.#app.log.warn({ err: error }, 'the connection that listens for notes was lost');
      }
      if (this.#connected) delay = FIRST_RETRY_MS;
      this.#connected = false;
      await sleep(delay, undefined, { signal: this.#stopped.signal }).catch(() => {});
      delay = Math.min(delay * 2, LAST_RETRY_MS);
    }
  }

  async #listen(): Promise<void> {
    const client = new pg.Client({ ...this.#settings, query_timeout: 10_000 });
    const news = new Mailbox<true>(1);
    const close = () => news.close();
    client.on('notification', () => news.push(true));
    client.on('error', close);
    client.on('end', close);
    this.#stopped.signal.addEventListener('abort', close);
    try {
      await client.connect();
      await client.query('listen notes');
      this.#latest ??= await latestNoteId(this.#app.database);
      this.#connected = true;
      while (!news.closed) {
        await this.#publish(this.#latest);
        const silent = (await news.next(PROBE_MS)) === undefined;
        if (silent && !news.closed) await client.query('select 1');
      }
      if (!this.#stopped.signal.aborted) throw new Error('the connection was closed');
    } finally {
      this.#stopped.signal.removeEventListener('abort', close);
      // Not awaited: over a dead connection there is no answer to a goodbye.
      client.end().catch(() => {});
    }
  }

  async #publish(after: number): Promise<void> {
    for await (const note of notesAfter(this.#app.database, after)) {
      this.#latest = note.id;
      for (const listener of this.#listeners) listener(toEvent(note));
    }
  }
}

export const createSource: CreateSource = (app, env) => {
  const source = new NoteSource(app, connectionSettings(env));
  let running: Promise<void> | undefined;
  app.addHook('onReady', async () => {
    // Not awaited: the process starts without the database as well.
    running = source.run();
  });
  app.addHook('onClose', async () => {
    source.stop();
    await running;
  });
  return source;
};
