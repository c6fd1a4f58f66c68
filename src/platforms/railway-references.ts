import type { Database, VariableSource } from '../migration/plan.ts';
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
  if (databaseKinds[call.name] !== undefined)
    return { kind: 'database', database: name, property: databaseNamed(part)?.property ?? 'url' };
  const property = addressVariables[part];
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
  const part = reference(value);
  const isRef = value.kind === 'call' && value.name === 'ref';
  const target = isRef ? value.args[0] : undefined;
  const source =
    part !== undefined
      ? referenced(part.call, part.part)
      : target?.kind === 'call' && isRef
        ? referenced(target, textOf(value.args[1]) ?? '')
        : text !== undefined
          ? templated(text, resources)
          : undefined;
  if (source)
    return {
      variable: { name, source, reason: 'It refers to another part of the project.', evidence },
      findings: [],
    };
  return sortVariable({ name, value: text, evidence }, { databases });
}
