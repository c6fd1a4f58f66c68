import { gap, warning } from '../migration/findings.ts';
import { ownValue } from '../migration/own-value.ts';
import type { Database, DatabaseProperty, Finding, Variable, VariableSource } from '../migration/plan.ts';
import { child, itemsOf, type Located, placeOf, textOf, yesOf } from '../migration/tree.ts';
import { mergedVariables, type Sorted, sortVariable } from '../migration/variables.ts';
import { fieldFindings, wrongKind } from './fields.ts';
import { groupFields, variableFields } from './render-fields.ts';

/** What the variables of a service may refer to. */
export interface Names {
  readonly databases: readonly Database[];
  /** Services by name, with their type. */
  readonly services: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, Located>;
}

/** Variables with what is to be said about them. */
export interface Variables {
  readonly variables: readonly Variable[];
  readonly findings: readonly Finding[];
}

const databaseProperties: Readonly<Record<string, DatabaseProperty>> = {
  connectionString: 'url',
  host: 'host',
  port: 'port',
  hostport: 'hostport',
  user: 'user',
  password: 'password',
  database: 'name',
};

const serviceProperties = ['host', 'port', 'hostport'] as const;

type Source = VariableSource | Finding;

const isFinding = (source: Source): source is Finding => 'level' in source;

function unknownProperty(node: Located, property: string): Finding {
  return gap(
    'render-unknown-property',
    `There is no property '${property}' to take a value from.`,
    `Render knows ${Object.keys(databaseProperties).join(', ')}; set the variable by hand.`,
    placeOf(node),
  );
}

function fromDatabase(node: Located): Source {
  const property = textOf(child(node, 'property')) ?? 'connectionString';
  const found = ownValue(databaseProperties, property);
  if (found === undefined) return unknownProperty(node, property);
  return { kind: 'database', database: textOf(child(node, 'name')) ?? '', property: found };
}

/** A variable of another service, or of this one: mostly the address that Render gives it. */
function fromVariable(service: string, variable: string, self: string): VariableSource {
  const property = ownValue(
    { RENDER_EXTERNAL_URL: 'url', RENDER_EXTERNAL_HOSTNAME: 'host' } as const,
    variable,
  );
  if (property === undefined) return { kind: 'copy', service, variable };
  if (service === self) return { kind: 'own-url', property };
  return { kind: 'service', service, property: property === 'host' ? 'public-host' : 'url' };
}

function fromService(node: Located, names: Names, self: string): Source {
  const service = textOf(child(node, 'name')) ?? '';
  const type = names.services.get(service);
  const variable = textOf(child(node, 'envVarKey'));
  const property = textOf(child(node, 'property')) ?? 'host';
  if (type === undefined)
    return gap(
      'render-service-missing',
      `It takes a value from the service '${service}', which the file does not have.`,
      'Set the variable by hand to the address or the value of that service.',
      placeOf(node),
    );
  if (variable !== undefined) return fromVariable(service, variable, self);
  const found = ownValue(databaseProperties, property);
  if (['keyvalue', 'redis'].includes(type))
    return found === undefined
      ? unknownProperty(node, property)
      : { kind: 'database', database: service, property: found };
  const own = serviceProperties.find((one) => one === property);
  return own === undefined ? unknownProperty(node, property) : { kind: 'service', service, property: own };
}

const reasons = {
  generated: 'Render made it up, and kept it; a new one is made for AWS.',
  database: 'The task composes it from the address of the database.',
  service: 'The address of another service.',
  'own-url': "The app's own address.",
  copy: 'The same value as in another service.',
} as const;

/** The source of a variable where the file says it; `undefined` for a plain value or none. */
function statedSource(entry: Located, names: Names, self: string): Source | undefined {
  const database = child(entry, 'fromDatabase');
  if (database) return fromDatabase(database);
  const service = child(entry, 'fromService');
  if (service) return fromService(service, names, self);
  return yesOf(child(entry, 'generateValue')) === true ? { kind: 'generated' } : undefined;
}

function readEntry(
  entry: Located,
  names: Names,
  self: string,
  isStatic: boolean,
  group?: string,
): Sorted | Finding {
  const key = textOf(child(entry, 'key'));
  if (key === undefined)
    return warning('render-variable-nameless', 'A variable has no key.', 'Give it one.', placeOf(entry));
  const shared = group !== undefined && { group };
  const source = statedSource(entry, names, self);
  if (source !== undefined && isFinding(source)) return { ...source, what: `${key}: ${source.what}` };
  const evidence = [placeOf(entry)];
  if (source !== undefined) {
    const reason = reasons[source.kind as keyof typeof reasons];
    return { variable: { name: key, source, reason, ...shared, evidence }, findings: [] };
  }
  const value = yesOf(child(entry, 'sync')) === false ? undefined : textOf(child(entry, 'value'));
  return sortVariable(
    { name: key, value, evidence, ...shared },
    { databases: names.databases, isStatic, platform: 'render' },
  );
}

function readList(
  list: Located | undefined,
  names: Names,
  self: string,
  isStatic: boolean,
  group?: string,
): Variables {
  const subject = group === undefined ? `a variable of ${self}` : `a variable of the group ${group}`;
  const malformed = wrongKind(list, 'list', 'envVars', 'Render');
  const variables: Variable[] = [];
  const findings: Finding[] = malformed ? [malformed] : [];
  for (const entry of itemsOf(list)) {
    if (child(entry, 'fromGroup')) continue;
    findings.push(...fieldFindings(entry, variableFields, subject, 'Render'));
    const read = readEntry(entry, names, self, isStatic, group);
    if ('level' in read) findings.push(read);
    else {
      variables.push(read.variable);
      findings.push(...read.findings);
    }
  }
  return { variables, findings };
}

function readGroup(reference: Located, names: Names, self: string, isStatic: boolean): Variables {
  const name = textOf(reference) ?? '';
  const group = names.groups.get(name);
  if (group) return readList(child(group, 'envVars'), names, self, isStatic, name);
  return {
    variables: [],
    findings: [
      gap(
        'render-group-missing',
        `${self} takes variables from the group '${name}', which the file does not have.`,
        "Copy the group's variables out of Render's dashboard and give them with --variables.",
        placeOf(reference),
      ),
    ],
  };
}

/** The variables of a service, those of its groups among them; its own win over those of a group. */
export function readVariables(service: Located, self: string, names: Names, isStatic: boolean): Variables {
  const list = child(service, 'envVars');
  const own = readList(list, names, self, isStatic);
  const references = itemsOf(list)
    .map((entry) => child(entry, 'fromGroup'))
    .filter((reference) => reference !== undefined);
  const groups = references.map((reference) => readGroup(reference, names, self, isStatic));
  const all = [own, ...groups];
  return {
    variables: mergedVariables(...all.map(({ variables }) => variables)),
    findings: all.flatMap(({ findings }) => findings),
  };
}

/** The groups of variables under their names, with what is odd about them. */
export function readGroups(groups: readonly Located[]): {
  byName: ReadonlyMap<string, Located>;
  findings: Finding[];
} {
  const named = groups.map((group): [string, Located] => [textOf(child(group, 'name')) ?? '', group]);
  const findings = named.flatMap(([name, group]) => [
    ...fieldFindings(group, groupFields, `the group ${name}`, 'Render'),
    ...itemsOf(child(group, 'envVars')).flatMap((entry) => ignoredInGroup(entry, name)),
  ]);
  return { byName: new Map(named), findings };
}

function ignoredInGroup(entry: Located, group: string): Finding[] {
  const sync = child(entry, 'sync');
  if (sync === undefined || yesOf(sync) !== false) return [];
  return [
    warning(
      'render-sync-in-group',
      `The group ${group} marks ${textOf(child(entry, 'key'))} with sync: false, which Render ignores in a group.`,
      'It may never have had a value there; push one if the app needs it.',
      placeOf(sync),
    ),
  ];
}
