import { parse, TomlDate, TomlError, type TomlTable } from 'smol-toml';
import { readDocument, Unreadable } from './documents.ts';
import type { SourceRepo } from './repo.ts';
import type { Document, Located } from './tree.ts';

const part = String.raw`(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')`;
const keys = String.raw`${part}(?:\s*\.\s*${part})*`;
const header = new RegExp(String.raw`^\s*(\[\[?)\s*(${keys})\s*\]`);
const assignment = new RegExp(String.raw`^\s*(${keys})\s*=`);

function split(dotted: string): string[] {
  const found = dotted.match(new RegExp(part, 'g')) ?? [];
  return found.map((key) => (/^["']/.test(key) ? key.slice(1, -1) : key));
}

const joined = (path: readonly (string | number)[]): string => JSON.stringify(path);

/** Where a text of several lines that was not yet open begins and stays open: its quotes. */
function opened(line: string): string | undefined {
  return ['"""', "'''"].find((quotes) => line.split(quotes).length % 2 === 0);
}

/** The lines of the keys and tables of a TOML text, by their paths. The parser tells none. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const counts = new Map<string, number>();
  let table: (string | number)[] = [];
  let quotes: string | undefined;
  const place = (names: readonly string[]): (string | number)[] => {
    const path: (string | number)[] = [];
    for (const name of names) {
      path.push(name);
      const count = counts.get(joined(path));
      if (count !== undefined) path.push(count - 1);
    }
    return path;
  };
  // A header or a dotted key also begins the tables above it that have no line of their own.
  const begin = (path: readonly (string | number)[], line: number): void => {
    for (let length = 1; length <= path.length; length++) {
      const key = joined(path.slice(0, length));
      if (!lines.has(key)) lines.set(key, line);
    }
  };
  for (const [index, line] of text.split('\n').entries()) {
    if (quotes !== undefined) {
      if (line.includes(quotes)) quotes = undefined;
      continue;
    }
    const [, brackets, name = ''] = header.exec(line) ?? [];
    if (brackets !== undefined) {
      const names = split(name);
      const above = [...place(names.slice(0, -1)), names.at(-1) ?? ''];
      if (brackets === '[[') counts.set(joined(above), (counts.get(joined(above)) ?? 0) + 1);
      table = place(names);
      for (const path of [above, table]) begin(path, index + 1);
      continue;
    }
    const key = assignment.exec(line)?.[1];
    if (key !== undefined) begin([...table, ...split(key)], index + 1);
    quotes = opened(line);
  }
  return lines;
}

function parseToml(text: string, file: string): Document {
  const lines = linesOf(text);
  const locate = (value: unknown, path: readonly (string | number)[], above: number): Located => {
    const line = lines.get(joined(path)) ?? above;
    if (Array.isArray(value))
      return { file, line, value: value.map((item, index) => locate(item, [...path, index], line)) };
    if (value instanceof TomlDate) return { file, line, value: value.toISOString() };
    if (typeof value === 'object' && value !== null)
      return {
        file,
        line,
        value: new Map(Object.entries(value).map(([key, item]) => [key, locate(item, [...path, key], line)])),
      };
    return { file, line, value: value as string | number | boolean };
  };
  return { root: locate(parsed(text), [], 1), findings: [] };
}

function parsed(text: string): TomlTable {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [, message = ''] = /^(?:Invalid TOML document: )?(.*)/.exec(error.message) ?? [];
    throw new Unreadable(message, error.line);
  }
}

/** A TOML file of the repo, with the lines of its keys and tables; never throws. */
export function readToml(repo: SourceRepo, path: string): Document {
  return readDocument(repo, path, 'TOML', parseToml);
}
