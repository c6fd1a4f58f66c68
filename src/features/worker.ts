import type { Answers } from '../answers.ts';
import { fargateHour, hours, prices } from '../costs.ts';
import { text, trim } from '../declaration.ts';
import { checkCommand, splitCommand } from '../shell-words.ts';
import type { Feature } from './feature.ts';
import { checkTaskName } from './task-name.ts';

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
  settings: (answers) => {
    const workers = workersOf(answers).map(([name, { command }]) => [
      name,
      { command: splitCommand(command), ...size, tasks: 1 },
    ]);
    return workers.length === 0 ? undefined : { workers: Object.fromEntries(workers) };
  },
  costs: (answers, environment) => {
    const month = (fargateHour(answers.architecture, size) + prices.publicIpv4Hour) * hours;
    const measured = environment.name === 'prod';
    return workersOf(answers).map(([name]) => ({
      item: `Worker ${name}`,
      detail: `0.25 vCPU, 0.5 GB, one IPv4 address${measured ? `, ${metrics} metrics` : ''}`,
      service: 'Amazon Elastic Container Service',
      usd: month + (measured ? metrics * prices.metricMonth : 0),
    }));
  },
};
