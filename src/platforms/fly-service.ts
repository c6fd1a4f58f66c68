import { posix } from 'node:path';
import { quoteWords } from '../migration/commands.ts';
import { gap, note, warning } from '../migration/findings.ts';
import type { Evidence, Finding, Service, ShellLine, Variable } from '../migration/plan.ts';
import {
  child,
  entriesOf,
  itemsOf,
  kindOf,
  type Located,
  numberOf,
  placeOf,
  textOf,
  textsOf,
  withPlaces,
  yesOf,
} from '../migration/tree.ts';
import { readChecks } from './fly-checks.ts';

/** A process of a Fly app; `app` where fly.toml names none. */
export interface FlyProcess {
  readonly name: string;
  readonly line: ShellLine | undefined;
  readonly place: Evidence;
}

/** What is the same for all processes of a fly.toml. */
export interface FlyApp {
  readonly root: Located;
  readonly folder: string;
  readonly variables: readonly Variable[];
  readonly docker: Service['docker'];
  readonly image: string | undefined;
  readonly processes: readonly FlyProcess[];
}

/** What a process becomes. */
export interface FlyReading {
  readonly service: Service;
  readonly findings: readonly Finding[];
}

/** A section may stand once, or several times in a list. */
const sections = (node: Located | undefined): readonly Located[] =>
  node === undefined
    ? []
    : kindOf(node) === 'map'
      ? [node]
      : itemsOf(node).filter((item) => kindOf(item) === 'map');

/** Whether a section is about a process: it names it, or names none and the process is the only one, or `app`. */
function isAbout(section: Located, name: string, { processes }: FlyApp): boolean {
  const named = textsOf(child(section, 'processes'));
  return named.length > 0 ? named.includes(name) : processes.length === 1 || name === 'app';
}

/** `5`, `"5s"`, `"1m30s"` in seconds. */
export function secondsOf(node: Located | undefined): number | undefined {
  const text = textOf(node)?.trim();
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const factors: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };
  return parts.length === 0
    ? undefined
    : parts.reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (factors[unit] ?? 1), 0);
}

/** `512mb`, `"1gb"`, `256` as Fly reads a size: megabytes. */
export function megabytesOf(node: Located | undefined): number | undefined {
  const [, amount, unit = 'mb'] =
    /^(\d+(?:\.\d+)?)\s*(mb|m|gb|g|mib|gib)?$/i.exec(textOf(node)?.trim() ?? '') ?? [];
  if (amount === undefined) return undefined;
  return Math.round(Number(amount) * (/^g/i.test(unit) ? 1024 : 1));
}

/** The size as the tables know it: `shared-cpu-2x 1024mb`. */
function sizeOf(vm: Located | undefined): string | undefined {
  if (vm === undefined) return undefined;
  const cpus = numberOf(child(vm, 'cpus')) ?? 1;
  const kind = textOf(child(vm, 'cpu_kind')) ?? 'shared';
  const preset =
    textOf(child(vm, 'size')) ?? (kind === 'performance' ? `performance-${cpus}x` : `shared-cpu-${cpus}x`);
  const memory = megabytesOf(child(vm, 'memory')) ?? numberOf(child(vm, 'memory_mb'));
  return memory === undefined ? preset : `${preset} ${memory}mb`;
}

/** What Fly does itself with what comes in at a port, such as `tls` and `http`. */
const handlersOf = (port: Located): string[] => textsOf(child(port, 'handlers'));

/** The port under which a service of Fly is spoken to over HTTP; others are open to anything over TCP. */
const speaksHttp = (service: Located): boolean => {
  const handlers = itemsOf(child(service, 'ports')).flatMap(handlersOf);
  return handlers.length === 0 ? child(service, 'ports') === undefined : handlers.includes('http');
};

interface Served {
  readonly http: Located | undefined;
  readonly others: readonly Located[];
}

function servedBy(app: FlyApp, name: string): Served {
  const own = (key: string): Located[] =>
    sections(child(app.root, key)).filter((section) => isAbout(section, name, app));
  const [http] = own('http_service');
  const services = own('services');
  const web = http ?? services.find(speaksHttp);
  return { http: web, others: services.filter((service) => service !== web) };
}

const checksOf = (http: Located | undefined, app: FlyApp, name: string): readonly Located[] => [
  ...sections(child(http, 'checks')),
  ...sections(child(http, 'http_checks')),
  ...[...entriesOf(child(app.root, 'checks')).values()].filter((check) => isAbout(check, name, app)),
];

function diskOf(app: FlyApp, name: string): Service['disk'] | undefined {
  const mount = sections(child(app.root, 'mounts')).find((section) => isAbout(section, name, app));
  const path = textOf(child(mount, 'destination'));
  if (mount === undefined || path === undefined) return undefined;
  const size = megabytesOf(child(mount, 'initial_size'));
  return {
    path,
    sizeGb: size === undefined ? 1 : Math.max(1, Math.ceil(size / 1024)),
    evidence: [placeOf(mount)],
  };
}

/** `experimental.cmd` and `entrypoint` replace the image's own. */
function replacedCommand(root: Located): ShellLine | undefined {
  const experimental = child(root, 'experimental');
  const words = [
    ...textsOf(child(experimental, 'entrypoint')),
    ...textsOf(child(experimental, 'cmd') ?? child(experimental, 'exec')),
  ];
  return experimental && words.length > 0
    ? { text: words.length === 1 ? (words[0] ?? '') : quoteWords(words), evidence: [placeOf(experimental)] }
    : undefined;
}

/** A service of Fly that is open for more than HTTP, on these ports. */
function otherPort(name: string, service: Located, ports: readonly Located[], at = service): Finding {
  const numbers = ports.map((port) => textOf(child(port, 'port')) ?? '?');
  const protocol = textOf(child(service, 'protocol')) ?? 'tcp';
  return gap(
    'fly-other-port',
    `${name} is open on ${protocol} ${numbers.join(', ') || textOf(child(service, 'internal_port'))}, and not for HTTP.`,
    'A load balancer for HTTP cannot carry it: it needs a Network Load Balancer of its own.',
    placeOf(at),
  );
}

function serviceFindings(name: string, { http, others }: Served, disk: Service['disk']): Finding[] {
  const findings: Finding[] = [];
  const autostop = child(http, 'auto_stop_machines');
  const sleeps = autostop !== undefined && yesOf(autostop) !== false && textOf(autostop) !== 'off';
  if (autostop !== undefined && sleeps)
    findings.push(
      gap(
        'fly-scale-to-zero',
        `${name} stops when nobody asks for it.`,
        'ECS keeps at least one task running, and it is paid for; npm --prefix ops run ops -- pause stops an environment by hand.',
        placeOf(autostop),
      ),
    );
  const idle = child(http, 'http_options', 'idle_timeout');
  if (idle !== undefined)
    findings.push(
      note(
        'fly-idle-timeout',
        `The proxy closes a connection after ${textOf(idle)} s without a byte.`,
        'The load balancer has 60 s, and 3600 s where the app holds connections open: that is one of the questions.',
        placeOf(idle),
      ),
    );
  const raw = itemsOf(child(http, 'ports')).filter((port) => !handlersOf(port).includes('http'));
  if (http && raw.length > 0) findings.push(otherPort(name, http, raw, raw[0]));
  for (const other of others) findings.push(otherPort(name, other, itemsOf(child(other, 'ports'))));
  if (disk)
    findings.push(
      gap(
        'disk',
        `${name} keeps files on a disk of ${disk.sizeGb} GB at ${disk.path}.`,
        'Decide: S3 for uploads (several tasks, needs code), or EFS (a mounted folder, slower, no code; no database on it).',
        disk.evidence,
      ),
    );
  if (disk && http)
    findings.push(
      warning(
        'fly-disk-machines',
        `Each machine of ${name} has a disk of its own.`,
        'Find out which of them has the data before it is copied.',
        disk.evidence,
      ),
    );
  return findings;
}

function tasksOf(http: Located | undefined, disk: Service['disk']): Service['tasks'] {
  const least = Math.max(1, numberOf(child(http, 'min_machines_running')) ?? 1);
  // Fly makes two machines of whatever serves, unless a disk pins it.
  return disk ? { min: 1, max: 1 } : { min: least, max: Math.max(least, http ? 2 : 1) };
}

/** Turns a process into a service. */
export function readFlyProcess(app: FlyApp, process: FlyProcess, release: ShellLine | undefined): FlyReading {
  const { root } = app;
  const { name, line, place } = process;
  const served = servedBy(app, name);
  const { http } = served;
  const { path: health, findings } = readChecks(checksOf(http, app, name), name);
  const disk = diskOf(app, name);
  const vm = sections(child(root, 'vm')).find(
    (section) => isAbout(section, name, app) || textsOf(child(section, 'processes')).length === 0,
  );
  const size = sizeOf(vm);
  const start = line ?? replacedCommand(root);
  const seconds = secondsOf(child(root, 'kill_timeout')) ?? 5;
  const port = numberOf(child(http ?? served.others[0], 'internal_port')) ?? (http && 8080);
  const kind = http ? 'web' : served.others.length > 0 ? 'private' : 'worker';
  const service: Service = {
    name,
    kind,
    root: app.folder,
    ...(app.docker && { docker: app.docker }),
    ...(app.image !== undefined && { image: app.image }),
    ...(start && { start }),
    ...(release && { release }),
    ...(port !== undefined && { port }),
    ...(health && { healthPath: { text: textOf(health) ?? '/', evidence: [placeOf(health)] } }),
    size: size ?? 'shared-cpu-1x',
    tasks: tasksOf(http, disk),
    shutdownSeconds: seconds,
    ...(disk && { disk }),
    domains: [],
    variables: app.variables,
    ...withPlaces({
      port: child(http ?? served.others[0], 'internal_port'),
      size: vm,
      tasks: child(http, 'min_machines_running'),
      stop: child(root, 'kill_timeout'),
    }),
    evidence: [http ? placeOf(http) : place],
  };
  return { service, findings: [...findings, ...serviceFindings(name, served, disk)] };
}

/** The folder of a fly.toml, in which its paths begin. */
export const folderOf = (file: string): string => (posix.dirname(file) === '.' ? '' : posix.dirname(file));
