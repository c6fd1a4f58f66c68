import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decoded, readEnvFile } from '../lib/env-file.ts';

const read = (text: string) => Object.fromEntries(readEnvFile(text).values);

describe('an environment file', () => {
  it('is read as programs that start the app read it', () => {
    assert.deepEqual(
      read(
        [
          '\uFEFFFIRST=1',
          '# COMMENT=2',
          'export EXPORTED = spaced  ',
          "SINGLE='a#b \\n $X'",
          'DOUBLE="two\\nlines"',
          'MANY="line one',
          'line two"',
          'EQUALS=a=b==',
          'TAIL=value # a comment',
          'TWICE=1',
          'TWICE=2',
          '',
        ].join('\r\n'),
      ),
      {
        FIRST: '1',
        EXPORTED: 'spaced',
        SINGLE: 'a#b \\n $X',
        DOUBLE: 'two\nlines',
        MANY: 'line one\nline two',
        EQUALS: 'a=b==',
        TAIL: 'value',
        TWICE: '2',
      },
    );
  });

  for (const [text, problem] of [
    ['KEY=pass#word', 'KEY has a # in it'],
    ['KEY="open', 'KEY has a quote that is not closed'],
    ['KEY="{\\"type\\": 1}"', 'KEY has \\" in it'],
    [`HOST=a\nKEY=https://\${HOST}/`, 'KEY refers to another variable'],
  ] as const)
    it(`is a problem, and not a guess, where it says ${text.split('\n').at(-1)}`, () => {
      const [found = '', ...others] = readEnvFile(text).problems;
      assert.ok(found.startsWith(problem), found);
      assert.deepEqual(others, []);
    });

  it('is no problem with a # after a space, in quotes or in a comment, nor with a $ of its own', () => {
    const text = `A=a # b#c\nB="a#b"\nC='\${X}'\n# D=a#b\nE=#\nF=a$b\nG="line\nH=a#b\nend"`;
    assert.deepEqual(readEnvFile(text).problems, []);
  });

  it('is a problem by the number of each line that sets nothing, and never by its text', () => {
    const text = [
      '# a comment',
      'A=1',
      'SMTP PASSWORD=abc',
      '',
      'FOO',
      "  # it's one, too",
      'export KEY="-----BEGIN',
      'no assignment, but part of a value',
      '-----END"',
      'B: 2',
      '=5',
    ].join('\r\n');
    const { values, problems } = readEnvFile(text);
    assert.deepEqual([...values.keys()], ['A', 'KEY', 'B']);
    assert.deepEqual(problems, ['Lines 3, 5, 11 are no NAME=value.']);
    assert.deepEqual(readEnvFile('A=1\nFOO').problems, ['Line 2 is no NAME=value.']);
  });

  it('is a problem without any variable', () => {
    for (const text of ['', '# A=1\n', 'S\0T\0R\0', '[1]', '{}', '{"broken": '])
      assert.deepEqual(readEnvFile(text).problems, ['It has no line like NAME=value.'], text);
  });

  it('may be the JSON of a platform', () => {
    const { values, problems } = readEnvFile('{\n  "A": "pass#word",\n  "B": 5,\n  "C": true\n}\n');
    assert.deepEqual(Object.fromEntries(values), { A: 'pass#word', B: '5', C: 'true' });
    assert.deepEqual(problems, []);
    assert.match(readEnvFile('{"A": {"b": 1}}').problems.join(), /^A is no text\.$/);
  });

  it('is UTF-8, or UTF-16 as Windows PowerShell writes it, and nothing else', () => {
    assert.equal(decoded(Buffer.from('\uFEFFA=ü')), 'A=ü');
    assert.equal(decoded(Buffer.from('\uFEFFA=ü', 'utf16le')), 'A=ü');
    assert.equal(decoded(Buffer.from('\uFEFFA=ü', 'utf16le').swap16()), 'A=ü');
    assert.equal(decoded(Buffer.from('A=ü', 'latin1')), undefined);
  });
});
