import { posix } from 'node:path';
import { note, warning } from './findings.ts';
import type { Database, Finding, Service, Variable } from './plan.ts';
import type { SourceRepo } from './repo.ts';
import { mergedVariables, type Setting, type Sorted, sortVariable } from './variables.ts';
import { platformVariable } from './variables-platform.ts';

/** A file of variables: its path as it is told to people, and its text. */
export interface VariablesFile {
  readonly path: string;
  readonly text: string;
}

/** The files of a folder that hold variables of production, the first that has a name wins. */
const fileNames = ['.env.production', '.env.prod', '.env'];

/** Files that show which variables there are; their values are examples. */
const exampleNames = [
  '.env.example',
  '.env.sample',
  '.env.template',
  '.env.dist',
  'env.example',
  'example.env',
];

const assignment = /^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*[=]\s?(.*)$/;

function unquoted(value: string): string {
  const [, quote, inside] = /^\s*(["'`])([\s\S]*?)\1/.exec(value) ?? [];
  if (inside === undefined) return value.replace(/\s+#.*$/, '').trim();
  return quote === '"' ? inside.replaceAll('\\n', '\n') : inside;
}

/** A value in quotes that goes on over lines, from its first line on: the rest is taken from `lines`. */
function whole(value: string, lines: readonly string[], from: number): { value: string; next: number } {
  const quote = /^\s*(["'`])/.exec(value)?.[1];
  let text = value;
  let next = from;
  const isOpen = (): boolean => quote !== undefined && text.trimStart().indexOf(quote, 1) < 0;
  while (isOpen() && next < lines.length && next - from < 200) text += `\n${lines[next++] ?? ''}`;
  return isOpen() ? { value, next: from } : { value: text, next };
}

function fromJson({ path, text }: VariablesFile): Setting[] | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return entries.map(([name, value]) => ({
      name,
      value: typeof value === 'string' ? value : JSON.stringify(value),
      evidence: [
        {
          file: path,
          line: 1 + text.slice(0, Math.max(0, text.indexOf(`"${name}"`))).split('\n').length - 1,
        },
      ],
    }));
  } catch {
    return undefined;
  }
}

/**
 * The settings in a file of `NAME=value` lines, with `export`, quotes, comments and values of several lines as
 * dotenv has them, or in a JSON object, as `heroku config --json` and `railway variables --json` print it.
 */
export function settingsIn(file: VariablesFile): Setting[] {
  const json = fromJson(file);
  if (json) return json;
  const lines = file.text.split('\n');
  const settings: Setting[] = [];
  for (let index = 0; index < lines.length; ) {
    const [, name, rest = ''] = assignment.exec(lines[index] ?? '') ?? [];
    const evidence = [{ file: file.path, line: index + 1 }];
    index += 1;
    if (name === undefined) continue;
    const { value, next } = whole(rest, lines, index);
    index = next;
    settings.push({ name, value: unquoted(value), evidence });
  }
  return settings;
}

function readFile(repo: SourceRepo, folder: string, names: readonly string[]): VariablesFile[] {
  return names.flatMap((name) => {
    const path = posix.join(folder, name);
    const text = repo.text(path);
    return text === undefined ? [] : [{ path, text }];
  });
}

/** Variables that a laptop alone needs: their values lead to itself. */
const isLocal = (value: string | undefined): boolean =>
  /\b(localhost|127\.0\.0\.1|host\.docker\.internal)\b/.test(value ?? '');

function sortAll(
  files: readonly VariablesFile[],
  databases: readonly Database[],
  published: boolean,
): Sorted[] {
  return files.flatMap((file) =>
    settingsIn(file)
      .filter(({ name }) => platformVariable(name) === undefined)
      .map((setting) => {
        const sorted = sortVariable(setting, { databases, isPublished: published });
        if (sorted.variable.source.kind !== 'plain' || !isLocal(setting.value)) return sorted;
        const local = warning(
          'local-value',
          `${setting.name} has a value that leads to the computer itself.`,
          'Give it the value of production.',
          setting.evidence,
        );
        return { ...sorted, findings: [...sorted.findings, local] };
      }),
  );
}

/** The folders whose `.env` a service reads: its own, and the top one where nobody else would. */
const foldersOf = ({ root }: Service, isOnly: boolean): string[] =>
  isOnly && root !== '' ? [root, ''] : [root];

/** Services whose variables are completed from files, with what is to be said about it. */
export interface Completed {
  readonly services: readonly Service[];
  readonly findings: readonly Finding[];
}

function exampleFinding(variables: readonly Variable[]): Finding[] {
  if (variables.length === 0) return [];
  return [
    note(
      'example-values',
      `${variables.length} variables are known from an example alone: ${variables.map(({ name }) => name).join(', ')}.`,
      'Compare with the platform: export its variables and give them with --variables FILE.',
      variables.flatMap(({ evidence }) => evidence),
    ),
  ];
}

function completeOne(
  service: Service,
  repo: SourceRepo,
  folders: readonly string[],
  exported: readonly Sorted[],
  databases: readonly Database[],
): Completed {
  const own = folders.flatMap((folder) => readFile(repo, folder, fileNames));
  const examples = folders.flatMap((folder) => readFile(repo, folder, exampleNames));
  const kept = sortAll(own, databases, true);
  const shown = sortAll(examples, databases, false);
  const stated = service.variables;
  // What the platform hides, an export shows.
  const isHidden = ({ source }: Variable): boolean => source.kind === 'secret';
  const lists = [
    stated.filter((one) => !isHidden(one)),
    exported.map(({ variable }) => variable),
    stated.filter(isHidden),
    kept.map(({ variable }) => variable),
  ];
  const known = new Set(mergedVariables(...lists).map(({ name }) => name));
  const fromExample = shown.map(({ variable }) => variable).filter(({ name }) => !known.has(name));
  return {
    services: [{ ...service, variables: mergedVariables(...lists, fromExample) }],
    findings: [
      ...[...exported, ...kept].flatMap(({ findings }) => findings),
      ...exampleFinding(mergedVariables(fromExample)),
    ],
  };
}

/**
 * Completes the variables of services: what the platform's file says first, then an export of its variables, then
 * `.env` files of their folders, then examples. A static site and a ready image have the platform's alone.
 */
export function completeVariables(
  services: readonly Service[],
  repo: SourceRepo,
  exported: VariablesFile | undefined,
  databases: readonly Database[],
): Completed {
  const settings = exported ? sortAll([exported], databases, false) : [];
  const isOnly = services.length === 1;
  const all = services.map((service) =>
    service.kind === 'static' || service.image !== undefined
      ? { services: [service], findings: [] }
      : completeOne(service, repo, foldersOf(service, isOnly), settings, databases),
  );
  return { services: all.flatMap((one) => one.services), findings: all.flatMap((one) => one.findings) };
}
