import type { Answers } from '../answers.ts';
import { migrationDocument } from './document.ts';
import { documentOf } from './places.ts';

/** What is written for an app from elsewhere beside the templates: path → text; nothing for a starter app. */
export function migrationFiles(answers: Answers): [path: string, content: string][] {
  const { migration } = answers;
  if (migration === undefined) return [];
  return [
    ...Object.entries(migration.files ?? {}),
    [documentOf(migration), migrationDocument({ ...answers, migration })],
  ];
}
