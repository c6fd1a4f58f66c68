import type { Generated } from 'kysely';

/** The tables as the migrations leave them. */
export interface Schema {
  notes: {
    id: Generated<number>;
    text: string;
    created_at: Generated<Date>;
  };
}
