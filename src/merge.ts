import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { applyEdits, modify, type ParseError, parse } from 'jsonc-parser';
import { Problem } from './problem.ts';

/** The three texts of a merge: what was generated, the owner's, what is generated now. Lines end in LF. */
export interface ThreeTexts {
  base: string;
  ours: string;
  theirs: string;
}

/** A merged text; with `conflict` it holds both sides between git's markers. */
export interface Merged {
  text: string;
  conflict: boolean;
}

/** What the sides are called in a conflict. */
const labels = ['yours', 'generated before', 'generated now'] as const;

/**
 * Merges line by line, with git's own merge.
 * @throws Problem VIB042 where git is missing.
 */
function mergeLines({ base, ours, theirs }: ThreeTexts): Merged {
  const folder = mkdtempSync(join(tmpdir(), 'vibely-merge-'));
  try {
    const files = Object.entries({ ours, base, theirs }).map(([name, text]) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    });
    const names = labels.flatMap((label) => ['-L', label]);
    return runGit(['merge-file', '-p', ...names, ...files]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One side of many texts: each line behind the number of its text, and a line of its own after each text. */
function joined(texts: readonly string[]): string {
  const lines = texts.flatMap((text, index) => {
    const tagged = text.split('\n').map((line) => `${index}:${line}`);
    // What follows the last line feed: nothing, or a line that is another one than the same with a line feed.
    const last = text.slice(text.lastIndexOf('\n') + 1);
    return [...tagged.slice(0, -1), ...(last === '' ? [] : [`${index}.${last}`]), `${index}|`];
  });
  return `${lines.join('\n')}\n`;
}

/**
 * Merges many texts in one go: to start git for each takes longer than all the rest of a run. They are joined;
 * as each line has the number of its text, git takes none for a line of another text.
 */
function mergeLinesOfAll(all: readonly ThreeTexts[]): Merged[] {
  if (all.length < 2) return all.map(mergeLines);
  const side = (name: keyof ThreeTexts): string => joined(all.map((texts) => texts[name]));
  const { text } = mergeLines({ base: side('base'), ours: side('ours'), theirs: side('theirs') });
  const parts = all.map((): string[] => []);
  const conflicts = new Set<number>();
  let inConflict = false;
  for (const line of text.split('\n').slice(0, -1)) {
    const [, index, kind, content = ''] = /^(\d+)([:.|])(.*)$/s.exec(line) ?? [];
    if (index === undefined) inConflict = !line.startsWith('>>>>>>> ');
    else if (inConflict) conflicts.add(Number(index));
    else if (kind !== '|') parts[Number(index)]?.push(kind === ':' ? `${content}\n` : content);
  }
  return all.map((texts, index) =>
    conflicts.has(index) ? mergeLines(texts) : { text: parts[index]?.join('') ?? '', conflict: false },
  );
}

/** `git merge-file` exits with the number of conflicts, at most 127; above that it failed. */
function runGit(args: string[]): Merged {
  try {
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
    return {
      text: execFileSync('git', args, { encoding: 'utf8', stdio, maxBuffer: 2 ** 28 }),
      conflict: false,
    };
  } catch (error) {
    const { status, stdout } = error as { status?: number | null; stdout?: string };
    if (typeof status === 'number' && status > 0 && status < 128)
      return { text: String(stdout), conflict: true };
    throw new Problem('VIB042', {
      what: 'git could not merge.',
      why: 'Files that both you and the templates changed are merged with git, which is missing or too old.',
      fix: 'Install git, then run this again. Nothing was written.',
    });
  }
}

interface Edit {
  path: (string | number)[];
  /** `undefined` takes the key out. */
  value: unknown;
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What changed from `base` to `theirs`, as edits of `ours`; `undefined` where both changed one value. */
function editsOf(base: unknown, ours: unknown, theirs: unknown, path: string[] = []): Edit[] | undefined {
  if (isDeepStrictEqual(base, theirs) || isDeepStrictEqual(ours, theirs)) return [];
  const objects = isObject(ours) && isObject(theirs) && (base === undefined || isObject(base));
  // An object is never replaced as a whole: that would lose the owner's order and comments.
  if (!objects) return isDeepStrictEqual(base, ours) ? [{ path, value: theirs }] : undefined;
  const all: Edit[] = [];
  for (const key of new Set([...Object.keys(base ?? {}), ...Object.keys(theirs)])) {
    const edits = editsOf(base?.[key], ours[key], theirs[key], [...path, key]);
    if (edits === undefined) return undefined;
    all.push(...edits);
  }
  return all;
}

function parseJson(text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  return errors.length === 0 ? value : undefined;
}

/** How the owner indents: by tabs, or by the width of the first indented line. */
function formatting(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const indent = /^[{[]\s*?\n([ \t]+)/.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.includes('\t'),
    tabSize: indent.includes('\t') ? 1 : indent.length,
    eol: '\n',
  };
}

/**
 * Merges JSON (with comments) key by key, in the owner's order and formatting. A list is one value.
 * @returns `undefined` where a text is no JSON object, or where both sides changed one value.
 */
export function mergeJson({ base, ours, theirs }: ThreeTexts): string | undefined {
  const values = [base, ours, theirs].map(parseJson);
  if (!values.every(isObject)) return undefined;
  const edits = editsOf(values[0], values[1], values[2]);
  const formattingOptions = formatting(ours);
  return edits?.reduce(
    (text, { path, value }) => applyEdits(text, modify(text, path, value, { formattingOptions })),
    ours,
  );
}

/** Merges files, path → texts: JSON by key where that is possible, everything else by line. */
export function mergeAll(files: ReadonlyMap<string, ThreeTexts>): Map<string, Merged> {
  const merged = new Map<string, Merged>();
  for (const [path, texts] of files) {
    const text = path.endsWith('.json') ? mergeJson(texts) : undefined;
    if (text !== undefined) merged.set(path, { text, conflict: false });
  }
  const others = [...files].filter(([path]) => !merged.has(path));
  const results = mergeLinesOfAll(others.map(([, texts]) => texts));
  for (const [index, result] of results.entries()) merged.set(others[index]?.[0] ?? '', result);
  return merged;
}
