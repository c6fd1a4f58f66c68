import type { Answers } from '../answers.ts';
import {
  costsSection,
  gapsSection,
  questionsSection,
  rowsSection,
  warningsSection,
} from './document-found.ts';
import { oldPlatform } from './document-platforms.ts';
import { cutOver, preparation, wayBack } from './document-steps.ts';
import type { Migration } from './stored.ts';

/** The answers of an app that ran elsewhere. */
export type MigratedAnswers = Answers & { readonly migration: Migration };

function introduction({ name, migration, database }: MigratedAnswers): string {
  const { title } = oldPlatform(migration);
  const gaps = migration.findings.filter(({ level }) => level === 'gap').length;
  const open =
    gaps === 0 ? '' : ` ${gaps === 1 ? 'One thing is' : `${gaps} things are`} open: see the first list.`;
  return `# ${name}: from ${title} to AWS

Read from the files of this repo by \`vibely migrate\`; no value of a secret was read into it. Run it again after a change of those files: it shows what changes here, and keeps your edits.${open}

What runs on AWS and why: [architecture](architecture.md). What to type from then on: [AWS](AWS.md).${database ? '' : ' There is no database to move.'}`;
}

/** The text of docs/MIGRATION.md: what was found, what is open, and the move, step by step. */
export function migrationDocument(answers: MigratedAnswers): string {
  const sections = [
    introduction(answers),
    gapsSection(answers),
    rowsSection(answers),
    warningsSection(answers),
    questionsSection(answers),
    preparation(answers),
    cutOver(answers),
    wayBack(answers),
    costsSection(answers),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}
