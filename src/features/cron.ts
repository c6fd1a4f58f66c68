import type { Answers } from '../answers.ts';
import { fargateHour, prices } from '../costs.ts';
import { text, trim } from '../declaration.ts';
import { awsSchedules, checkSchedule } from '../schedule.ts';
import { checkCommand, splitCommand } from '../shell-words.ts';
import type { Feature } from './feature.ts';
import { checkJobName, checkTaskName, sharedTaskNames } from './task-name.ts';

/** What `vibely cron NAME` asks. */
export const cronAnswers = {
  schedule: text({
    flag: 'schedule',
    value: 'SCHEDULE',
    code: 'VIB075',
    question: 'When does it run? (UTC)',
    decides: 'five fields of Unix cron such as "0 3 * * *", or cron(…) or rate(…) of AWS; in UTC',
    initial: () => '',
    tidy: (given) => given.trim().replace(/\s+/g, ' '),
    check: checkSchedule,
  }),
  command: text({
    flag: 'command',
    value: 'COMMAND',
    code: 'VIB076',
    question: 'Which command of the image does it run?',
    decides: 'what runs and ends, such as python -m app.cleanup; no shell is involved',
    initial: () => '',
    tidy: trim,
    check: checkCommand,
  }),
};

/** The smallest size that Fargate has; `infra/settings.json` can say more. */
const size = { cpu: 256, memoryMiB: 512 };

/** A job that takes longer is stopped: one that hangs would block all that follow. As on Render. */
const timeLimitMinutes = 720;

/** An hour each day: how long a job runs is not known. */
const countedHours = 30;

const jobsOf = ({ features }: Answers) => Object.entries(features.cron ?? {});

/** The size that a job from elsewhere has shown to need, else the smallest. */
function sizeOf({ migration }: Answers, name: string): { cpu: number; memoryMiB: number } {
  const { cpu, memoryMiB } = migration?.others[name] ?? size;
  return { cpu, memoryMiB };
}

/** Commands that run at certain times, one run at a time. */
export const cron: Feature = {
  id: 'cron',
  summary: 'a command that runs at certain times, of the same image',
  code: 'VIB077',
  named: {
    what: 'job',
    single: true,
    check: (name, { features }) =>
      checkTaskName(name, { worker: Object.keys(features.worker ?? {}) }) ??
      checkJobName(name, Object.keys(features.cron ?? {})),
  },
  declarations: cronAnswers,
  blockKey: 'jobs',
  clashes: sharedTaskNames,
  settings: (answers) => {
    const jobs = jobsOf(answers).map(([name, { schedule, command }]) => [
      name,
      {
        schedules: awsSchedules(schedule),
        timeZone: 'UTC',
        enabled: true,
        command: splitCommand(command),
        timeLimitMinutes,
        ...sizeOf(answers, name),
      },
    ]);
    return jobs.length === 0 ? undefined : { jobs: Object.fromEntries(jobs) };
  },
  costs: (answers) =>
    jobsOf(answers).map(([name]) => {
      const { cpu, memoryMiB } = sizeOf(answers, name);
      return {
        item: `Job ${name}`,
        detail: `${cpu / 1024} vCPU, ${memoryMiB / 1024} GB, counted with an hour a day`,
        service: 'Amazon Elastic Container Service',
        usd: (fargateHour(answers.architecture, { cpu, memoryMiB }) + prices.publicIpv4Hour) * countedHours,
      };
    }),
};
