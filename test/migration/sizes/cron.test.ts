import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCron } from '../../../src/migration/cron.ts';

const evidence = [{ file: 'render.yaml', line: 7 }];
const read = (text: string) => readCron({ text, evidence });

describe('a schedule of Unix cron', () => {
  const cases: [string, string[]][] = [
    ['0 3 * * 1-5', ['cron(0 3 ? * 2-6 *)']],
    ['*/15 * * * *', ['cron(0/15 * * * ? *)']],
    ['@daily', ['cron(0 0 * * ? *)']],
    ['@Hourly', ['cron(0 * * * ? *)']],
    ['0 5 29 2 *', ['cron(0 5 29 2 ? *)']],
    ['0 5 30 1,2 ?', ['cron(0 5 30 1,2 ? *)']],
    ['0 5 31 2 1', ['cron(0 5 ? 2 2 *)']],
    // Neither day field begins with *, so either holds: each day.
    ['0 0 1 * 0-6', ['cron(0 0 * * ? *)']],
    ['0 0 1 * 1-7', ['cron(0 0 * * ? *)']],
    ['0 0 1-31 * 1', ['cron(0 0 * * ? *)']],
    // One of them does, so both hold.
    ['0 0 1-31 * *', ['cron(0 0 * * ? *)']],
    ['0 0 1 * */1', ['cron(0 0 1 * ? *)']],
    ['0 0 */1 * 1', ['cron(0 0 ? * 2 *)']],
  ];
  for (const [text, expected] of cases)
    it(`${text} becomes ${expected.join(' and ')}`, () => {
      assert.deepEqual(read(text), { schedules: expected, findings: [] });
    });

  it('of days of the month and of the week is two schedules, and said to meet on some days', () => {
    const { schedules, findings } = read('0 0 1,15 * 5');
    assert.deepEqual(schedules, ['cron(0 0 1,15 * ? *)', 'cron(0 0 ? * 6 *)']);
    assert.deepEqual(
      findings.map(({ id, level, evidence: places }) => [id, level, places]),
      [['schedule-twice', 'warning', evidence]],
    );
  });

  for (const never of ['0 5 31 2 *', '0 5 31 2 ?', '0 5 30-31 2 *', '0 0 31 4,6,9,11 *'])
    it(`${never} never fires, and is said to`, () => {
      const { schedules, findings } = read(never);
      assert.deepEqual(schedules, []);
      assert.deepEqual(
        findings.map(({ id, level }) => [id, level]),
        [['schedule-never', 'gap']],
      );
      assert.deepEqual(findings[0]?.evidence, evidence);
    });

  for (const odd of [
    '@reboot',
    '',
    'constructor',
    'every day',
    '60 * * * *',
    '0 0 0 * *',
    '0 0 */2 * 1',
    '1 2 3 4',
  ])
    it(`'${odd}' is a finding`, () => {
      const { schedules, findings } = read(odd);
      assert.deepEqual(schedules, []);
      assert.equal(findings[0]?.id, 'schedule-unknown');
      assert.equal(findings[0]?.level, 'gap');
    });
});
