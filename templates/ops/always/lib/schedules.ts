import {
  GetScheduleCommand,
  paginateListSchedules,
  SchedulerClient,
  ScheduleState,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { step } from './output.ts';
import type { Target } from './target.ts';

/** The job that a schedule starts: one with several times has several schedules, `shop-dev-report-2` being the second. */
export function jobOf(schedule: string, prefix: string, jobs: readonly string[]): string | undefined {
  return jobs.find((job) => {
    const first = `${prefix}-${job}`;
    return schedule === first || /^-\d+$/.test(schedule.replace(first, ''));
  });
}

/** Lets the jobs run at their times again, those that settings.json enables, or lets none. */
export async function setSchedules(target: Target, on: boolean): Promise<void> {
  const { prefix, jobs = {} } = target.environment;
  if (Object.keys(jobs).length === 0) return;
  const client = target.client(SchedulerClient);
  for await (const page of paginateListSchedules({ client }, { NamePrefix: `${prefix}-` })) {
    for (const { Name = '', GroupName } of page.Schedules ?? []) {
      const job = jobOf(Name, prefix, Object.keys(jobs));
      if (job === undefined) continue;
      const State = on && jobs[job]?.enabled ? ScheduleState.ENABLED : ScheduleState.DISABLED;
      // There is no way to change the state alone.
      const { Arn, CreationDate, LastModificationDate, $metadata, ...schedule } = await client.send(
        new GetScheduleCommand({ Name, GroupName }),
      );
      const { ScheduleExpression, FlexibleTimeWindow, Target: target } = schedule;
      if (schedule.State === State || !ScheduleExpression || !FlexibleTimeWindow || !target) continue;
      await client.send(
        new UpdateScheduleCommand({
          ...schedule,
          Name,
          ScheduleExpression,
          FlexibleTimeWindow,
          Target: target,
          State,
        }),
      );
      step(`schedule ${Name}: ${State.toLowerCase()}`);
    }
  }
}
