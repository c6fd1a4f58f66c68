import { sql } from 'kysely';
import { Type } from 'typebox';
import type { Part } from '../app.ts';
import { Failure } from '../errors.ts';

const Ready = Type.Object({ status: Type.Literal('ready') });

/** Tells that requests can be served, which takes the database. */
export const ready: Part = (app) => {
  app.get(
    '/ready',
    { schema: { tags: ['operations'], response: { 200: Ready, 503: Failure } } },
    async () => {
      await sql`select 1`.execute(app.database);
      return { status: 'ready' as const };
    },
  );
};
