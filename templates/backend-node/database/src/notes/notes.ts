import type { Selectable } from 'kysely';
import { Type } from 'typebox';
import type { Database } from '../database/database.ts';
import type { Schema } from '../database/schema.ts';

export const Note = Type.Object({
  id: Type.Integer(),
  text: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
});

export type Note = Type.Static<typeof Note>;

export function toNote(row: Selectable<Schema['notes']>): Note {
  return { id: row.id, text: row.text, createdAt: row.created_at.toISOString() };
}

export async function createNote(db: Database, text: string): Promise<Note> {
  const row = await db
    .insertInto('notes')
    .values({ text })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toNote(row);
}

/** Newest first. Goes on from a key, not from an offset: new notes do not shift the pages. */
export async function notesBefore(
  db: Database,
  id: number | undefined,
  limit: number,
): Promise<Note[]> {
  const rows = await db
    .selectFrom('notes')
    .selectAll()
    .$if(id !== undefined, (query) => query.where('id', '<', id as number))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toNote);
}

/** Whether there was such a note. */
export async function deleteNote(db: Database, id: number): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('notes').where('id', '=', id).executeTakeFirst();
  return numDeletedRows > 0n;
}
