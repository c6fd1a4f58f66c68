import { Type } from 'typebox';
import type { Part } from '../app.ts';
import { Failure, HttpError } from '../errors.ts';
import { decodeCursor, encodeCursor } from '../notes/cursor.ts';
import { createNote, deleteNote, Note, notesBefore } from '../notes/notes.ts';

const PAGE = 20;

const NewNote = Type.Object({
  // PostgreSQL's text cannot hold the character U+0000.
  text: Type.String({ minLength: 1, maxLength: 1000, pattern: '^[^\\u0000]*$' }),
});

const NotePage = Type.Object({
  items: Type.Array(Note),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});

/** Of the "1.5" in a URL, Type.Integer would make 1. */
function wholeNumber(options: { minimum: number; maximum: number; default?: number }) {
  return Type.Number({ ...options, multipleOf: 1 });
}

const PageQuery = Type.Object({
  limit: Type.Optional(wholeNumber({ minimum: 1, maximum: 100, default: PAGE })),
  cursor: Type.Optional(Type.String()),
});

const NoteParams = Type.Object({
  id: wholeNumber({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});

const tags = ['notes'];
const failures = { 422: Failure, 503: Failure };

/** Before the validation, so that its limits count what is stored. */
async function trimText({ body }: { body: unknown }): Promise<void> {
  const note = body as { text?: unknown } | null | undefined;
  if (typeof note?.text === 'string') note.text = note.text.trim();
}

export const notes: Part = (app) => {
  app.post(
    '/api/notes',
    {
      schema: { tags, body: NewNote, response: { 201: Note, ...failures } },
      preValidation: trimText,
    },
    async (request, reply) =>
      reply.code(201).send(await createNote(app.database, request.body.text)),
  );

  app.get(
    '/api/notes',
    { schema: { tags, querystring: PageQuery, response: { 200: NotePage, ...failures } } },
    async ({ query: { limit = PAGE, cursor } }) => {
      const before = cursor === undefined ? undefined : decodeCursor(cursor);
      // One more than asked for tells whether there is a next page.
      const found = await notesBefore(app.database, before, limit + 1);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, nextCursor: found.length > limit && last ? encodeCursor(last.id) : null };
    },
  );

  app.delete(
    '/api/notes/:id',
    {
      schema: {
        tags,
        params: NoteParams,
        response: { 204: Type.Null(), 404: Failure, ...failures },
      },
    },
    async (request, reply) => {
      if (!(await deleteNote(app.database, request.params.id))) {
        throw new HttpError(404, 'there is no such note');
      }
      return reply.code(204).send(null);
    },
  );
};
