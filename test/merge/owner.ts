import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { applyEdits, modify, parse } from 'jsonc-parser';
import { allFeatures } from '../../src/features/all.ts';

const settings = 'infra/settings.json';

/** One edit of the owner: what, in which file and where in it, as fractions of the whole. */
export interface Edit {
  kind: 'comment' | 'code' | 'reformat' | 'crlf' | 'add' | 'delete' | 'rename' | 'copy';
  /** Of the files that features change, where the edits meet those of the templates; else of all. */
  contested: boolean;
  file: number;
  line: number;
}

/** Any place as good as another: fast-check prefers those near the ends. */
export const fraction: fc.Arbitrary<number> = fc.noBias(fc.nat(9999)).map((part) => part / 10_000);

/** Any edits of an owner whose infrastructure type-checks and synthesises afterwards as it did before. */
export const ownersEdits: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({
    kind: fc.oneof(
      { arbitrary: fc.constantFrom('comment' as const, 'code' as const), weight: 6 },
      {
        arbitrary: fc.constantFrom(
          'reformat' as const,
          'crlf' as const,
          'add' as const,
          'delete' as const,
          'rename' as const,
          'copy' as const,
        ),
        weight: 4,
      },
    ),
    contested: fc.boolean(),
    file: fraction,
    line: fraction,
  }),
  { minLength: 1, maxLength: 16 },
);

/** A text with CR LF is edited with LF, and gets its CR back. */
function rewrite(path: string, change: (text: string) => string): void {
  const text = readFileSync(path, 'utf8');
  const crlf = text.includes('\r\n');
  const changed = change(text.replaceAll('\r\n', '\n'));
  writeFileSync(path, crlf ? changed.replaceAll('\n', '\r\n') : changed);
}

/** Puts a line where it stands between two others, as far along as `at` says, of the places where it `can`. */
function insert(
  text: string,
  line: string,
  at: number,
  can: (lines: string[], index: number) => boolean,
): string {
  const lines = text.split('\n');
  const places = [...lines.keys()].filter((index) => can(lines, index));
  const place = places[Math.floor(at * places.length)];
  if (place === undefined) return text;
  const indent = /^ */.exec(lines[place] ?? '')?.[0] ?? '';
  lines.splice(place, 0, line === '' ? '' : indent + line);
  return lines.join('\n');
}

function setJson(text: string, path: (string | number)[], value: unknown): string {
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: '\n' };
  return applyEdits(text, modify(text, path, value, { formattingOptions }));
}

const anywhere = (): boolean => true;

/** Not within a text of several lines: there a comment would be part of it. */
function outsideOfBackticks(lines: string[], index: number): boolean {
  return (lines.slice(0, index).join('\n').split('`').length - 1) % 2 === 0;
}

/** Between two declarations. */
function atTopLevel(lines: string[], index: number): boolean {
  return lines[index - 1] === '' && /^[^\s)}\]]/.test(lines[index] ?? '') && outsideOfBackticks(lines, index);
}

/** A comment in the language of the file. */
function comment(path: string, text: string, mark: string, at: number): string {
  if (/\.(ts|mjs)$|tsconfig\.json$/.test(path)) return insert(text, `// ${mark}`, at, outsideOfBackticks);
  if (path.endsWith('.json')) return text;
  if (path.endsWith('.md')) return insert(text, `<!-- ${mark} -->`, at, anywhere);
  // Not before the first line of a script.
  return insert(text, `# ${mark}`, at, (_, index) => index > 0);
}

/** The days that logs can be kept, other than the default. */
const days = [3, 5, 14, 60, 120, 180];

/** Something that runs: a declaration, a tag for all stacks, an output, a script, a figure in settings.json. */
function code(path: string, text: string, mark: string, number: number, at: number): string {
  if (path === settings) {
    const { environments } = parse(text);
    const names = Object.keys(environments);
    const name = names[Math.floor(at * names.length)] ?? '';
    // A figure that no feature touches, or one that a feature changes, too.
    return environments[name].waf && number % 2 === 1
      ? setJson(text, ['environments', name, 'waf', 'rateLimit'], 700 + number)
      : setJson(text, ['environments', name, 'logRetentionDays'], days[number % days.length]);
  }
  if (path.endsWith('package.json')) return setJson(text, ['scripts', mark], `echo ${mark}`);
  if (path === 'infra/cdk.json') return setJson(text, ['context', mark], true);
  if (path === 'infra/bin/app.ts') {
    const imported = `import { Tags as Tags${number} } from 'aws-cdk-lib';\n${text}`;
    const isLast = (lines: string[], index: number): boolean => lines[index] === 'refuseUnread();';
    return insert(imported, `Tags${number}.of(app).add('${mark}', 'mine');`, at, isLast);
  }
  const output = `new CfnOutput(this, 'Owners${number}', { value: 'mine' });`;
  if (path.endsWith('-stack.ts') && text.includes('new CfnOutput(this'))
    return insert(text, output, at, (lines, index) => /^ {4}new CfnOutput\(this/.test(lines[index] ?? ''));
  if (path.endsWith('.ts'))
    return insert(text, `export const ownersOwn${number} = ${number};`, at, atTopLevel);
  if (path.endsWith('.py')) return insert(text, `OWNERS_OWN_${number} = ${number}`, at, atTopLevel);
  return comment(path, text, mark, at);
}

/**
 * Settings in which a block of prod's, such as that of the firewall, is there for dev as well, or an environment of the
 * owner's own has all that prod has.
 */
function copied(text: string, at: number): string {
  const { dev, prod, ...others } = parse(text).environments;
  const missing = allFeatures
    .flatMap(({ blockKey }) => blockKey ?? [])
    .filter((key) => key in prod && !(key in dev));
  const places = [
    ...missing.map((key) => ({ path: ['dev', key], value: prod[key] })),
    ...('qa' in others ? [] : [{ path: ['qa'], value: prod }]),
  ];
  const place = places[Math.floor(at * places.length)];
  return place ? setJson(text, ['environments', ...place.path], place.value) : text;
}

/** Takes such blocks, `environments.dev.waf`, out again. */
export function takeOut(folder: string, places: readonly string[]): void {
  const takeAll = (text: string): string =>
    places.reduce((now, place) => setJson(now, place.split('.'), undefined), text);
  rewrite(join(folder, settings), takeAll);
}

/** As a formatter with other settings would have it: JSON by four spaces, code by tabs, prose in shorter lines. */
function reformat(path: string, text: string): string {
  if (path.endsWith('.json'))
    return path.includes('tsconfig') ? text : `${JSON.stringify(parse(text), null, 4)}\n`;
  if (path.endsWith('.ts')) return text.replace(/^( {2})+/gm, (indent) => '\t'.repeat(indent.length / 2));
  if (path.endsWith('.md')) return text.replace(/^([A-Z].{40,70}?) (?=\S)/gm, '$1\n');
  return text;
}

/** What the type check and synth need, and what the generator and npm write themselves. */
const canGo = (path: string): boolean => !path.startsWith('infra/') || path.startsWith('infra/test/');
const isOwn = (path: string): boolean => !/^\.yo-rc|^\.vibely|lock/.test(path);

/** Does the edits in `folder`, whose files are `paths`; those of them that features change are `contested`. */
export function edit(
  folder: string,
  edits: readonly Edit[],
  paths: readonly string[],
  contested: ReadonlySet<string>,
): void {
  for (const [number, { kind, file, line, contested: where }] of edits.entries()) {
    const candidates = paths.filter((path) => isOwn(path) && (!where || contested.has(path)));
    const path = candidates[Math.floor(file * candidates.length)];
    if (path === undefined) continue;
    const full = join(folder, path);
    const mark = `owners-own-${number}`;
    if (kind === 'add') write(join(folder, `infra/lib/own-${number}.ts`), `export const own = ${number};\n`);
    if (kind === 'copy') rewrite(join(folder, settings), (text) => copied(text, line));
    if (!existsSync(full)) continue;
    if (kind === 'comment') rewrite(full, (text) => comment(path, text, mark, line));
    if (kind === 'code') rewrite(full, (text) => code(path, text, mark, number, line));
    if (kind === 'reformat') rewrite(full, (text) => reformat(path, text));
    if (kind === 'crlf') writeFileSync(full, readFileSync(full, 'utf8').replace(/\r?\n/g, '\r\n'));
    if (kind === 'delete' && canGo(path) && path.endsWith('.test.ts') === path.startsWith('infra/'))
      rmSync(full);
    if (kind === 'rename' && !path.startsWith('infra/')) renameSync(full, `${full}.mine`);
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
