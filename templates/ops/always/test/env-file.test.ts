import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readEnvFile } from '../lib/env-file.ts';

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
          'no assignment',
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
});
