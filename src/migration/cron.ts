import { awsSchedules, checkSchedule, neverFires } from '../schedule.ts';
import { gap, warning } from './findings.ts';
import type { Evidence, Finding, ShellLine } from './plan.ts';

/** A schedule of Unix cron in EventBridge Scheduler's words. */
export interface CronReading {
  /** Two where both day fields are set, for Unix cron means either; none where it cannot be kept, or never fires. */
  readonly schedules: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Turns five fields of Unix cron, in UTC, into schedules of AWS. A `?`, which some platforms take for `*`, is read so.
 * What cannot be kept is a finding.
 */
export function readCron({ text, evidence }: ShellLine): CronReading {
  const given = text.trim();
  const fields = given.split(/\s+/);
  const unix = fields.length === 5 ? fields.map((field) => (field === '?' ? '*' : field)).join(' ') : given;
  if (/^@reboot$/i.test(unix)) {
    const what = `The schedule '${given}' runs at each start of a machine.`;
    const fix = 'There are no machines here: make it part of the release step, or give it a time.';
    return { schedules: [], findings: [gap('schedule-unknown', what, fix, evidence)] };
  }
  const refused = checkSchedule(unix.toLowerCase().startsWith('@') ? unix.toLowerCase() : unix);
  if (refused)
    return {
      schedules: [],
      findings: [gap('schedule-unknown', `${refused.what} ${refused.why}`, refused.fix, evidence)],
    };
  const all = awsSchedules(unix.toLowerCase().startsWith('@') ? unix.toLowerCase() : unix);
  const schedules = all.filter((schedule) => !neverFires(schedule));
  if (schedules.length > 1) return { schedules, findings: [twice(given, evidence)] };
  const what = `The schedule '${given}' never fires: no such day comes in those months.`;
  const fix = 'It did not run on the old platform, either. Give it a day that comes, or drop it.';
  return {
    schedules,
    findings: schedules.length === 0 ? [gap('schedule-never', what, fix, evidence)] : [],
  };
}

const twice = (given: string, evidence: readonly Evidence[]): Finding =>
  warning(
    'schedule-twice',
    `The schedule '${given}' names days of the month and days of the week, and means either: here they are two schedules.`,
    'On a day that is both, they start the job twice, which cron did once: let it stand that, or look for the other run.',
    evidence,
  );
