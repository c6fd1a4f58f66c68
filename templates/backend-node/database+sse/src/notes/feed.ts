import type { Database } from '../database/database.ts';
import { type Note, toNote } from './notes.ts';

const BATCH = 100;

/** Oldest first, read in batches: somebody may have been away for long. */
export async function* notesAfter(db: Database, id: number): AsyncGenerator<Note> {
  let after = id;
  while (true) {
    const rows = await db
      .selectFrom('notes')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(BATCH)
      .execute();
    for (const row of rows) {
      after = row.id;
      yield toNote(row);
    }
    if (rows.length < BATCH) return;
  }
}

export async function latestNoteId(db: Database): Promise<number> {
  const { latest } = await db
    .selectFrom('notes')
    .select(({ fn }) => fn.max('id').as('latest'))
    .executeTakeFirstOrThrow();
  return latest ?? 0;
}
