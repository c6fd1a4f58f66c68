import { gap } from './findings.ts';
import type { Finding, MigrationPlan, Service } from './plan.ts';
import { taskSize } from './sizes.ts';
import { databaseClass } from './sizes-databases.ts';
import type { Migration } from './stored.ts';

/** What is paid there a month, as far as the plans tell. */
export function costsOf(plan: MigrationPlan): Migration['costs'] {
  const services = plan.services.flatMap(({ name, size, tasks }) => {
    const usd = size === undefined ? undefined : taskSize(plan.platform, size)?.usdThere;
    return size === undefined || usd === undefined
      ? []
      : [
          {
            item: name,
            plan: tasks.min > 1 ? `${tasks.min} × ${size}` : size,
            usd: usd * Math.max(1, tasks.min),
          },
        ];
  });
  const databases = plan.databases.flatMap((database) => {
    const usd = databaseClass(plan.platform, database)?.usdThere;
    return usd === undefined ? [] : [{ item: database.name, plan: database.size ?? '', usd }];
  });
  return [...services, ...databases];
}

/** What the tasks of the web service need: at most 100 of them, and none without a web service. */
export function tasksOf(web: Service | undefined): Migration['tasks'] {
  if (!web) return { min: 0, max: 0 };
  if (web.once === true) return { min: 1, max: 1 };
  const min = Math.min(100, Math.max(1, web.tasks.min));
  return { min, max: Math.max(min, Math.min(100, web.tasks.max)) };
}

/** What the scaling of the web service loses: here it goes by CPU alone. */
export function scalingFindings({ name, scaling, tasks, evidence }: Service): Finding[] {
  if (scaling?.memory === undefined || tasks.max <= tasks.min) return [];
  return [
    gap(
      'scaling-memory',
      `${name} gets more instances at ${scaling.memory} % of its memory.`,
      `Tasks are added by CPU here, at ${cpuAim(scaling.cpu) ?? 60} %. Where memory is what runs out, add scaleOnMemoryUtilization beside scaleOnCpuUtilization in infra/lib/constructs/service.ts, or take larger tasks.`,
      evidence,
    ),
  ];
}

/** The CPU load that scaling aims at, within what AWS takes. */
export const cpuAim = (cpu: number | undefined): number | undefined =>
  cpu === undefined ? undefined : Math.min(90, Math.max(10, Math.round(cpu)));

/** When it is deployed, and at which load tasks are added, where that is not as usual. */
export function deploymentOf(
  web: Service | undefined,
): Pick<Migration, 'branch' | 'deploys' | 'scaleAtCpuPercent'> {
  const { branch, trigger, paths = [], ignored = [] } = web?.deploys ?? {};
  const isUsual = trigger !== 'manual' && paths.length + ignored.length === 0;
  const cpu = cpuAim(web?.scaling?.cpu);
  return {
    ...(branch !== undefined && { branch }),
    ...(!isUsual && { deploys: { byHand: trigger === 'manual', paths: [...paths], ignored: [...ignored] } }),
    ...(cpu !== undefined && { scaleAtCpuPercent: cpu }),
  };
}
