import type { AppBuild } from './languages/build.ts';
import type { Decided, Row } from './mapping-rows.ts';
import { cpuAim } from './mapping-sizes.ts';
import type { Evidence, Service } from './plan.ts';

/** A row whose places are not yet in the form in which they are stored. */
export type PlacedRow = Omit<Row, 'evidence'> & { readonly evidence: readonly Evidence[] };

type Place = keyof NonNullable<Service['places']>;

/** Where a service says something; its own place where it is the platform's default. */
const placeIn = ({ places, evidence }: Service, what: Place): readonly Evidence[] => {
  const place = places?.[what];
  return place ? [place] : evidence;
};

const sizeText = ({ cpu, memoryMiB }: { cpu: number; memoryMiB: number }): string =>
  `${cpu / 1024} vCPU, ${memoryMiB} MB`;

const rangeText = ({ min, max }: Service['tasks']): string => (min === max ? `${min}` : `${min} to ${max}`);

const secondsText = (seconds: number | undefined): string =>
  seconds === undefined ? 'no file says' : `${seconds} s`;

/** The tasks that a service has here: of the web service they are scaled, of the others counted. */
function here(service: Service, { web, companions, size, tasks }: Decided) {
  if (service === web) return { size, tasks };
  const name = companions.names.get(service.name);
  if (name === undefined) return undefined;
  const { count, ...own } = companions.others[name] ?? { cpu: 256, memoryMiB: 512, count: 1 };
  return { size: own, tasks: { min: count, max: count } };
}

function aimText({ scaling, tasks }: Service): string {
  const aims = [
    ...(scaling?.cpu === undefined ? [] : [`CPU at ${scaling.cpu} %`]),
    ...(scaling?.memory === undefined ? [] : [`memory at ${scaling.memory} %`]),
  ];
  return `${rangeText(tasks)}${aims.length > 0 ? `, ${aims.join(' and ')}` : ''}`;
}

/** Size, number and time to end of the tasks of one service. */
function taskRows(service: Service, decided: Decided): PlacedRow[] {
  const found = here(service, decided);
  if (found === undefined) return [];
  const { name, kind, size, scaling, shutdownSeconds, once } = service;
  const { min, max } = found.tasks;
  const scales = max > min ? `, added at ${cpuAim(scaling?.cpu) ?? 60} % of the CPU` : '';
  const rows: (PlacedRow | undefined)[] = [
    {
      what: `Size of ${name}`,
      there: size ?? 'no file says',
      here: sizeText(found.size),
      evidence: placeIn(service, 'size'),
    },
    kind === 'cron'
      ? undefined
      : {
          what: `Tasks of ${name}`,
          there: aimText(service),
          here: `${rangeText(found.tasks)}${scales}${once === true ? ', for it must run once' : ''}`,
          evidence: placeIn(service, 'tasks'),
        },
    service === decided.web
      ? {
          what: `Time to end of ${name}`,
          there: secondsText(shutdownSeconds),
          here: `${decided.stopSeconds} s`,
          evidence: placeIn(service, 'stop'),
        }
      : undefined,
  ];
  return rows.filter((row) => row !== undefined);
}

function diskRow({ name, disk }: Service): PlacedRow[] {
  if (!disk) return [];
  const there = `${disk.sizeGb} GB at ${disk.path}`;
  return [
    { what: `Disk of ${name}`, there, here: 'not carried over: see that list', evidence: disk.evidence },
  ];
}

const titles = { node: 'Node', python: 'Python' } as const;

const inContext = (context: string, path: string): string => (context === '' ? path : `${context}/${path}`);

function sourceRows(build: AppBuild, dockerfile: string): PlacedRow[] {
  const { language, version, versionEvidence, manager, lockFile, context, install } = build;
  const title = titles[language];
  return [
    {
      what: 'Language',
      there: versionEvidence.length > 0 ? title : `${title}, no file says which version`,
      here: `${title} ${version}, in \`${dockerfile}\``,
      evidence: versionEvidence,
    },
    {
      what: 'Packages',
      there: `${manager} ${lockFile === undefined ? 'without a lock file' : `with ${lockFile}`}`,
      here: install.length > 0 ? `\`${install.join(' && ')}\`` : 'nothing to install',
      evidence: lockFile === undefined ? [] : [{ file: inContext(context, lockFile), line: 1 }],
    },
  ];
}

function imageRows({ image, web, services }: Decided): PlacedRow[] {
  const { build, ready, dockerfile } = image;
  if (build) return sourceRows(build, dockerfile);
  const here = ready === undefined ? 'built as it is' : `taken along by \`${dockerfile}\``;
  return [
    {
      what: 'Image',
      there: ready ?? `\`${dockerfile}\``,
      here,
      evidence: (web ?? services[0])?.evidence ?? [],
    },
  ];
}

function portRow(decided: Decided): PlacedRow[] {
  const { web, container } = decided;
  if (!web) return [];
  const inCommand = new RegExp(String.raw`\b${container.port}\b`).test(web.start?.text ?? '');
  const place = web.places?.port;
  return [
    {
      what: 'Port',
      there:
        web.port !== undefined || inCommand ? String(web.port ?? container.port) : 'given by the platform',
      here: `${container.port}, as \`PORT\``,
      evidence: place ? [place] : inCommand ? (web.start?.evidence ?? []) : [],
    },
  ];
}

function regionRow({ region, regionThere }: Decided): PlacedRow[] {
  if (regionThere === undefined) return [];
  const { name, evidence } = regionThere;
  const here = `${region ?? 'none is known to be near'}, unless you answered otherwise`;
  return [{ what: 'Region', there: name, here, evidence }];
}

/** How the app runs: image, language, packages, port, sizes, numbers of tasks, disks and the region. */
export function runtimeRows(decided: Decided): PlacedRow[] {
  return [
    ...imageRows(decided),
    ...portRow(decided),
    ...decided.services.flatMap((service) => [...taskRows(service, decided), ...diskRow(service)]),
    ...regionRow(decided),
  ];
}
