import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { type ParseError, parse } from 'jsonc-parser';

/** Path → text of a repo. */
export type Tree = ReadonlyMap<string, string>;

const isCrlf = (text: string): boolean => text.includes('\r\n') && !/[^\r]\n/.test(text);

/** How often each line that says something is in a text. */
function counted(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split(/\r?\n/).filter((line) => line.trim() !== ''))
    counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

/** The lines that the owner wrote and that are no longer there. */
function lostLines(base: string, ours: string, result: string): string[] {
  const [before, after] = [counted(base), counted(result)];
  return [...counted(ours)].flatMap(([line, count]) =>
    (after.get(line) ?? 0) < count - (before.get(line) ?? 0) ? [line] : [],
  );
}

/** The values, `environments.dev.cpu`, that the owner changed in JSON and that are others now. */
function lostValues(base: unknown, ours: unknown, result: unknown, path: string[] = []): string[] {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isDeepStrictEqual(base, ours) || isDeepStrictEqual(ours, result)) return [];
  if (!isObject(ours) || (base !== undefined && !isObject(base)) || !isObject(result))
    return [path.join('.')];
  const keys = new Set([...Object.keys(base ?? {}), ...Object.keys(ours)]);
  return [...keys].flatMap((key) => lostValues(base?.[key], ours[key], result[key], [...path, key]));
}

function lost(path: string, base: string, ours: string, result: string): string[] {
  const lines = lostLines(base, ours, result);
  if (!path.endsWith('.json') || lines.length === 0) return lines;
  // A merge by key can change the line of an owner's value: a comma, a new neighbour.
  return lostValues(parse(base), parse(ours), parse(result));
}

/**
 * Asserts that nothing of the owner's is lost: of what was generated (`base`) and what the owner made of it
 * (`ours`), after something else was generated (`result`).
 */
export function assertKept(base: Tree, ours: Tree, result: Tree): void {
  for (const path of base.keys()) if (!ours.has(path)) assert.ok(!result.has(path), `${path} came back`);
  for (const [path, text] of ours) {
    const [before, after] = [base.get(path), result.get(path)];
    // Other line endings alone are no edit: a checkout on Windows has them.
    if (text.replaceAll('\r\n', '\n') === before && (text === before || after === undefined)) continue;
    assert.ok(after !== undefined, `${path} of the owner is gone`);
    if (before === undefined) assert.equal(after, text, path);
    else assert.deepEqual(lost(path, before, text, after), [], `${path} lost something of the owner's`);
    if (isCrlf(text)) assert.ok(isCrlf(after), `${path} lost its line endings`);
  }
}

/** Asserts that every JSON file can be read. */
export function assertJson(result: Tree): void {
  for (const [path, text] of result) {
    if (!path.endsWith('.json')) continue;
    const errors: ParseError[] = [];
    parse(text, errors);
    assert.deepEqual(errors, [], path);
  }
}
