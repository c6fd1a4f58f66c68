import type { Answers, SomeAnswers } from '../answers.ts';
import { titleOf } from './read-live.ts';
import type { Migration } from './stored.ts';

/** What is not as it was at the last run: `+` is new, `-` goes, `~` has become another. */
export interface Difference {
  readonly sign: '+' | '-' | '~';
  /** What it is about: `Size of api`, `Variable API_KEY`. */
  readonly what: string;
  /** What it was there, and what became of it here; absent where it is new. */
  readonly was?: string;
  readonly is?: string;
}

type Known = Pick<Answers, 'features'> & { readonly migration: Migration };

type Fact = readonly [what: string, text: string];

/** A row of the document; where a variable may stand in the repo, with its value. */
function rowFact({ what, there, here }: Migration['rows'][number], { container }: Migration): Fact {
  const name = /^Variable `(.*)`$/.exec(what)?.[1];
  const value = name === undefined ? undefined : container.variables[name];
  return [
    name === undefined ? what : `Variable ${name}`,
    value === undefined ? `${there} (${here})` : JSON.stringify(value),
  ];
}

function deployed({ branch, deploys, scaleAtCpuPercent }: Migration): Fact[] {
  return [
    ...(branch === undefined ? [] : [['Branch', branch] as const]),
    ...(deploys === undefined ? [] : [['Deployed', JSON.stringify(deploys)] as const]),
    ...(scaleAtCpuPercent === undefined
      ? []
      : [['Tasks are added at', `${scaleAtCpuPercent} % CPU`] as const]),
  ];
}

/** All that a run has decided, as people speak of it. */
function factsOf({ features: { worker = {}, cron = {} }, migration }: Known): Map<string, string[]> {
  const facts: Fact[] = [
    ['Platform', titleOf(migration.platform)],
    ...migration.rows.map((row) => rowFact(row, migration)),
    ...Object.entries(worker).map(([name, { command }]): Fact => [`Command of worker ${name}`, command]),
    ...Object.entries(cron).flatMap(([name, { schedule, command }]): Fact[] => [
      [`Schedule of job ${name}`, schedule],
      [`Command of job ${name}`, command],
    ]),
    ...deployed(migration),
    ...migration.findings
      .filter(({ level }) => level === 'gap')
      .map(({ what }): Fact => ['Not carried over', what]),
  ];
  const grouped = Map.groupBy(facts, ([what]) => what);
  return new Map([...grouped].map(([what, group]) => [what, group.map(([, text]) => text)]));
}

function differencesOf(what: string, before: readonly string[], after: readonly string[]): Difference[] {
  const gone = before.filter((text) => !after.includes(text));
  const added = after.filter((text) => !before.includes(text));
  const [was, is] = [gone[0], added[0]];
  if (gone.length === 1 && added.length === 1 && was !== undefined && is !== undefined)
    return [{ sign: '~', what, was, is }];
  return [
    ...gone.map((text): Difference => ({ sign: '-', what, was: text })),
    ...added.map((text): Difference => ({ sign: '+', what, is: text })),
  ];
}

/** What differs between the answers of the last run and those of this one; nothing where there was none before. */
export function sinceLastRun({ features = {}, migration }: SomeAnswers, after: Answers): Difference[] {
  if (migration === undefined || after.migration === undefined) return [];
  const was = factsOf({ features, migration });
  const is = factsOf({ features: after.features, migration: after.migration });
  const all = [...new Set([...is.keys(), ...was.keys()])];
  return all.flatMap((what) => differencesOf(what, was.get(what) ?? [], is.get(what) ?? []));
}

/** The old text, without what the new one says, too, of what becomes of it. */
function wasText(was: string, is: string): string {
  const fate = / \(.*\)$/.exec(is)?.[0];
  return fate !== undefined && was.endsWith(fate) ? was.slice(0, -fate.length) : was;
}

function line({ sign, what, was, is }: Difference): string {
  const text = is === undefined ? was : was === undefined ? is : `${is}; was ${wasText(was, is)}`;
  return `  ${sign} ${what}: ${text?.replace(/\s*\n\s*/g, ' ')}\n`;
}

/** The differences as people read them, after the plan. */
export const describeSince = (differences: readonly Difference[]): string =>
  `\nSince the last run\n${differences.map(line).join('') || '  Nothing that was read is different.\n'}`;
