import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareFacts, type Fact, readFact } from '../lib/facts.ts';

const facts: Fact[] = [
  { kind: 'version', name: 'PostgreSQL', value: '16.14' },
  { kind: 'extension', name: 'citext', value: '1.6' },
  { kind: 'rows', name: 'public.notes', value: '1000' },
  { kind: 'rows', name: 'public.users', value: '50' },
  { kind: 'checksum', name: 'public.notes', value: '123' },
  { kind: 'sequence', name: 'public.notes_id_seq', value: '1000' },
  { kind: 'type', name: 'public.mood', value: null },
];

/** The same with some changed, and one more or less. */
function like(changes: Record<string, string | undefined>, ...more: Fact[]): Fact[] {
  const changed = facts.flatMap((fact) => {
    const key = `${fact.kind} ${fact.name}`;
    if (!(key in changes)) return [fact];
    const value = changes[key];
    return value === undefined ? [] : [{ ...fact, value }];
  });
  return [...changed, ...more];
}

describe('two databases', () => {
  it('are equal when all that is known of them is', () => {
    const { differences, notes, summary } = compareFacts({ source: facts, target: facts.toReversed() });
    assert.deepEqual([differences, notes], [[], []]);
    assert.match(summary, /^2 tables with 1050 rows, 1 sequences, 0 indexes, 1 extensions$/);
  });

  it('differ in what one of them does not have, and in every value', () => {
    const target = like(
      {
        'rows public.notes': '999',
        'sequence public.notes_id_seq': undefined,
        'checksum public.notes': '124',
      },
      { kind: 'rows', name: 'public.more', value: '0' },
    );
    assert.deepEqual(compareFacts({ source: facts, target }).differences.sort(), [
      'checksum public.notes: 123 in the source, 124 in the target',
      'rows public.more: only in the target',
      'rows public.notes: 1000 in the source, 999 in the target',
      'sequence public.notes_id_seq: missing in the target',
    ]);
  });

  it('may be of other versions, and have other versions of extensions or more of them', () => {
    const target = like(
      { 'version PostgreSQL': '17.1', 'extension citext': '1.7' },
      { kind: 'extension', name: 'pg_trgm', value: '1.6' },
    );
    const { differences, notes } = compareFacts({ source: facts, target });
    assert.deepEqual([differences, notes.length], [[], 3]);
  });

  it('differ in an extension that is missing', () => {
    const target = like({ 'extension citext': undefined });
    assert.deepEqual(compareFacts({ source: facts, target }).differences, [
      'extension citext: missing in the target',
    ]);
  });

  it('may lack an extension that was left out, and no other', () => {
    const target = like({ 'extension citext': undefined });
    const { differences, notes } = compareFacts({ source: facts, target }, ['citext']);
    assert.deepEqual([differences, notes], [[], ['extension citext: missing in the target']]);
    assert.equal(compareFacts({ source: facts, target }, ['hstore']).differences.length, 1);
  });
});

describe('a definition', () => {
  const compare = (from: string | null, to: string | null, versions = ['16.1', '16.4']) => {
    const [source, target] = [from, to].map((definition, index): Fact[] => [
      { kind: 'version', name: 'PostgreSQL', value: versions[index] ?? '' },
      { kind: 'view', name: 'public.open', value: 'id integer', definition },
    ]);
    return compareFacts({ source: source ?? [], target: target ?? [] });
  };
  const differs = (from: string | null, to: string | null) => compare(from, to).differences.length === 1;

  it('is compared where the rest is equal', () => {
    assert.deepEqual(compare('SELECT id FROM a WHERE x', 'SELECT id FROM a').differences, [
      'view public.open: defined as SELECT id FROM a WHERE x in the source, as SELECT id FROM a in the target',
    ]);
    assert.ok(differs('a now()', null));
    assert.ok(differs("a 'x::text'", "a 'x'"));
    assert.ok(differs('CHECK ((a OR b) AND c)', 'CHECK (a OR (b AND c))'));
    assert.ok(differs("CHECK (f('a'))", "CHECK (g('a'))"));
    assert.ok(!differs(null, null));
  });

  it('is the same with the casts and brackets of another reading', () => {
    for (const [from, to] of [
      [
        "CHECK (((state)::text = ANY ((ARRAY['new'::character varying, 'it''s'::character varying(10)])::text[])))",
        "CHECK (((state)::text = ANY (ARRAY[('new'::character varying)::text, ('it''s'::character varying(10))::text])))",
      ],
      ["at '2025-01-01'::timestamp(3) without time zone", "at '2025-01-01'::timestamp without time zone"],
      [' SELECT id\n   FROM a;', 'SELECT id FROM a;'],
    ] as const)
      assert.ok(!differs(from, to), from);
  });

  it('is only to know between two versions, which print in two ways', () => {
    const { differences, notes } = compare('SELECT a.id FROM a', 'SELECT id FROM a', ['15.2', '16.4']);
    assert.deepEqual([differences, notes.length], [[], 2]);
  });
});

describe('a line of the log', () => {
  it('is a fact or none', () => {
    const fact = { kind: 'rows', name: 'public."a b"', value: '1' };
    assert.deepEqual(readFact(`fact source ${JSON.stringify(fact)}`), { side: 'source', fact });
    for (const line of ['fact other {}', 'pg_restore: creating TABLE', 'fact source'])
      assert.equal(readFact(line), undefined);
  });
});
