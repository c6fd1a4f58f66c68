import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { awsSchedules, checkSchedule } from '../../src/schedule.ts';

const taken: [given: string, ...schedules: string[]][] = [
  ['0 3 * * *', 'cron(0 3 * * ? *)'],
  ['*/15 * * * *', 'cron(0/15 * * * ? *)'],
  ['5,35 8-18/2 * * *', 'cron(5,35 8,10,12,14,16,18 * * ? *)'],
  ['0 0 1 */3 *', 'cron(0 0 1 1/3 ? *)'],
  ['0 0 1 jan,JUL *', 'cron(0 0 1 1,7 ? *)'],
  ['0 9 * * 1-5', 'cron(0 9 ? * 2-6 *)'],
  ['0 9 * * MON-FRI', 'cron(0 9 ? * 2-6 *)'],
  ['0 9 * * 0', 'cron(0 9 ? * 1 *)'],
  ['0 9 * * 7', 'cron(0 9 ? * 1 *)'],
  ['0 9 * * 5-7', 'cron(0 9 ? * 1,6,7 *)'],
  ['0 9 * * 0-6', 'cron(0 9 * * ? *)'],
  ['0 9 * * */2', 'cron(0 9 ? * 1,3,5,7 *)'],
  ['0 9 1-31 * 1', 'cron(0 9 * * ? *)'],
  ['0 9 */1 * 1', 'cron(0 9 ? * 2 *)'],
  ['0 3 13 * 5', 'cron(0 3 13 * ? *)', 'cron(0 3 ? * 6 *)'],
  ['0 0 30 2 1', 'cron(0 0 ? 2 2 *)'],
  ['0 0 31 4,5 1', 'cron(0 0 31 4,5 ? *)', 'cron(0 0 ? 4,5 2 *)'],
  ['@daily', 'cron(0 0 * * ? *)'],
  ['@weekly', 'cron(0 0 ? * 1 *)'],
  ['rate(15 minutes)', 'rate(15 minutes)'],
  ['rate(1 hours)', 'rate(1 hour)'],
  ['cron(0 3 ? * MON-FRI *)', 'cron(0 3 ? * MON-FRI *)'],
  ['cron(0/5 8-17 L * ? 2026-2030)', 'cron(0/5 8-17 L * ? 2026-2030)'],
  ['cron(0 3 ? * 6#3 *)', 'cron(0 3 ? * 6#3 *)'],
];

const refused: [given: string, because: RegExp][] = [
  ['', /is no schedule/],
  ['@reboot', /is no schedule/],
  ['* * * *', /is no schedule/],
  ['at(2026-12-01T00:00:00)', /is no schedule/],
  ['60 * * * *', /'60' is no minute/],
  ['0 24 * * *', /'24' is no hour/],
  ['0 0 0 * *', /'0' is no day of the month/],
  ['0 0 * 13 *', /'13' is no month/],
  ['0 0 * * 8', /'8' is no day of the week/],
  ['0 0 * * MO', /'MO' is no day of the week/],
  ['0 5-1 * * *', /'5-1' is no hour/],
  ['*/0 * * * *', /'\*\/0' is no minute/],
  ['0 0 */2 * 1', /that is a certain day of the week, too/],
  ['0 0 1 * */2', /that is a certain day of the week, too/],
  ['rate(0 hours)', /is never/],
  ['rate(5 seconds)', /is no schedule/],
  ['cron(0 3 * * *)', /has 5 fields/],
  ['cron(0 3 * * * *)', /exactly one '\?'/],
  ['cron(0 3 ? * ? *)', /exactly one '\?'/],
  ['cron(0 3 ? * 0 *)', /'0' is no day of the week/],
  ['cron(0 ? 1 * ? *)', /'\?' is no hour/],
];

describe('a schedule', () => {
  for (const [given, ...schedules] of taken)
    it(`'${given}' is ${schedules.join(' and ')} in AWS`, () => {
      assert.equal(checkSchedule(given), undefined);
      assert.deepEqual(awsSchedules(given), schedules);
    });

  for (const [given, because] of refused)
    it(`'${given}' is refused, with the reason and an example`, () => {
      const problem = checkSchedule(given);
      assert.match(problem?.what ?? '', because);
      assert.ok(problem?.why && problem.fix);
    });
});

/** The times of a week, as minutes, at which a schedule of AWS without days of the month is due. */
function dueInAWeek(schedule: string): number[] {
  const [minutes, hours, , , weekdays] = schedule.slice('cron('.length, -1).split(' ');
  const has = (field: string | undefined, value: number): boolean =>
    (field ?? '').split(',').some((item) => {
      const [range = '', step] = item.split('/');
      const [from, to = step ? 99 : from] = range === '*' ? [0, 99] : range.split('-').map(Number);
      return value >= Number(from) && value <= Number(to) && (value - Number(from)) % Number(step ?? 1) === 0;
    });
  return Array.from({ length: 7 * 24 * 60 }, (_, minute) => minute).filter(
    (minute) =>
      has(minutes, minute % 60) &&
      has(hours, Math.floor(minute / 60) % 24) &&
      (weekdays === '?' || has(weekdays, Math.floor(minute / 1440) + 1)),
  );
}

describe('the times of a converted schedule', () => {
  for (const step of [2, 7, 13, 20, 40])
    it(`are those of Unix cron for */${step}, which begins anew each hour`, () => {
      const [schedule = ''] = awsSchedules(`*/${step} 1-3,22 * * 1,6`);
      const expected = Array.from({ length: 7 * 24 * 60 }, (_, minute) => minute).filter(
        (minute) =>
          (minute % 60) % step === 0 &&
          [1, 2, 3, 22].includes(Math.floor(minute / 60) % 24) &&
          [1, 6].includes(Math.floor(minute / 1440)),
      );
      assert.deepEqual(dueInAWeek(schedule), expected);
    });
});
