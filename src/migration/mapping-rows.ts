import { quoteWords } from './commands.ts';
import { placeText } from './findings.ts';
import { type DatabasesHere, databaseFate, databaseThere } from './mapping-databases.ts';
import type { DomainsHere } from './mapping-domains.ts';
import type { UsualVariable } from './mapping-environment.ts';
import type { AppImage } from './mapping-image.ts';
import { runtimeRows } from './mapping-rows-runtime.ts';
import type { Companions } from './mapping-services.ts';
import type { PlacedVariable } from './mapping-variables.ts';
import type { Database, Evidence, Finding, MigrationPlan, Service } from './plan.ts';
import type { Migration } from './stored.ts';

/** A row of docs/MIGRATION.md. */
export type Row = Migration['rows'][number];

/** The most places that a row names: the first ones say where to look. */
const mostPlaces = 3;

const placesOf = (evidence: readonly Evidence[]): string[] =>
  [...new Set(evidence.map(placeText))].slice(0, mostPlaces);

/** A finding as it is stored. */
export const storedFinding = ({ evidence, ...finding }: Finding): Migration['findings'][number] => ({
  ...finding,
  evidence: placesOf(evidence),
});

/** What was made of everything, as far as it was decided. */
export interface Decided {
  readonly web: Service | undefined;
  readonly services: readonly Service[];
  readonly image: AppImage;
  readonly companions: Companions;
  readonly data: DatabasesHere;
  readonly domains: DomainsHere;
  readonly placed: readonly PlacedVariable[];
  readonly container: Migration['container'];
  readonly release: readonly string[];
  readonly size: Migration['size'];
  readonly tasks: Migration['tasks'];
  readonly stopSeconds: number;
  readonly region: MigrationPlan['region'];
  readonly regionThere: MigrationPlan['regionThere'];
  /** Variables that no file has, with their values. */
  readonly usual: readonly UsualVariable[];
}

/** What is said where something has a gap. */
const notCarried = 'not carried over: see that list';

/**
 * What becomes of a service, in a few words.
 * @param name what it is called here; `undefined` where it is not carried over.
 * @param port on which the others reach it, where they do.
 */
function fateOf({ kind }: Service, isWeb: boolean, name?: string, port?: number): string {
  if (isWeb) return 'ECS Fargate service behind the load balancer';
  if (name === undefined) return notCarried;
  if (kind === 'cron') return `Job \`${name}\`: EventBridge Scheduler starts a task`;
  const reached = port === undefined ? 'a service without a port' : `the others reach it at ${name}:${port}`;
  return `Worker \`${name}\`: ${reached}`;
}

function serviceRow(service: Service, { web, companions }: Decided): Row {
  const there = [service.kind, service.size, service.root && `in ${service.root}`].filter(Boolean).join(', ');
  const name = companions.names.get(service.name);
  const port = name === undefined ? undefined : companions.others[name]?.port;
  const here = fateOf(service, service === web, name, port);
  return { what: `Service ${service.name}`, there, here, evidence: placesOf(service.evidence) };
}

function lineRows(decided: Decided): Row[] {
  const { web, image, container, release, domains } = decided;
  if (!web) return [];
  const rows: (Row | undefined)[] = [
    web.build && {
      what: 'Build command',
      there: `\`${web.build.text}\``,
      here: `\`${container.dockerfile}\``,
      evidence: placesOf(web.build.evidence),
    },
    web.start && {
      what: 'Start command',
      there: `\`${web.start.text}\``,
      here: `\`${container.command.length > 0 ? quoteWords(container.command) : `CMD of ${container.dockerfile}`}\``,
      evidence: placesOf(web.start.evidence),
    },
    ...image.releases.map((line) => ({
      what: 'Before each deployment',
      there: `\`${line.text}\``,
      here: `release step: \`${quoteWords(release)}\``,
      evidence: placesOf(line.evidence),
    })),
    web.healthPath && {
      what: 'Health check',
      there: `\`${web.healthPath.text}\``,
      here: `\`${container.healthPath}\`, answers ${container.healthCodes}, every 15 s for as long as it runs`,
      evidence: placesOf(web.healthPath.evidence),
    },
    ...domains.domains.map(({ name, evidence }) => ({
      what: `Domain ${name}`,
      there: web.domains.some((one) => one.name === name) ? 'custom domain' : 'added by the platform',
      here:
        name.trim().toLowerCase() === domains.chosen
          ? 'zone and certificate: docs/runbooks/domain-and-https.md'
          : 'not set up: see the list of what is not carried over',
      evidence: placesOf(evidence),
    })),
  ];
  return rows.filter((row) => row !== undefined);
}

const databaseRow = (database: Database, { data }: Decided): Row => ({
  what: `Database ${database.name}`,
  there: databaseThere(database),
  here: databaseFate(database, data),
  evidence: placesOf(database.evidence),
});

const hereOf = ({ place }: PlacedVariable): string => {
  switch (place.to) {
    case 'variable':
      return '`variables` of `container` in infra/settings.json';
    case 'secret':
      return 'secret in the Parameter Store';
    case 'generated':
      return 'secret in the Parameter Store: the old value, or a new one';
    case 'composed':
      return `composed in the task: \`${place.value}\``;
    case 'address':
      return `the app's own ${place.form === 'url' ? 'address' : 'host name'}`;
    case 'set':
      return 'the task has it by itself';
    case 'nowhere':
      return 'left out';
  }
};

function variableRow(placed: PlacedVariable): Row {
  const { name, reason, evidence } = placed.variable;
  return { what: `Variable \`${name}\``, there: reason, here: hereOf(placed), evidence: placesOf(evidence) };
}

const usualRow = ({ name, value, reason }: UsualVariable): Row => ({
  what: `Variable \`${name}\``,
  there: 'no file says',
  here: `\`${value}\`: ${reason}`,
  evidence: [],
});

/** What stands there and where it goes, row by row. */
export function rowsOf(decided: Decided): Row[] {
  return [
    ...decided.services.map((service) => serviceRow(service, decided)),
    ...lineRows(decided),
    ...runtimeRows(decided).map((row) => ({ ...row, evidence: placesOf(row.evidence) })),
    ...decided.data.databases.map((database) => databaseRow(database, decided)),
    ...decided.placed.map(variableRow),
    ...decided.usual.map(usualRow),
  ];
}
