import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { sql } from 'kysely';
import { type App, buildApp } from '../src/app.ts';
import { type TestEnvironment, testEnvironment } from './support/environment.ts';

interface Note {
  id: number;
  text: string;
  createdAt: string;
}

interface Page {
  items: Note[];
  nextCursor: string | null;
}

describe('/api/notes', () => {
  let environment: TestEnvironment;
  let app: App;

  before(async () => {
    environment = await testEnvironment();
    app = await buildApp({ ...environment.env, LOG_LEVEL: 'silent' });
  });

  after(async () => {
    await app.close();
    await environment.dispose();
  });

  beforeEach(() => sql`truncate notes`.execute(app.database));

  const post = (payload: object) => app.inject({ method: 'POST', url: '/api/notes', payload });
  const list = (query = '') => app.inject(`/api/notes${query}`);

  it('creates a note and trims its text', async () => {
    const response = await post({ text: '  buy milk \n' });
    assert.equal(response.statusCode, 201);
    const note = response.json<Note>();
    assert.equal(typeof note.id, 'number');
    assert.equal(note.text, 'buy milk');
    assert.equal(new Date(note.createdAt).toISOString(), note.createdAt);
    assert.deepEqual((await list()).json(), { items: [note], nextCursor: null });
  });

  it('counts the length of what is stored', async () => {
    assert.equal((await post({ text: ` ${'x'.repeat(1000)} ` })).statusCode, 201);
    assert.equal((await post({ text: 'x'.repeat(1001) })).statusCode, 422);
  });

  for (const [what, payload] of Object.entries({
    'no text': {},
    'an empty text': { text: '' },
    'nothing but blanks': { text: ' \n\t ' },
    'a text that is none': { text: 5 },
    'a character that PostgreSQL cannot store': { text: 'a\u0000b' },
  })) {
    it(`refuses ${what}`, async () => {
      const response = await post(payload);
      assert.equal(response.statusCode, 422);
      assert.match(response.json<{ detail: string }>().detail, /text/);
    });
  }

  it('lists the newest first, in pages that new notes do not shift', async () => {
    for (const text of ['a', 'b', 'c', 'd', 'e']) await post({ text });
    const first = (await list('?limit=2')).json<Page>();
    await post({ text: 'f' });
    const second = (await list(`?limit=2&cursor=${first.nextCursor}`)).json<Page>();
    const third = (await list(`?limit=2&cursor=${second.nextCursor}`)).json<Page>();
    const texts = [first, second, third].map((page) =>
      page.items.map((note) => note.text).join(''),
    );
    assert.deepEqual(texts, ['ed', 'cb', 'a']);
    assert.equal(third.nextCursor, null);
  });

  it('has no next page where the last one is exactly full', async () => {
    for (const text of ['a', 'b']) await post({ text });
    assert.equal((await list('?limit=2')).json<Page>().nextCursor, null);
  });

  it('lists 20 notes unless told otherwise', async () => {
    for (let i = 0; i < 21; i++) await post({ text: String(i) });
    assert.equal((await list()).json<Page>().items.length, 20);
  });

  for (const query of [
    '?limit=0',
    '?limit=101',
    '?limit=1.5',
    '?limit=many',
    '?cursor=bogus',
    '?cursor=',
  ]) {
    it(`refuses ${query}`, async () => {
      assert.equal((await list(query)).statusCode, 422);
    });
  }

  it('deletes a note, once', async () => {
    const { id } = (await post({ text: 'a' })).json<Note>();
    const remove = () => app.inject({ method: 'DELETE', url: `/api/notes/${id}` });
    assert.equal((await remove()).statusCode, 204);
    assert.equal((await remove()).statusCode, 404);
    assert.deepEqual((await list()).json<Page>().items, []);
  });

  for (const id of ['x', '0', '1.5', '99999999999999999999']) {
    it(`refuses to delete note ${id}`, async () => {
      const response = await app.inject({ method: 'DELETE', url: `/api/notes/${id}` });
      assert.equal(response.statusCode, 422);
    });
  }
});
