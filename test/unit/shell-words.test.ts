import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCommand, splitCommand } from '../../src/shell-words.ts';
import { must } from '../support.ts';

const commands = [
  'python -m app.worker',
  '  node   dist/worker.js\t--size 3 ',
  'celery -A app worker -Q mails,pdf --loglevel=info',
  `python -m app.worker --name 'two words' --greeting "it's me"`,
  `sh -c 'exec python -m app.worker --size "$SIZE"'`,
  `sh -c "exec echo \\$HOME \\"quoted\\" back\\\\slash"`,
  `a"b"'c'd\\ e f`,
  `print '' ""`,
  `print 'a|b' "c;d" e\\&f`,
];

const refused: [command: string, because: RegExp][] = [
  ['', /^There is no command/],
  ['   ', /^There is no command/],
  ['a && b', /needs a shell for &/],
  ['a | b', /needs a shell for \|/],
  ['a > file', /needs a shell for >/],
  ['a $SIZE', /needs a shell for \$/],
  ['a "$SIZE"', /needs a shell for \$/],
  ['a "`date`"', /needs a shell for `/],
  ['a *.txt', /needs a shell for \*/],
  ['a; b', /needs a shell for ;/],
  [`a "b`, /" is never closed/],
  [`a 'b`, /' is never closed/],
  ['a \\', /ends in a backslash/],
  ['SIZE=1 a', /begins with SIZE=1.*only a shell sets/is],
];

describe('a command', () => {
  for (const command of commands)
    it(`is split as a shell splits it: ${command.trim()}`, () => {
      assert.equal(checkCommand(command), undefined);
      const shell = must('sh', ['-c', `for word in ${command}; do printf '%s\\0' "$word"; done`], '/');
      assert.deepEqual(splitCommand(command), shell.split('\0').slice(0, -1));
    });

  for (const [command, because] of refused)
    it(`is refused where it cannot be run as it is: ${JSON.stringify(command)}`, () => {
      const problem = checkCommand(command);
      assert.match(`${problem?.what} ${problem?.why}`, because);
      assert.ok(problem?.fix);
    });

  it('can be run the way that the refusal suggests', () => {
    const [, suggested = ''] = /--command '(.+)'$/.exec(checkCommand('a $B')?.fix ?? '') ?? [];
    assert.deepEqual(splitCommand(suggested), ['sh', '-c', 'exec python -m app.worker --size $SIZE']);
  });
});
