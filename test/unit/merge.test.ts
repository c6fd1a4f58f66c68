import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hasCrlf, toLf, withLineEndingsOf } from '../../src/lines.ts';
import { type Merged, mergeAll, mergeJson, type Sides, type ThreeTexts } from '../../src/merge.ts';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** {@link mergeAll}, of texts. */
function mergeTexts(files: ReadonlyMap<string, ThreeTexts>): Map<string, Merged> {
  const contents = [...files].map(([path, { base, ours, theirs }]): [string, Sides<Buffer>] => [
    path,
    { base: Buffer.from(base), ours: Buffer.from(ours), theirs: Buffer.from(theirs) },
  ]);
  const merged = mergeAll(new Map(contents));
  return new Map([...merged].map(([path, { text, conflict }]) => [path, { text: String(text), conflict }]));
}

const merge = (path: string, texts: ThreeTexts): Merged =>
  mergeTexts(new Map([[path, texts]])).get(path) as Merged;

describe('a merge by line', () => {
  const base = 'one\ntwo\nthree\nfour\nfive\n';
  it('takes over both changes when they lie apart', () => {
    const merged = merge('a.ts', {
      base,
      ours: base.replace('one', 'ONE'),
      theirs: base.replace('five', 'FIVE'),
    });
    assert.deepEqual(merged, { text: 'ONE\ntwo\nthree\nfour\nFIVE\n', conflict: false });
  });

  it('shows both sides between markers when both changed one line', () => {
    const merged = merge('a.ts', {
      base,
      ours: base.replace('two', 'mine'),
      theirs: base.replace('two', 'new'),
    });
    assert.ok(merged.conflict);
    assert.match(merged.text, /<<<<<<< yours\nmine\n=======\nnew\n>>>>>>> generated now\n/);
  });
});

describe('a merge of many files in one go', () => {
  const line = fc.constantFrom('a', 'b', 'c', '', '  a', '<<<<<<< yours', '=======', '0:a', '1|');
  const text = fc
    .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('', '\n'))
    .map(([lines, end]) => lines.join('\n') + end);
  const files = fc.array(fc.record({ base: text, ours: text, theirs: text }), { minLength: 2, maxLength: 6 });

  it('gives each of them what git gives it alone', () => {
    const property = (all: ThreeTexts[]): void => {
      const named = new Map(all.map((texts, index) => [`${index}.md`, texts]));
      const alone = [...named].map(([path, texts]) => [path, merge(path, texts)]);
      assert.deepEqual([...mergeTexts(named)], alone);
    };
    fc.assert(fc.property(files, property), { numRuns: Number(process.env.PROPERTY_RUNS ?? 40) });
  });
});

describe('a merge of JSON', () => {
  it('adds a key of the template beside a key of the owner', () => {
    const merged = mergeJson({
      base: json({ a: 1 }),
      ours: json({ a: 1, mine: 2 }),
      theirs: json({ a: 1, b: 3 }),
    });
    assert.deepEqual(JSON.parse(merged?.text ?? ''), { a: 1, mine: 2, b: 3 });
  });

  it("keeps the owner's order, indentation and comments", () => {
    const ours = '{\n\t// why\n\t"b": 2,\n\t"a": 1\n}\n';
    const merged = mergeJson({ base: json({ a: 1, b: 2 }), ours, theirs: json({ a: 5, b: 2, c: { d: 1 } }) });
    assert.equal(merged?.text, '{\n\t// why\n\t"b": 2,\n\t"a": 5,\n\t"c": {\n\t\t"d": 1\n\t}\n}\n');
  });

  it('takes out a key that the template dropped and the owner did not change', () => {
    const merged = mergeJson({
      base: json({ a: 1, b: 2 }),
      ours: json({ a: 1, b: 2, c: 3 }),
      theirs: json({ a: 1 }),
    });
    assert.deepEqual(JSON.parse(merged?.text ?? ''), { a: 1, c: 3 });
  });

  it('keeps a value of the owner that the template did not change', () => {
    const [base, ours] = [json({ dev: { cpu: 512, tasks: 1 } }), json({ dev: { cpu: 2048, tasks: 1 } })];
    const merged = mergeJson({ base, ours, theirs: json({ dev: { cpu: 512, tasks: 1, domain: 'x' } }) });
    assert.deepEqual(JSON.parse(merged?.text ?? ''), { dev: { cpu: 2048, tasks: 1, domain: 'x' } });
  });

  it('is a conflict, shown by line, when both changed one value', () => {
    const texts = { base: json({ cpu: 512 }), ours: json({ cpu: 2048 }), theirs: json({ cpu: 1024 }) };
    assert.ok(mergeJson(texts)?.conflict);
    assert.ok(merge('infra/settings.json', texts).conflict);
  });

  it('takes over everything else when both changed one value', () => {
    const [base, ours] = [json({ cpu: 512, tasks: 1 }), json({ cpu: 2048, tasks: 1, mine: true })];
    const { text, conflict } = merge('a.json', { base, ours, theirs: json({ cpu: 1024, tasks: 2, new: 1 }) });
    assert.ok(conflict);
    const side = (number: 1 | 2): unknown =>
      JSON.parse(text.replace(/<<<<<<< yours\n(.*\n)=======\n(.*\n)>>>>>>> generated now\n/, `$${number}`));
    assert.deepEqual(side(1), { cpu: 2048, tasks: 2, mine: true, new: 1 });
    assert.deepEqual(side(2), { cpu: 1024, tasks: 2, mine: true, new: 1 });
  });

  it('is a conflict when both changed one list, even where its lines could be merged', () => {
    const list = (...values: string[]): string => json({ list: values });
    const texts = {
      base: list('a', 'b', 'c', 'd'),
      ours: list('x', 'b', 'c', 'd'),
      theirs: list('a', 'b', 'c', 'y'),
    };
    const { text, conflict } = merge('a.json', texts);
    assert.ok(conflict);
    assert.match(text, /<<<<<<< yours/);
  });

  it('leaves a text of one line on one line', () => {
    const texts = {
      base: '{"a":1,"b":2}\n',
      ours: '{"a":1,"b":2,"mine":3}\n',
      theirs: '{"a":5,"b":2,"c":{"d":1}}\n',
    };
    const { text, conflict } = merge('a.json', texts);
    assert.ok(!conflict);
    assert.doesNotMatch(text, /\n./);
    assert.deepEqual(JSON.parse(text), { a: 5, b: 2, mine: 3, c: { d: 1 } });
  });

  it('falls back to lines for a file that is no JSON', () => {
    const texts = { base: '{"a": 1}\n', ours: '{"a": 1\n', theirs: '{"a": 1}\n' };
    assert.deepEqual(merge('a.json', texts), { text: texts.ours, conflict: false });
  });
});

describe('line endings', () => {
  const crlf = Buffer.from('a\r\nb\r\n');
  it('of a Windows checkout are those of most lines', () => {
    assert.ok(hasCrlf(crlf));
    assert.ok(hasCrlf(Buffer.from('a\r\nb\r\nc\n')));
    assert.ok(!hasCrlf(Buffer.from('a\r\nb\n')));
    assert.ok(!hasCrlf(Buffer.from('a\nb\n')));
  });
  it('are taken off for a merge and put back after it', () => {
    assert.deepEqual(withLineEndingsOf(crlf, toLf(crlf)), crlf);
    assert.deepEqual(withLineEndingsOf(Buffer.from('x\n'), Buffer.from('a\n')), Buffer.from('a\n'));
  });
  for (const [mixed, text, expected] of [
    ['a\r\nb\nc\r\nd\r\n', 'new\na\nb\nc\nD\n', 'new\r\na\r\nb\nc\r\nD\r\n'],
    ['a\nb\r\nc\nd', 'a\nb\nnew\nc\nd', 'a\nb\r\nnew\nc\nd'],
    ['a\r\n\nb\r\n\r\nc', 'a\n\nb\n\nc\n', 'a\r\n\nb\r\n\r\nc\r\n'],
  ] as const)
    it(`come back line by line where they were mixed: ${JSON.stringify(mixed)}`, () => {
      assert.equal(String(toLf(Buffer.from(mixed))), mixed.replaceAll('\r', ''));
      assert.equal(String(withLineEndingsOf(Buffer.from(mixed), Buffer.from(text))), expected);
    });
});
