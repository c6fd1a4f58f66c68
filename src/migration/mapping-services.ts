import type { Features } from '../features/all.ts';
import { checkTaskName } from '../features/task-name.ts';
import { checkCommand } from '../shell-words.ts';
import { quoteWords } from './commands.ts';
import { containerCommand } from './commands-exec.ts';
import { readCron } from './cron.ts';
import { gap, note } from './findings.ts';
import { readBuild } from './language.ts';
import { stopFindings } from './mapping-checks.ts';
import { imageOf } from './mapping-image.ts';
import { listed } from './mapping-union.ts';
import type { Finding, PlatformName, Service } from './plan.ts';
import type { SourceRepo } from './repo.ts';
import { smallestTask, taskSize } from './sizes.ts';
import type { Migration } from './stored.ts';

/** The workers and jobs that go with the app's image. */
export interface Companions {
  readonly worker: NonNullable<Features['worker']>;
  readonly cron: NonNullable<Features['cron']>;
  readonly others: Migration['others'];
  /** What each service is called here, by its name there. */
  readonly names: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/** The smallest size of Fargate, which workers and jobs have by themselves. */
const smallest = { cpu: 256, memoryMiB: 512 };

/** Longest name of a worker or a job. */
const longest = 20;

/** A name that a worker or a job can have in AWS, like that of the service. */
function taskName(service: string, app: string, taken: ReadonlySet<string>): string {
  const plain = service
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  const short = plain.startsWith(`${app}-`) ? plain.slice(app.length + 1) : plain;
  const base =
    (/^[a-z]/.test(short) ? short : plain || 'task').slice(0, longest).replace(/-+$/, '') || 'task';
  const candidates = [
    base,
    ...Array.from({ length: 99 }, (_, index) => `${base.slice(0, longest - 3)}-${index + 2}`),
  ];
  const isFree = (name: string): boolean => !taken.has(name) && checkTaskName(name, {}) === undefined;
  return candidates.find(isFree) ?? `task-${taken.size}`;
}

/** What is to be said of the sizes there, once for all services of a size. */
export function sizeNotes(platform: PlatformName, services: readonly Service[]): Finding[] {
  const groups = Map.groupBy(services, ({ size }) => size);
  return [...groups].flatMap(([size, group]) => {
    const remark = size === undefined ? undefined : taskSize(platform, size)?.remark;
    const names = group.map(({ name }) => name);
    const said = `${listed(names)} ${names.length > 1 ? 'have' : 'has'} the size '${size}'.`;
    return remark === undefined
      ? []
      : [
          note(
            'size',
            said,
            remark,
            group.flatMap(({ evidence }) => evidence),
          ),
        ];
  });
}

/** The size of a service's tasks here. */
export function sizeOf(
  platform: PlatformName,
  service: Service,
): { size: Migration['size']; findings: Finding[] } | undefined {
  if (service.size === undefined) return undefined;
  const sized = taskSize(platform, service.size);
  if (sized === undefined)
    return {
      size: { cpu: 512, memoryMiB: 1024 },
      findings: [
        gap(
          'size-unknown',
          `The size '${service.size}' of ${service.name} is not known.`,
          '0.5 vCPU and 1 GB were taken; "cpu" and "memoryMiB" in infra/settings.json change it.',
          service.evidence,
        ),
      ],
    };
  const { target } = sized;
  const legal = smallestTask(target.cpu, target.memory) ?? target;
  return { size: { cpu: legal.cpu, memoryMiB: legal.memory }, findings: [] };
}

/** The words of what a worker or a job runs, as one line; a finding where nothing says it. */
function commandOf(repo: SourceRepo, platform: PlatformName, service: Service): string | Finding {
  const { command, own } = readBuild(repo, platform, service);
  const found = command ?? (own && own.command.length > 0 ? own.command : undefined);
  const words = found && [...listening(repo, platform, service), ...found];
  const line = words && quoteWords(words);
  if (line !== undefined && checkCommand(line) === undefined) return line;
  const through = line && quoteWords(containerCommand(line).words);
  if (through !== undefined && checkCommand(through) === undefined) return through;
  return gap(
    'no-command',
    `Nothing says what ${service.name} runs.`,
    `Add it once you know: vibely ${service.kind === 'cron' ? `cron NAME --schedule '${service.schedule?.text ?? '0 3 * * *'}'` : 'worker NAME'} --command '…'`,
    service.evidence,
  );
}

/** What tells a service of the inside where to listen: it has the variables of the web service, and a port of its own. */
function listening(repo: SourceRepo, platform: PlatformName, service: Service): string[] {
  if (service.kind !== 'private') return [];
  const own = new Set(service.variables.map(({ name }) => name));
  const told = Object.entries(imageOf(repo, platform, service).variables).filter(([name]) => !own.has(name));
  return told.length === 0 ? [] : ['env', ...told.map(([name, value]) => `${name}=${value}`)];
}

/** What runs on the old platform, for those whose commands name it; none where they would have to name several apps. */
export function runningThere(platform: PlatformName, services: readonly Service[]): Migration['there'] {
  const run = services.filter(({ kind }) => kind !== 'static');
  const files = new Set(run.map(({ evidence }) => evidence[0]?.file));
  if (platform === 'render' || platform === 'none' || (platform === 'fly' && files.size > 1))
    return undefined;
  const count = ({ tasks }: Service): number => Math.max(0, Math.min(1000, Math.round(tasks.max)));
  return run.map((service) => ({ name: service.name, count: count(service) }));
}

/** What a service without a load balancer does not do here: the number of its tasks is fixed. */
function countFindings({ name, kind, tasks, evidence }: Service): Finding[] {
  if (kind === 'cron' || tasks.max <= tasks.min) return [];
  return [
    gap(
      'worker-scaling',
      `${name} has ${tasks.min} to ${tasks.max} instances there, and ${tasks.min} here at all times.`,
      'Give "count" in infra/settings.json as many as the load at its height asks for.',
      evidence,
    ),
  ];
}

const innerName = ({ name, evidence }: Service): Finding =>
  note(
    'private-service',
    `${name} is reached by the other services inside the network.`,
    'It is a worker with a port: the services reach it by its name (ECS Service Connect). Jobs and the release step do not: ECS gives names to services alone.',
    evidence,
  );

/** Everything that runs the app's image beside the web service: workers, jobs, and services of the inside that have no port here. */
export function companionsOf(
  repo: SourceRepo,
  platform: PlatformName,
  app: string,
  services: readonly Service[],
): Companions {
  const worker: Record<string, { command: string }> = {};
  const cron: Record<string, { schedule: string; command: string }> = {};
  const others: Record<string, Migration['others'][string]> = {};
  const names = new Map<string, string>();
  const findings: Finding[] = [];
  for (const service of services) {
    const command = commandOf(repo, platform, service);
    const schedule = service.kind === 'cron' ? scheduleOf(service) : undefined;
    findings.push(...(typeof command === 'string' ? [] : [command]), ...(schedule?.findings ?? []));
    if (typeof command !== 'string' || (schedule && schedule.text === undefined)) continue;
    const name = taskName(service.name, app, new Set(names.values()));
    names.set(service.name, name);
    if (schedule?.text !== undefined) cron[name] = { schedule: schedule.text, command };
    else worker[name] = { command };
    const known = sizeOf(platform, service);
    findings.push(...(known?.findings ?? []), ...stopFindings(service), ...countFindings(service));
    const size = known?.size ?? smallest;
    const isOne = service.kind === 'cron' || (service.once === true && service.tasks.min > 1);
    const count = isOne ? 1 : service.tasks.min;
    const port = service.kind === 'private' ? imageOf(repo, platform, service).port : undefined;
    if (service.kind === 'private') findings.push(innerName(service));
    if (port !== undefined) others[name] = { ...size, count: Math.min(count, 100), port };
    else if (size.cpu !== smallest.cpu || size.memoryMiB !== smallest.memoryMiB || count !== 1)
      others[name] = { ...size, count: Math.min(count, 100) };
  }
  return { worker, cron, others, names, findings };
}

function scheduleOf({ name, schedule, evidence }: Service): { text?: string; findings: readonly Finding[] } {
  if (schedule === undefined)
    return {
      findings: [
        gap(
          'schedule-missing',
          `No file says when ${name} runs.`,
          "Look it up on the old platform and add it: vibely cron NAME --schedule '0 3 * * *' --command '…'",
          evidence,
        ),
      ],
    };
  const { schedules, findings } = readCron(schedule);
  if (schedules.length === 0) return { findings };
  const text = schedule.text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/(?<=^|\s)\?(?=\s|$)/g, '*');
  return { text: text.startsWith('@') ? text.toLowerCase() : text, findings };
}
