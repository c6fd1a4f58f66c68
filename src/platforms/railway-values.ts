import type { Database } from '../migration/plan.ts';
import type { Located } from '../migration/tree.ts';
import type { Value } from './railway-program.ts';

/** A call of one of Railway's functions. */
export type Call = Extract<Value, { kind: 'call' }>;

/** The functions that make a database, with its kind. */
export const databaseKinds: Readonly<Record<string, Database['kind']>> = {
  postgres: 'postgres',
  redis: 'redis',
  mysql: 'mysql',
  mongo: 'mongo',
};

/** An argument of a call, counted from 0. */
export const argument = (call: Call, index: number): Value | undefined => call.args[index];

/** The value under a key. */
export const entry = (value: Value | undefined, key: string): Value | undefined =>
  value?.kind === 'map' ? value.entries.get(key) : undefined;

/** A plain value as text; `undefined` for anything else. */
export const textOf = (value: Value | undefined): string | undefined =>
  value?.kind === 'plain' && value.value !== null ? String(value.value) : undefined;

/** The name that a call gives its service or database. */
export const nameOf = (call: Call): string => textOf(argument(call, 0)) ?? call.name;

/** A value in the form of a file's, without what is known only when it runs. */
export function located(value: Value, file: string): Located | undefined {
  const { line } = value;
  if (value.kind === 'plain') return { file, line, value: value.value };
  if (value.kind === 'list')
    return {
      file,
      line,
      value: value.items.map((one) => located(one, file)).filter((one) => one !== undefined),
    };
  if (value.kind !== 'map') return undefined;
  const entries = [...value.entries].flatMap(([key, one]): [string, Located][] => {
    const inside = located(one, file);
    return inside ? [[key, inside]] : [];
  });
  return { file, line, value: new Map(entries) };
}
