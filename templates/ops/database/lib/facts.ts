import { majorOf } from './dump-header.ts';

/** One thing that two databases must have in common; facts.sql tells them. */
export interface Fact {
  kind: string;
  name: string;
  value: string | null;
  /** How its server prints what it is made of: a view's query, an index's columns, a table's defaults. */
  definition?: string | null;
}

type Side = 'source' | 'target';

/** What a task has told of both databases. */
export type Facts = Record<Side, Fact[]>;

/** What may differ: a newer server brings newer extensions, and sorts by other rules. */
const mayDiffer = new Set(['version', 'collation']);

/** A line of the log of the task as a fact; `undefined` for any other line. */
export function readFact(line: string): { side: Side; fact: Fact } | undefined {
  const [, side, json] = /^fact (source|target) (\{.*\})$/.exec(line) ?? [];
  return json === undefined ? undefined : { side: side as Side, fact: JSON.parse(json) };
}

export interface Comparison {
  /** What keeps the two from being equal, a line each. */
  differences: string[];
  /** What is worth knowing and no difference. */
  notes: string[];
  /** What both have, counted by kind. */
  summary: string;
}

/**
 * Compares all that is known of two databases.
 * @param leftOut extensions of the source that the target was not to have
 */
export function compareFacts({ source, target }: Facts, leftOut: readonly string[] = []): Comparison {
  const theirs = byKey(source);
  const ours = byKey(target);
  const differences: string[] = [];
  const notes: string[] = [];
  const otherVersion = versionOf(source) !== versionOf(target);
  for (const key of new Set([...theirs.keys(), ...ours.keys()])) {
    const [from, to] = [theirs.get(key), ours.get(key)];
    const text = from || to ? differenceOf(from, to) : undefined;
    if (text) (isNote(from, to, leftOut) ? notes : differences).push(text);
    const other = from && to && !text ? otherDefinition(from, to) : undefined;
    if (other && otherVersion) notes.push(`${other}; two versions print some things in two ways`);
    else if (other) differences.push(other);
  }
  return { differences, notes, summary: summaryOf(target) };
}

function byKey(facts: readonly Fact[]): Map<string, Fact> {
  return new Map(facts.map((fact) => [`${fact.kind} ${fact.name}`, fact]));
}

function isNote(from: Fact | undefined, to: Fact | undefined, leftOut: readonly string[]): boolean {
  const { kind = '', name = '' } = from ?? to ?? {};
  // One more extension, or another version of one, takes nothing away.
  return mayDiffer.has(kind) || (kind === 'extension' && (to !== undefined || leftOut.includes(name)));
}

function differenceOf(from: Fact | undefined, to: Fact | undefined): string | undefined {
  const { kind, name } = (from ?? to) as Fact;
  const what = `${kind} ${name}`;
  if (!to) return `${what}: missing in the target`;
  if (!from) return `${what}: only in the target`;
  if (from.value === to.value) return undefined;
  return `${what}: ${from.value ?? 'none'} in the source, ${to.value ?? 'none'} in the target`;
}

function otherDefinition(from: Fact, to: Fact): string | undefined {
  const [theirs, ours] = [from, to].map(({ definition }) => plain(definition ?? ''));
  if (theirs === ours) return undefined;
  return `${from.kind} ${from.name}: defined as ${theirs || 'nothing'} in the source, as ${ours || 'nothing'} in the target`;
}

/** A text in quotes, or a cast to a type. */
const quotedOrCast =
  /'(?:[^']|'')*'|::(?:[\w.]|"[^"]*")+(?:\([\d,]+\))?(?: (?:varying|precision|with(?:out)? time zone))*(?:\([\d,]+\))?(?:\[\])*/g;

/** What stands in brackets without any need. */
const bracketed = /(?<![\w"\]])\(('(?:[^']|'')*'|[\w."]+|ARRAY\[[^[\]]*\]|\([^()]*\))\)/g;

/**
 * A definition without casts and needless brackets: PostgreSQL prints `state IN ('new')` of a varchar with other ones
 * once it has read what it has printed itself.
 */
function plain(definition: string): string {
  const uncast = definition.replace(quotedOrCast, (part) => (part.startsWith("'") ? part : ''));
  let text = uncast.replaceAll(/\s+/g, ' ').trim();
  for (let last = ''; text !== last; ) {
    last = text;
    text = text.replaceAll(bracketed, '$1');
  }
  return text;
}

function versionOf(facts: readonly Fact[]): number {
  return majorOf(facts.find(({ kind }) => kind === 'version')?.value ?? '0');
}

function summaryOf(facts: readonly Fact[]): string {
  const count = (kind: string) => facts.filter((fact) => fact.kind === kind).length;
  const rows = facts
    .filter(({ kind }) => kind === 'rows')
    .reduce((sum, { value }) => sum + BigInt(value ?? 0), 0n);
  return `${count('rows')} tables with ${rows} rows, ${count('sequence')} sequences, ${count('index')} indexes, ${count('extension')} extensions`;
}
