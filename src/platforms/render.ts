import { gap, note, warning } from '../migration/findings.ts';
import type { Database, Evidence, Finding, PlatformReading, Service } from '../migration/plan.ts';
import { twinOf } from '../migration/regions-there.ts';
import type { SourceRepo } from '../migration/repo.ts';
import { child, itemsOf, kindOf, type Located, placeOf, textOf } from '../migration/tree.ts';
import { readYaml } from '../migration/yaml.ts';
import type { Platform } from './all.ts';
import { fieldFindings, wrongKind } from './fields.ts';
import { type DatabaseReading, missingDatabase, readCache, readDatabase } from './render-database.ts';
import { environmentFields, projectFields, rootFields } from './render-fields.ts';
import { kindOfService, originOf, readService, serviceFieldFindings } from './render-service.ts';
import { type Names, readGroups } from './render-variables.ts';

/** A part of a file that holds services: its top, or an environment of a project. */
interface Scope {
  readonly node: Located;
  /** Name of the environment; `undefined` for the top of the file. */
  readonly environment?: string;
}

const lists = ['services', 'databases', 'envVarGroups'] as const;

/** The production environment of a project: by its name, else the first. */
function productionOf(environments: readonly Located[]): Located | undefined {
  return (
    environments.find((one) => /^(prod|production|live|main)$/i.test(textOf(child(one, 'name')) ?? '')) ??
    environments[0]
  );
}

function readProject(project: Located): { scopes: Scope[]; findings: Finding[] } {
  const environments = itemsOf(child(project, 'environments'));
  const production = productionOf(environments);
  const others = environments.filter((one) => one !== production);
  return {
    scopes: production ? [{ node: production, environment: textOf(child(production, 'name')) ?? '' }] : [],
    findings: [
      ...fieldFindings(project, projectFields, 'a project', 'Render'),
      ...environments.flatMap((one) =>
        fieldFindings(one, environmentFields, `the environment ${textOf(child(one, 'name'))}`, 'Render'),
      ),
      ...others.map((one) => otherEnvironment(one, textOf(child(production, 'name')) ?? '')),
    ],
  };
}

function otherEnvironment(node: Located, production: string): Finding {
  const services = itemsOf(child(node, 'services')).map((one) => textOf(child(one, 'name')) ?? '?');
  return warning(
    'render-environment',
    `The environment ${textOf(child(node, 'name'))} (${services.join(', ') || 'no services'}) is read for its name only.`,
    `The plan follows ${production}: dev and prod here are made of it; for a third one: vibely environment NAME.`,
    placeOf(node),
  );
}

function scopesOf(root: Located): { scopes: Scope[]; findings: Finding[] } {
  const projects = itemsOf(child(root, 'projects')).map(readProject);
  const ungrouped = child(root, 'ungrouped');
  return {
    scopes: [
      { node: root },
      ...(ungrouped ? [{ node: ungrouped }] : []),
      ...projects.flatMap(({ scopes }) => scopes),
    ],
    findings: projects.flatMap(({ findings }) => findings),
  };
}

const objectsOf = (scopes: readonly Scope[], list: (typeof lists)[number]): Located[] =>
  scopes.flatMap(({ node }) => itemsOf(child(node, list))).filter((node) => kindOf(node) === 'map');

/** Items of a list that are no objects, such as a name alone. */
const oddItems = (scopes: readonly Scope[], list: (typeof lists)[number]): Finding[] =>
  scopes
    .flatMap(({ node }) => itemsOf(child(node, list)))
    .map((node) => wrongKind(node, 'map', `an item of ${list}`, 'Render'))
    .filter((finding) => finding !== undefined);

const isCache = (node: Located): boolean => ['keyvalue', 'redis'].includes(textOf(child(node, 'type')) ?? '');

function unknownType(node: Located): Finding {
  const type = textOf(child(node, 'type'));
  const name = textOf(child(node, 'name')) ?? 'A service';
  return gap(
    type === 'workflow' ? 'render-workflow' : 'render-unknown-type',
    type === undefined
      ? `${name} has no type.`
      : `${name} is of the type '${type}', which has no place here.`,
    'Its code stays: run it as a worker or as a job (vibely worker, vibely cron).',
    placeOf(child(node, 'type') ?? node),
  );
}

/** Databases that variables take values from, although the file has none of that name. */
function missing(services: readonly Service[], known: readonly Database[]): DatabaseReading[] {
  const uses = services.flatMap(({ variables }) =>
    variables.flatMap(({ source, evidence }) =>
      source.kind === 'database' ? [{ name: source.database, evidence }] : [],
    ),
  );
  const absent = uses.filter(({ name }) => !known.some((database) => database.name === name));
  return [...Map.groupBy(absent, ({ name }) => name)].map(([name, places]) =>
    missingDatabase(
      name,
      places.flatMap(({ evidence }) => evidence),
    ),
  );
}

function regionsOf(nodes: readonly Located[]): Pick<PlatformReading, 'region' | 'regionThere' | 'findings'> {
  const regions = nodes.map((node) => child(node, 'region')).filter((node) => node !== undefined);
  const names = [...new Set(regions.map(textOf).filter((name) => name !== undefined))];
  const [first] = names;
  const several = warning(
    'render-regions',
    `Services and databases lie in several regions: ${names.join(', ')}.`,
    'One region is set up, for all data; the first was taken.',
    regions.map(placeOf),
  );
  if (first === undefined) return { findings: [] };
  return {
    ...twinOf('render', first, regions.map(placeOf)),
    findings: names.length > 1 ? [several] : [],
  };
}

function emptyFindings(root: Located, count: number): Finding[] {
  if (count > 0) return [];
  return [
    gap(
      'render-empty',
      `${root.file} has neither services nor databases.`,
      'Nothing was understood from it: see the list of keys in its other findings.',
      placeOf(root),
    ),
  ];
}

function readBlueprint(root: Located, repo: SourceRepo, evidence: readonly Evidence[]): PlatformReading {
  const { scopes, findings } = scopesOf(root);
  const malformed = scopes.flatMap(({ node }) =>
    lists.map((list) => wrongKind(child(node, list), 'list', list, 'Render')),
  );
  const services = objectsOf(scopes, 'services');
  const stated = objectsOf(scopes, 'databases');
  const groups = readGroups(objectsOf(scopes, 'envVarGroups'));
  const subject = (node: Located): string => `the service ${textOf(child(node, 'name'))}`;
  const databases = [
    ...stated.map(readDatabase),
    ...services.filter(isCache).map((node) => readCache(node, serviceFieldFindings(node, subject(node)))),
  ];
  const names: Names = {
    databases: databases.map(({ database }) => database),
    services: new Map(
      services.map((node) => [textOf(child(node, 'name')) ?? '', textOf(child(node, 'type')) ?? '']),
    ),
    groups: groups.byName,
  };
  const others = services.filter((node) => !isCache(node));
  // The file lies in the repo of what it is about first of all: its first web service.
  const first = others.find((node) => kindOfService(node) === 'web') ?? others[0];
  const own = first && originOf(first);
  const read = others.flatMap((node) => {
    const kind = kindOfService(node);
    return kind === undefined ? [] : [readService(node, kind, names, repo, own)];
  });
  const absent = missing(
    read.map(({ service }) => service),
    names.databases,
  );
  const regions = regionsOf([...services, ...stated]);
  return {
    platform: 'render',
    evidence,
    services: read.map(({ service }) => service),
    databases: [...databases, ...absent].map(({ database }) => database),
    ...regions,
    findings: [
      ...fieldFindings(root, rootFields, 'the Blueprint', 'Render'),
      ...malformed.filter((one) => one !== undefined),
      ...lists.flatMap((list) => oddItems(scopes, list)),
      ...emptyFindings(root, services.length + stated.length),
      ...findings,
      ...groups.findings,
      ...others.filter((node) => kindOfService(node) === undefined).map(unknownType),
      ...[...databases, ...absent, ...read].flatMap((one) => one.findings),
      ...regions.findings,
    ],
  };
}

/** The Blueprint: at the top, else the first one below, which Render takes where its path is set so. */
function blueprintOf(repo: SourceRepo): { path?: string; findings: Finding[] } {
  const all = repo.paths.filter((path) => /(^|\/)render\.ya?ml$/.test(path));
  const top = ['render.yaml', 'render.yml'].find((path) => repo.has(path));
  const path = top ?? all.sort((a, b) => a.split('/').length - b.split('/').length)[0];
  const others = all.filter((one) => one !== path);
  return {
    ...(path !== undefined && { path }),
    findings: others.map((one) =>
      note('render-other-blueprint', `${one} was not read.`, `The plan follows ${path}.`, {
        file: one,
        line: 1,
      }),
    ),
  };
}

function read(repo: SourceRepo): PlatformReading {
  const { path, findings } = blueprintOf(repo);
  const nothing: PlatformReading = {
    platform: 'render',
    evidence: [],
    services: [],
    databases: [],
    findings: [],
  };
  if (path === undefined) return nothing;
  const evidence = [{ file: path, line: 1 }];
  const { root, findings: odd } = readYaml(repo, path);
  if (root === undefined) return { ...nothing, evidence, findings: [...odd, ...findings] };
  const malformed = wrongKind(root, 'map', 'the file', 'Render');
  if (malformed) return { ...nothing, evidence, findings: [...odd, malformed, ...findings] };
  const reading = readBlueprint(root, repo, evidence);
  return { ...reading, findings: [...odd, ...findings, ...reading.findings] };
}

/** Render, by its Blueprint: the flat form and that with projects. */
export const render: Platform = { name: 'render', title: 'Render', read };
