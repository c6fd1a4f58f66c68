import { costsOf } from '../costs.ts';
import type { MigratedAnswers } from './document.ts';
import { oldPlatform } from './document-platforms.ts';
import type { Migration } from './stored.ts';

type Finding = Migration['findings'][number];

/** A text in a cell of a table: one line, and no end of the cell in it. */
const cell = (text: string): string => text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');

const places = (evidence: readonly string[]): string => evidence.map((place) => `\`${place}\``).join(', ');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function findingText({ what, fix, evidence }: Finding): string {
  const at = evidence.length === 0 ? '' : ` (${places(evidence)})`;
  return `- **${what.trim()}**${at}\n  ${fix.trim().replace(/\s*\n\s*/g, ' ')}`;
}

const ofLevel = ({ findings }: Migration, level: Finding['level']): Finding[] =>
  findings.filter((one) => one.level === level);

/** What is not carried over: nothing is hidden, and each has what to do about it. */
export function gapsSection({ migration }: MigratedAnswers): string {
  const gaps = ofLevel(migration, 'gap');
  const intro =
    gaps.length === 0
      ? 'Everything that was found is carried over.'
      : 'Each of these needs a decision or work of yours. The rest is written already and waits for it.';
  return ['## What is not carried over', intro, gaps.map(findingText).join('\n')]
    .filter(Boolean)
    .join('\n\n');
}

/** What is carried over and may not be as it was. */
export function warningsSection({ migration }: MigratedAnswers): string {
  const [warnings, notes] = [ofLevel(migration, 'warning'), ofLevel(migration, 'note')];
  const parts = [
    warnings.length > 0 && `## What to look at\n\n${warnings.map(findingText).join('\n')}`,
    notes.length > 0 && `## Good to know\n\n${notes.map(findingText).join('\n')}`,
  ];
  return parts.filter((part) => part !== false).join('\n\n');
}

/** What was found and where it goes, row by row. */
export function rowsSection({ migration }: MigratedAnswers): string {
  const { title } = oldPlatform(migration);
  const rows = migration.rows.map(({ what, there, here, evidence }) => [what, there, here, places(evidence)]);
  const head = ['What', `On ${title}`, 'On AWS', 'Read in'];
  return `## What was found, and where it goes\n\n${table(head, rows)}`;
}

/** What was asked, with the answers; `.yo-rc.json` has them. */
export function questionsSection(answers: MigratedAnswers): string {
  const own: [string, string][] = [
    ['What is it called on AWS?', answers.name],
    ['Which accounts?', `dev ${answers.devAccount}, prod ${answers.prodAccount}`],
    ['Which region?', answers.region],
    ['Which processor?', answers.architecture],
    ['Which domain?', answers.domain || 'none yet: plain HTTP until `vibely https --domain NAME`'],
    ['Which GitHub repository?', answers.github || 'none yet: `vibely . --github owner/repo`'],
    ['Does it hold connections open?', answers.sse ? 'yes: for up to an hour' : 'no: up to a minute'],
  ];
  const asked = answers.migration.questions.map(({ question, answer }): [string, string] => [
    question,
    answer,
  ]);
  const intro =
    'Another answer is a flag of `vibely migrate`; it changes what follows from it, and keeps your edits.';
  return `## Questions and answers\n\n${intro}\n\n${table(['Question', 'Answer'], [...asked, ...own])}`;
}

const dollars = (usd: number): string => usd.toFixed(2);

/** What is paid there, where it is known, and here. */
export function costsSection(answers: MigratedAnswers): string {
  const { costs } = answers.migration;
  const { title } = oldPlatform(answers.migration);
  const sum = costs.reduce((total, { usd }) => total + usd, 0);
  const there =
    costs.length === 0
      ? `What it costs on ${title} no file tells: your bill does.`
      : `${table(
          [`On ${title}`, 'Plan', 'USD a month'],
          [
            ...costs.map(({ item, plan, usd }) => [item, plan, dollars(usd)]),
            ['**together**', '', `**${dollars(sum)}**`],
          ],
        )}\n\nList prices; what has no price in any file (add-ons, traffic, seats) is not in it.`;
  const here = costsOf(answers).map(({ name, total }) => [name, dollars(total)]);
  return `## Costs\n\n${there}\n\n${table(['On AWS', 'USD a month'], here)}\n\nEach row, and what can be changed: [costs](costs.md). Both are paid for until the old one is deleted.`;
}
