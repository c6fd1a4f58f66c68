import { isUtf8 } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  applyEdits,
  type FormattingOptions,
  findNodeAtLocation,
  modify,
  type ParseError,
  parse,
  parseTree,
  type Edit as TextEdit,
  visit,
} from 'jsonc-parser';
import { isObject, type Json } from './json.ts';
import { Problem } from './problem.ts';
import { toJson } from './render.ts';

/** The three sides of a merge: what was generated, the owner's, what is generated now. Lines end in LF. */
export interface Sides<Content> {
  base: Content;
  ours: Content;
  theirs: Content;
}

/** The sides as texts; of a merge by line each character stands for a byte, whatever the bytes mean. */
export type ThreeTexts = Sides<string>;

/** A merged text; with `conflict` it holds both sides between git's markers. */
export interface Merged<Content = string> {
  text: Content;
  conflict: boolean;
}

/** One character for each byte: an owner's file need not be UTF-8, and must come out as it went in. */
const bytes = 'latin1';

/** What stands behind the markers of a conflict, in the order of the sides. */
export const labels = ['yours', 'generated before', 'generated now'] as const;

/**
 * Merges line by line, with git's own merge.
 * @throws Problem VIB042 where git is missing.
 */
function mergeLines({ base, ours, theirs }: ThreeTexts): Merged {
  const folder = mkdtempSync(join(tmpdir(), 'vibely-merge-'));
  try {
    const files = Object.entries({ ours, base, theirs }).map(([name, text]) => {
      writeFileSync(join(folder, name), text, bytes);
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
      text: execFileSync('git', args, { encoding: bytes, stdio, maxBuffer: 2 ** 28 }),
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

/** What a merge by key comes to. */
interface Differences {
  /** What only the templates changed. */
  edits: Edit[];
  /** What both changed, with what was generated before and what is now. */
  conflicts: { path: string[]; base: unknown; theirs: unknown }[];
}

function differences(base: unknown, ours: unknown, theirs: unknown, path: string[] = []): Differences {
  if (isDeepStrictEqual(base, theirs) || isDeepStrictEqual(ours, theirs)) return { edits: [], conflicts: [] };
  const objects = isObject(ours) && isObject(theirs) && (base === undefined || isObject(base));
  // An object is never replaced as a whole: that would lose the owner's order and comments.
  if (!objects)
    return isDeepStrictEqual(base, ours)
      ? { edits: [{ path, value: theirs }], conflicts: [] }
      : { edits: [], conflicts: [{ path, base, theirs }] };
  const keys = [...new Set([...Object.keys(base ?? {}), ...Object.keys(theirs)])];
  const found = keys.map((key) =>
    differences(own(base, key), own(ours, key), own(theirs, key), [...path, key]),
  );
  return {
    edits: found.flatMap(({ edits }) => edits),
    conflicts: found.flatMap(({ conflicts }) => conflicts),
  };
}

const own = (object: Json | undefined, key: string): unknown =>
  object && Object.hasOwn(object, key) ? object[key] : undefined;

/** The value of a JSON text, which may have comments; `undefined` where it cannot be read. */
export function parseJson(text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  return errors.length === 0 ? value : undefined;
}

function commentsOf(text: string): string[] {
  const comments: string[] = [];
  visit(text, { onComment: (offset, length) => comments.push(text.slice(offset, offset + length)) });
  return comments;
}

/** Whether a comment of the owner's, in what was taken out or replaced, is no longer there. */
function losesComments({ base, ours }: ThreeTexts, merged: string): boolean {
  const others = new Set([base, merged].flatMap(commentsOf));
  return commentsOf(ours).some((comment) => !others.has(comment));
}

/** How the owner indents: by tabs, or by the width of the first indented line; `undefined` where all is one line. */
function formatting(text: string): FormattingOptions | undefined {
  if (!text.trimEnd().includes('\n')) return undefined;
  const indent = /^[{[]\s*?\n([ \t]+)/.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.includes('\t'),
    tabSize: indent.includes('\t') ? 1 : indent.length,
    eol: '\n',
  };
}

/** A list of plain values, as the owner has it: on the one line that it is on. */
function listEdit(text: string, { path, value }: Edit): TextEdit | undefined {
  if (!Array.isArray(value) || value.some((one) => typeof one === 'object')) return undefined;
  const tree = parseTree(text);
  const { offset, length } = (tree && findNodeAtLocation(tree, path)) ?? { offset: 0, length: 0 };
  if (length === 0 || text.slice(offset, offset + length).includes('\n')) return undefined;
  return { offset, length, content: `[${value.map((one) => JSON.stringify(one)).join(', ')}]` };
}

function edited(text: string, edits: readonly Edit[]): string {
  const formattingOptions = formatting(text);
  const options = formattingOptions ? { formattingOptions } : {};
  return edits.reduce((now, edit) => {
    const list = listEdit(now, edit);
    return applyEdits(now, list ? [list] : modify(now, edit.path, edit.value, options));
  }, text);
}

/**
 * Merges JSON (with comments) key by key, in the owner's order and formatting. A list is one value. A value that both
 * sides changed is a conflict in its own lines, and nowhere else.
 * @returns `undefined` where a text is no JSON object, or where a comment of the owner's would be lost.
 */
export function mergeJson({ base, ours, theirs }: ThreeTexts): Merged | undefined {
  const values = [base, ours, theirs].map(parseJson);
  if (!values.every(isObject)) return undefined;
  const { edits, conflicts } = differences(values[0], values[1], values[2]);
  const mine = edited(ours, edits);
  if (losesComments({ base, ours, theirs }, mine)) return undefined;
  if (conflicts.length === 0) return { text: mine, conflict: false };
  const withValues = (value: (of: (typeof conflicts)[number]) => unknown): string =>
    edited(
      mine,
      conflicts.map((of) => ({ path: of.path, value: value(of) })),
    );
  const sides = { ours: mine, theirs: withValues((of) => of.theirs) };
  const merged = mergeBytes({ ...sides, base: withValues((of) => of.base) });
  // Two lists can be merged by line where they cannot be by value: then as if there had been none before.
  return merged.conflict ? merged : mergeBytes({ ...sides, base: withValues(() => undefined) });
}

/**
 * The owner's JSON with the values of another, key by key where it is formatted in another way than ours; `undefined`
 * where it has the same values already. A byte order mark is no part of it.
 */
export function updatedJson(ours: string, theirs: string): string | undefined {
  const text = ours.replace(/^\uFEFF/, '');
  const [was, is] = [text, theirs].map(parseJson);
  if (isDeepStrictEqual(was, is)) return undefined;
  // A lock that git has left in conflict has nothing to keep.
  if (!isObject(was) || toJson(was) === text) return theirs;
  return edited(text, differences(was, was, is).edits);
}

/** {@link mergeLines} of texts whose characters are more than bytes. */
function mergeBytes({ base, ours, theirs }: ThreeTexts): Merged {
  const encoded = (text: string): string => Buffer.from(text).toString(bytes);
  const { text, conflict } = mergeLines({
    base: encoded(base),
    ours: encoded(ours),
    theirs: encoded(theirs),
  });
  return { text: Buffer.from(text, bytes).toString(), conflict };
}

/** Merges files, path → contents: JSON by key where that is possible, everything else by line. */
export function mergeAll(files: ReadonlyMap<string, Sides<Buffer>>): Map<string, Merged<Buffer>> {
  const merged = new Map<string, Merged<Buffer>>();
  for (const [path, sides] of files) {
    const json = path.endsWith('.json') && Object.values(sides).every(isUtf8);
    const found = json ? mergeJson(decoded(sides, 'utf8')) : undefined;
    if (found) merged.set(path, { ...found, text: Buffer.from(found.text) });
  }
  const others = [...files].filter(([path]) => !merged.has(path));
  const results = mergeLinesOfAll(others.map(([, sides]) => decoded(sides, bytes)));
  for (const [index, found] of results.entries())
    merged.set(others[index]?.[0] ?? '', { ...found, text: Buffer.from(found.text, bytes) });
  return merged;
}

function decoded({ base, ours, theirs }: Sides<Buffer>, encoding: BufferEncoding): ThreeTexts {
  return {
    base: base.toString(encoding),
    ours: ours.toString(encoding),
    theirs: theirs.toString(encoding),
  };
}
