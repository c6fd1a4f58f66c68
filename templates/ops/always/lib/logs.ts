import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { call } from './called.ts';
import { isRead, print } from './output.ts';
import { Problem } from './problem.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { pollSeconds } from './wait.ts';

export interface LogsOptions extends TargetOptions {
  /** How far back, in seconds; default 600. */
  since?: number;
  /** Go on until Ctrl-C. */
  follow?: boolean;
  /** Pattern of CloudWatch: a word, or `{ $.status >= 500 }` for lines of JSON. */
  filter?: string;
  /** Which log group: `backend`, `release` or `build`. */
  group: string;
}

/** Seconds by which a line may come later than its own time; those are looked for once more. */
const lateSeconds = 30;

/** Seconds between two looks: CloudWatch takes five such calls a second of an account. */
const followSeconds = Math.min(pollSeconds, 3);

/** Prints what the tasks have logged, and with `follow` what they log from now on. */
export async function logs(options: LogsOptions): Promise<void> {
  const what = ({ app, name }: { app: string; name: string }) => `reads /${app}/${name}/${options.group}`;
  await operate(options, { what, changes: false }, async (target) => {
    const print = printer();
    let from = Date.now() - (options.since ?? 600) * 1000;
    while (true) {
      const now = Date.now();
      await read(target, options, from, print);
      if (!options.follow || !isRead()) return;
      from = Math.max(from, now - lateSeconds * 1000);
      await sleep(followSeconds * 1000);
    }
  });
}

async function read(
  { environment, client }: Target,
  { filter, group }: LogsOptions,
  startTime: number,
  show: (event: FilteredLogEvent) => void,
): Promise<void> {
  const logGroupName = `/${environment.app}/${environment.name}/${group}`;
  const pages = paginateFilterLogEvents(
    { client: client(CloudWatchLogsClient) },
    { logGroupName, startTime, filterPattern: filter },
  );
  try {
    for await (const { events = [] } of pages) {
      for (const event of events) show(event);
      if (!isRead()) return;
    }
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new Problem({
      what: `There is no log group ${logGroupName}.`,
      why: 'The stack foundation makes backend, release and build.',
      fix: `${call} stacks --env ${environment.name}`,
    });
  }
}

/** Prints each event once, however often it is read. */
function printer(): (event: FilteredLogEvent) => void {
  const shown = new Set<string>();
  return ({ eventId = '', timestamp = 0, logStreamName = '', message = '' }) => {
    if (shown.has(eventId)) return;
    shown.add(eventId);
    // PREFIX/CONTAINER/TASK: the first words of both ends tell services and tasks apart.
    const [prefix = '', , task = ''] = logStreamName.split('/');
    const source = task ? `${prefix}/${task.slice(0, 8)}` : logStreamName;
    print(`${new Date(timestamp).toISOString()} ${source} ${message.trimEnd()}`);
  };
}
