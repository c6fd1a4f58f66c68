import type { BuildReading } from './language.ts';
import type { Mapped } from './mapping.ts';
import type {
  Database,
  Evidence,
  Finding,
  MigrationPlan,
  Service,
  ShellLine,
  Variable,
  VariableSource,
} from './plan.ts';
import { titleOf } from './read-live.ts';

/** Most places that are shown of one finding; the JSON has all of them. */
const mostPlaces = 4;

function places(evidence: readonly Evidence[]): string {
  const shown = evidence.slice(0, mostPlaces).map(({ file, line }) => `${file}:${line}`);
  const more = evidence.length - shown.length;
  return shown.length === 0 ? '' : `  [${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}]`;
}

const titles: Readonly<Record<Service['kind'], string>> = {
  web: 'web service, behind a load balancer',
  private: 'private service, inside the network',
  worker: 'worker',
  cron: 'scheduled job',
  static: 'static site',
};

const row = (title: string, text: string, evidence: readonly Evidence[] = []): string =>
  `    ${title.padEnd(10)} ${text.replaceAll('\n', '\n               ')}${places(evidence)}\n`;

const lineRow = (title: string, line: ShellLine | undefined): string =>
  line === undefined ? '' : row(title, line.text, line.evidence);

function tasksText({ tasks, scaling, kind, once }: Service): string {
  if (kind === 'cron' || kind === 'static') return '';
  const aims = [
    ...(scaling?.cpu === undefined ? [] : [`CPU at ${scaling.cpu} %`]),
    ...(scaling?.memory === undefined ? [] : [`memory at ${scaling.memory} %`]),
  ];
  const count = tasks.min === tasks.max ? `${tasks.min}` : `${tasks.min} to ${tasks.max}`;
  const one = once === true && tasks.min > 1 ? ' there, 1 here: it must run once' : '';
  return row('tasks', `${count}${one}${aims.length > 0 ? ` (${aims.join(', ')})` : ''}`);
}

function sourceText(source: VariableSource): string {
  switch (source.kind) {
    case 'plain':
      return JSON.stringify(source.value);
    case 'secret':
      return 'secret (SSM)';
    case 'generated':
      return 'secret, drawn at random (SSM)';
    case 'database':
      return `${source.property} of ${source.database}`;
    case 'service':
      return `${source.property} of ${source.service}`;
    case 'own-url':
      return source.property === 'url' ? "the app's own address" : "the app's own host name";
    case 'copy':
      return `as ${source.variable} of ${source.service}`;
    case 'build':
      return `for the build${source.value === undefined ? '' : `: ${JSON.stringify(source.value)}`}`;
    case 'front-end':
      return `for the front end's build${source.value === undefined ? '' : `: ${JSON.stringify(source.value)}`}`;
    case 'dropped':
      return 'not needed';
  }
}

const variableText = ({ name, source, evidence }: Variable): string =>
  `      ${name.padEnd(30)} ${sourceText(source)}${places(evidence.slice(0, 1))}\n`;

/** What becomes of something, as docs/MIGRATION.md has it. */
const fateOf = ({ migration }: Mapped, what: string): string =>
  migration.rows.find((one) => one.what === what)?.here ?? '';

/** How the image comes about of a service that is carried over. */
function imageText({ image }: Service, reading: BuildReading | undefined, { migration }: Mapped): string {
  if (image !== undefined) return row('image', image);
  const { dockerfile } = migration.container;
  const { app } = reading ?? {};
  if (migration.files?.[dockerfile] === undefined) return row('image', `from ${dockerfile}, as it is`);
  if (app === undefined) return row('image', `${dockerfile} is written`);
  const names = { node: 'Node', python: 'Python' } as const;
  const what = [
    `${names[app.language]} ${app.version} with ${app.manager}`,
    ...(app.framework ? [app.framework] : []),
  ];
  return row('image', `${dockerfile} is written: ${what.join(', ')}`, app.versionEvidence);
}

/** What the owner has to know of a service that is not carried over: where it comes from. */
function originText({ image, repo, docker }: Service): string {
  const origin = image ?? repo ?? (docker && `from ${docker.file}`);
  return origin === undefined ? '' : row('image', origin);
}

function serviceText(service: Service, reading: BuildReading | undefined, mapped: Mapped): string {
  const { name, kind, root, size, disk, domains, variables, evidence } = service;
  const { migration, names } = mapped;
  const here = names.get(name);
  const isWeb = kind === 'web' && migration.service === name;
  const inner = here === undefined ? undefined : migration.others[here]?.port;
  const port = isWeb ? migration.container.port : (inner ?? service.port);
  const isCarried = isWeb || here !== undefined;
  return [
    `\n  ${name}: ${titles[kind]}${places(evidence)}\n`,
    root === '' ? '' : row('folder', root),
    row('here', fateOf(mapped, `Service ${name}`)),
    isCarried ? imageText(service, reading, mapped) : originText(service),
    lineRow('build', service.build),
    ...(reading?.release ?? [service.release]).map((one) => lineRow('release', one)),
    lineRow('start', service.start),
    lineRow('schedule', service.schedule),
    lineRow('health', service.healthPath),
    lineRow('pages', service.publish),
    port === undefined ? '' : row('port', `${port}`),
    size === undefined ? '' : row('size there', size),
    tasksText(service),
    disk ? row('disk', `${disk.sizeGb} GB at ${disk.path}`, disk.evidence) : '',
    ...domains.map((one) => row('domain', one.name, one.evidence)),
    variables.length === 0 ? '' : `    variables\n${variables.map(variableText).join('')}`,
  ].join('');
}

function databaseText({ name, kind, version, size, storageGb, evidence }: Database, mapped: Mapped): string {
  const facts = [
    version === undefined ? 'version not known' : `version ${version}`,
    ...(size === undefined ? [] : [size]),
    ...(storageGb === undefined ? [] : [`${storageGb} GB`]),
  ];
  const here = row('here', fateOf(mapped, `Database ${name}`));
  return `  ${name}: ${kind}, ${facts.join(', ')}${places(evidence)}\n${here}`;
}

const findingText = ({ what, fix, evidence }: Finding): string =>
  `  - ${what}${places(evidence)}\n    ${fix}\n`;

const section = (title: string, parts: readonly string[]): string =>
  parts.length === 0 ? '' : `\n${title}\n${parts.join('')}`;

function header({ platform, evidence, regionThere, region, others }: MigrationPlan): string {
  const from = platform === 'none' ? 'An app without files of a platform' : `An app on ${titleOf(platform)}`;
  const near = region === undefined ? '' : ` (${region} of AWS)`;
  const where = regionThere === undefined ? '' : `, region ${regionThere.name}${near}`;
  const files = [...new Set(evidence.map(({ file }) => file))];
  return [
    `${from}${where}${files.length === 0 ? '' : `: ${files.join(', ')}`}.\n`,
    ...others.map(
      (other) =>
        `Not followed: ${titleOf(other.platform)}${places(other.evidence)}\n${other.disagreements.map((one) => `  - ${one}\n`).join('')}`,
    ),
  ].join('');
}

const levels = {
  gap: 'Not carried over: decide or do',
  warning: 'Carried over: look at',
  note: 'Good to know',
} as const;

/**
 * The plan as people read it: what runs, what it needs, what becomes of it here, and every finding with its places.
 * @param mapped what the plan comes to.
 */
export function describePlan(plan: MigrationPlan, mapped: Mapped): string {
  const { services, databases, builds } = plan;
  const { findings } = mapped;
  return [
    header(plan),
    section(
      'What runs',
      services.map((service) => serviceText(service, builds[service.name], mapped)),
    ),
    section(
      'Databases',
      databases.map((database) => databaseText(database, mapped)),
    ),
    ...(['gap', 'warning', 'note'] as const).map((level) => {
      const those = findings.filter((finding) => finding.level === level);
      return section(`${levels[level]} (${those.length})`, those.map(findingText));
    }),
  ].join('');
}
