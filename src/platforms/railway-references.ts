import { gap } from '../migration/findings.ts';
import { ownValue } from '../migration/own-value.ts';
import type { Database, Evidence, Finding, VariableSource } from '../migration/plan.ts';
import { type Sorted, sortVariable } from '../migration/variables.ts';
import { databaseNamed } from '../migration/variables-names.ts';
import type { Value } from './railway-program.ts';
import { type Call, databaseKinds, nameOf, textOf } from './railway-values.ts';

/** The database or service that a value is a part of, and the part: `db.env.PGHOST` gives PGHOST of db. */
function reference(value: Value): { call: Call; part: string } | undefined {
  if (value.kind !== 'member') return undefined;
  const { of, name } = value;
  if (of.kind === 'call') return { call: of, part: name };
  return of.kind === 'member' && of.name === 'env' && of.of.kind === 'call'
    ? { call: of.of, part: name }
    : undefined;
}

const addressVariables: Readonly<Record<string, 'host' | 'public-host' | 'port' | 'url'>> = {
  RAILWAY_PRIVATE_DOMAIN: 'host',
  RAILWAY_PUBLIC_DOMAIN: 'public-host',
  RAILWAY_STATIC_URL: 'public-host',
  PORT: 'port',
  url: 'url',
};

function referenced(call: Call, part: string): VariableSource {
  const name = nameOf(call);
  if (ownValue(databaseKinds, call.name) !== undefined)
    return { kind: 'database', database: name, property: databaseNamed(part)?.property ?? 'url' };
  if (call.name === 'bucket') return { kind: 'secret' };
  const property = ownValue(addressVariables, part);
  return property === undefined
    ? { kind: 'copy', service: name, variable: part }
    : { kind: 'service', service: name, property };
}

/** `${{Postgres.DATABASE_URL}}`, Railway's own form of a reference, as the whole of a value. */
function templated(text: string, resources: readonly Call[]): VariableSource | undefined {
  const [, name, part] = /^\$\{\{\s*([\w -]+)\.(\w+)\s*\}\}$/.exec(text) ?? [];
  const call = resources.find((one) => nameOf(one) === name);
  return call === undefined || part === undefined ? undefined : referenced(call, part);
}

/** `https://${{api.RAILWAY_PUBLIC_DOMAIN}}` is the address of a service as a whole. */
function addressOf(text: string, resources: readonly Call[]): VariableSource | undefined {
  const [, reference = ''] = /^https?:\/\/(\$\{\{[^}]+\}\})\/?$/.exec(text) ?? [];
  const source = templated(reference, resources);
  return source?.kind === 'service' && source.property === 'public-host'
    ? { ...source, property: 'url' }
    : undefined;
}

/** A value that Railway puts together of others, and that is not known as a whole here. */
function joinedFinding(name: string, evidence: readonly Evidence[]): Finding {
  return gap(
    'railway-reference',
    `${name} is put together of other variables.`,
    'Put it together in the code, or push its whole value as a secret.',
    evidence,
  );
}

/** What a value refers to; `undefined` for a plain one. */
function statedSource(value: Value, resources: readonly Call[]): VariableSource | undefined {
  const part = reference(value);
  if (part) return referenced(part.call, part.part);
  if (value.kind === 'call' && value.name === 'ref') {
    const [target, name] = value.args;
    return target?.kind === 'call' ? referenced(target, textOf(name) ?? '') : undefined;
  }
  const text = textOf(value);
  return text === undefined ? undefined : (templated(text, resources) ?? addressOf(text, resources));
}

/** A variable of a service: what it refers to, else as its value has it. */
export function variableOf(
  name: string,
  value: Value,
  file: string,
  resources: readonly Call[],
  databases: readonly Database[],
): Sorted {
  const evidence = [{ file, line: value.line }];
  const text = textOf(value);
  const source = statedSource(value, resources);
  if (source)
    return {
      variable: { name, source, reason: 'It refers to another part of the project.', evidence },
      findings: [],
    };
  const isJoined = text?.includes('${{') === true;
  const sorted = sortVariable(
    { name, value: isJoined ? undefined : text, evidence },
    { databases, platform: 'railway' },
  );
  return isJoined ? { ...sorted, findings: [...sorted.findings, joinedFinding(name, evidence)] } : sorted;
}
