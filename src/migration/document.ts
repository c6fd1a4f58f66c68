import type { Answers } from '../answers.ts';
import type { Migration } from './stored.ts';

/** The answers of an app that ran elsewhere. */
export type MigratedAnswers = Answers & { readonly migration: Migration };

/** The text of docs/MIGRATION.md. */
export function migrationDocument({ name }: MigratedAnswers): string {
  return `# Moving ${name}\n`;
}
