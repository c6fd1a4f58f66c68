import type { Answers } from '../answers.ts';
import { fargateHour, hours, prices } from '../costs.ts';
import { text, trim } from '../declaration.ts';
import { checkCommand, splitCommand } from '../shell-words.ts';
import type { Feature } from './feature.ts';
import { checkTaskName, sharedTaskNames } from './task-name.ts';

/** What `vibely worker NAME` asks. */
export const workerAnswers = {
  command: text({
    flag: 'command',
    value: 'COMMAND',
    code: 'VIB070',
    question: 'Which command of the image does it run?',
    decides: 'what runs all the time beside the API, such as python -m app.worker; no shell is involved',
    initial: () => '',
    tidy: trim,
    check: checkCommand,
  }),
};

/** The smallest size that Fargate has; `infra/settings.json` can say more. */
const size = { cpu: 256, memoryMiB: 512 };

/** Metrics that Container Insights, which prod has, makes of one more service: 6 of the task family, 11 of the service. */
const metrics = 17;

const workersOf = ({ features }: Answers) => Object.entries(features.worker ?? {});

/** Size and number of a worker: those that an app from elsewhere has shown to need, else one of the smallest. */
function tasksOf({ migration }: Answers, name: string): { cpu: number; memoryMiB: number; tasks: number } {
  const { cpu, memoryMiB, count } = migration?.others[name] ?? { ...size, count: 1 };
  return { cpu, memoryMiB, tasks: count };
}

/** The port of a worker that the other services ask by its name. */
function portOf({ migration }: Answers, name: string): { port?: number } {
  const port = migration?.others[name]?.port;
  return port === undefined ? {} : { port };
}

/** Processes that run all the time beside the API, with the same image: consumers of a queue, bots. */
export const worker: Feature = {
  id: 'worker',
  summary: 'a process beside the API that runs all the time, of the same image',
  code: 'VIB071',
  named: {
    what: 'worker',
    single: true,
    check: (name, { features }) => checkTaskName(name, { cron: Object.keys(features.cron ?? {}) }),
  },
  declarations: workerAnswers,
  blockKey: 'workers',
  clashes: sharedTaskNames,
  settings: (answers) => {
    const workers = workersOf(answers).map(([name, { command }]) => [
      name,
      { command: splitCommand(command), ...tasksOf(answers, name), ...portOf(answers, name) },
    ]);
    return workers.length === 0 ? undefined : { workers: Object.fromEntries(workers) };
  },
  costs: (answers, environment) => {
    const measured = environment.name === 'prod';
    return workersOf(answers).map(([name]) => {
      const { tasks, ...each } = tasksOf(answers, name);
      const hour = fargateHour(answers.architecture, each) + prices.publicIpv4Hour;
      const times = tasks === 1 ? '' : `${tasks} times `;
      const address = tasks === 1 ? 'one IPv4 address' : 'and an IPv4 address';
      return {
        item: `Worker ${name}`,
        detail: `${times}${each.cpu / 1024} vCPU, ${each.memoryMiB / 1024} GB, ${address}${measured ? `, ${metrics} metrics` : ''}`,
        service: 'Amazon Elastic Container Service',
        usd: tasks * hour * hours + (measured ? metrics * prices.metricMonth : 0),
      };
    });
  },
};
