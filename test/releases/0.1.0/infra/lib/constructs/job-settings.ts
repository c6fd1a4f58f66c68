import type { Reader } from '../reader.ts';
import { type Environment, readTaskSize } from '../settings.ts';

export interface JobSettings {
  readonly name: string;
  /** `cron(…)` or `rate(…)` as EventBridge Scheduler reads them; it runs at each time that any of them gives. */
  readonly schedules: readonly string[];
  /** Where the hours of `schedules` are meant, such as UTC or Europe/Berlin. */
  readonly timeZone: string;
  readonly enabled: boolean;
  /** Words of the command that the image runs instead of serving. */
  readonly command: readonly string[];
  /** A run that takes longer is stopped. */
  readonly timeLimitMinutes: number;
  readonly cpu: number;
  readonly memoryMiB: number;
}

const EXPRESSION = /^(rate\([1-9]\d* (minute|hour|day)s?\)|cron\([^()]+\))$/;
const FIELDS = 6;

/** The block `jobs` of an environment, by their names. */
export function readJobs(environment: Environment): JobSettings[] {
  const read = (part: Reader) => part.names().map((name) => readJob(name, part.object(name)));
  return environment.part('jobs', read) ?? [];
}

function readJob(name: string, block: Reader): JobSettings {
  const example = '["python", "-m", "app.cleanup"]';
  const job = {
    name,
    schedules: readSchedules(block),
    timeZone: block.text('timeZone', /^UTC$|^[A-Z][A-Za-z]+\/[\w+/-]+$/, 'Europe/Berlin'),
    enabled: block.boolean('enabled'),
    command: block.texts('command', /^/, example),
    timeLimitMinutes: block.integer('timeLimitMinutes', 1, 7 * 24 * 60),
    ...readTaskSize(block),
  };
  if (job.command.length === 0)
    block.problem('command', 'is empty, and the image would serve the API', `Use a list like ${example}`);
  block.refuseOthers();
  return job;
}

function readSchedules(block: Reader): string[] {
  const example = '["cron(0 3 ? * MON-FRI *)"]';
  const schedules = block.texts('schedules', EXPRESSION, example);
  if (schedules.length === 0) block.problem('schedules', 'is empty', `Use a list like ${example}`);
  for (const schedule of schedules.filter((text) => text.startsWith('cron'))) {
    const fields = schedule.slice('cron('.length, -1).split(' ');
    const open = [fields[2], fields[4]].filter((field) => field === '?');
    if (fields.length !== FIELDS || open.length !== 1)
      block.problem(
        'schedules',
        `has ${schedule}`,
        'Use six fields (minute, hour, day, month, weekday, year), with a ? for the day or for the weekday',
      );
  }
  return schedules;
}
