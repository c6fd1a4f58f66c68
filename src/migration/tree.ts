import type { Evidence, Finding } from './plan.ts';

/** A value of a YAML, TOML or JSON file, with the place where it stands. */
export interface Located {
  readonly file: string;
  /** Line of its key, or of the value itself in a list; from 1. */
  readonly line: number;
  readonly value: Scalar | readonly Located[] | ReadonlyMap<string, Located>;
  /** A scalar as it is written, without quotes: `3.10` stays `3.10`. */
  readonly text?: string;
}

/** A value without parts. */
export type Scalar = string | number | boolean | null;

/** A file as it was read; without a root where nothing in it can be used, which a finding explains. */
export interface Document {
  readonly root: Located | undefined;
  readonly findings: readonly Finding[];
}

/** Characters that a file may have to be parsed: several times the largest that was seen; parsed in a second at worst. */
export const largestDocument = 128 * 1024;

/** Values that a file may have, its aliases written out. */
export const mostValues = 50_000;

/** Depth to which values may be nested. */
export const deepest = 64;

/** The place of a value. */
export const placeOf = ({ file, line }: Located): Evidence => ({ file, line });

const isMap = (value: Located['value']): value is ReadonlyMap<string, Located> => value instanceof Map;

const isList = (value: Located['value']): value is readonly Located[] => Array.isArray(value);

const nothing: ReadonlyMap<string, Located> = new Map();

/** The entries of a map; none where it is anything else. */
export const entriesOf = (node: Located | undefined): ReadonlyMap<string, Located> =>
  node !== undefined && isMap(node.value) ? node.value : nothing;

/** The items of a list; none where it is anything else. */
export const itemsOf = (node: Located | undefined): readonly Located[] =>
  node !== undefined && isList(node.value) ? node.value : [];

/** What a value is, for a message. */
export function kindOf(node: Located): 'map' | 'list' | 'nothing' | 'text' | 'number' | 'yes or no' {
  if (isMap(node.value)) return 'map';
  if (isList(node.value)) return 'list';
  if (node.value === null) return 'nothing';
  return ({ string: 'text', number: 'number', boolean: 'yes or no' } as const)[
    typeof node.value as 'string' | 'number' | 'boolean'
  ];
}

/** The value under a path of keys; `undefined` where there is none. */
export function child(node: Located | undefined, ...keys: readonly string[]): Located | undefined {
  return keys.reduce<Located | undefined>((at, key) => entriesOf(at).get(key), node);
}

/** A scalar as it is written; `undefined` for an empty one, a list or a map. */
export function textOf(node: Located | undefined): string | undefined {
  return node === undefined || node.value === null || typeof node.value === 'object'
    ? undefined
    : (node.text ?? String(node.value));
}

/** A number, in quotes, too, and with a unit of seconds; `undefined` for anything else. */
export function numberOf(node: Located | undefined): number | undefined {
  const text = textOf(node)?.trim();
  return text !== undefined && /^-?\d+(\.\d+)?s?$/.test(text) ? Number.parseFloat(text) : undefined;
}

/** A yes or a no as YAML 1.1 and people write it; `undefined` for anything else. */
export function yesOf(node: Located | undefined): boolean | undefined {
  const text = textOf(node)?.toLowerCase();
  if (text !== undefined && ['true', 'yes', 'on'].includes(text)) return true;
  return text !== undefined && ['false', 'no', 'off'].includes(text) ? false : undefined;
}

/** The texts of a list, or a single one. */
export function textsOf(node: Located | undefined): string[] {
  const nodes = node !== undefined && isList(node.value) ? node.value : [node];
  return nodes.map(textOf).filter((text) => text !== undefined);
}

/** The places of the values that are there, as `places` of a service; nothing where none is. */
export function withPlaces<K extends string>(nodes: Readonly<Record<K, Located | undefined>>) {
  const present = Object.entries<Located | undefined>(nodes).flatMap(([key, node]): [string, Evidence][] =>
    node ? [[key, placeOf(node)]] : [],
  );
  const places = Object.fromEntries(present) as Partial<Record<K, Evidence>>;
  return present.length > 0 ? { places } : {};
}
