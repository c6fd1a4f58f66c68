import { type Kysely, sql } from 'kysely';

/**
 * Announces every new note, whoever writes it. The first trigger runs before the id is drawn and lets
 * writers take turns until they commit, so that ids become visible in ascending order: whoever has seen
 * note 7 has not missed note 6, which is what makes `Last-Event-ID` a safe place to go on from.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create function order_notes() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock('notes'::regclass::oid::bigint);
      return null;
    end
    $$`.execute(db);
  await sql`
    create trigger order_notes before insert on notes
    for each statement execute function order_notes()`.execute(db);
  await sql`
    create function announce_note() returns trigger language plpgsql as $$
    begin
      perform pg_notify('notes', new.id::text);
      return null;
    end
    $$`.execute(db);
  await sql`
    create trigger announce_note after insert on notes
    for each row execute function announce_note()`.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`drop trigger announce_note on notes`.execute(db);
  await sql`drop trigger order_notes on notes`.execute(db);
  await sql`drop function announce_note`.execute(db);
  await sql`drop function order_notes`.execute(db);
}
