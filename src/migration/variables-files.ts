import { posix } from 'node:path';
import { trackedOf } from '../git.ts';
import { gap, note, warning } from './findings.ts';
import type { Evidence, Finding, Service, Variable } from './plan.ts';
import type { SourceRepo } from './repo.ts';
import {
  isOptional,
  mergedVariables,
  type Setting,
  type Sorted,
  type Surrounds,
  sortVariable,
} from './variables.ts';
import { platformVariable } from './variables-platform.ts';

/** A file of variables: its path as it is told to people, and its text. */
export interface VariablesFile {
  readonly path: string;
  readonly text: string;
}

/** The variables of an export, sorted, with what is to be said of them. */
export interface Exported {
  readonly variables: readonly Variable[];
  readonly findings: readonly Finding[];
}

/** The files of a folder that hold variables of production, the first that has a name wins. */
const fileNames = ['.env.production', '.env.prod'];

/** Files that show which variables there are; their values are examples, or those of a laptop. */
const exampleNames = [
  '.env',
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

/** A line that is meant to set nothing. */
const silent = /^\s*(#|$)/;

/** Lines that set nothing although they are neither empty nor comments: a forgotten `=`. Their text may be a secret. */
export function oddLines(file: VariablesFile): Finding[] {
  if (fromJson(file)) return [];
  const lines = file.text.split('\n');
  const evidence: Evidence[] = [];
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? '';
    const rest = assignment.exec(line)?.[2];
    index += 1;
    if (rest !== undefined) index = whole(rest, lines, index).next;
    else if (!silent.test(line)) evidence.push({ file: file.path, line: index });
  }
  if (evidence.length === 0) return [];
  return [
    warning(
      'variables-line',
      `Lines of ${file.path} set no variable: they are not NAME=value.`,
      'Mend them, or delete them: nothing of them is carried over.',
      evidence,
    ),
  ];
}

function readFile(repo: SourceRepo, folder: string, names: readonly string[]): VariablesFile[] {
  return names.flatMap((name) => {
    const path = posix.join(folder, name);
    const text = repo.text(path);
    return text === undefined ? [] : [{ path, text }];
  });
}

/** What a shell has for itself: an export with printenv shows the values of the machine that it ran on. */
const ofShell = /^(PATH|HOME|HOSTNAME|TERM|PWD|OLDPWD|SHLVL|USER|LOGNAME|SHELL|LANG|LC_\w+|_)$/;

/** Variables that a laptop alone needs: their values lead to itself. */
const isLocal = (value: string | undefined): boolean =>
  /\b(localhost|127\.0\.0\.1|host\.docker\.internal)\b/.test(value ?? '');

/** A setting of a file, whose platform's own names are gone. */
function sortOne(setting: Setting, around: Surrounds): Sorted {
  const { name, value, evidence } = setting;
  if (ofShell.test(name)) {
    const reason = 'The shell that wrote the file has it for itself.';
    return { variable: { name, source: { kind: 'dropped', reason }, reason, evidence }, findings: [] };
  }
  const sorted = sortVariable(setting, around);
  if (sorted.variable.source.kind !== 'plain' || !isLocal(value)) return sorted;
  const local = warning(
    'local-value',
    `${name} has a value that leads to the computer itself.`,
    'Give it the value of production.',
    evidence,
  );
  return { ...sorted, findings: [...sorted.findings, local] };
}

/** The settings of files, each sorted, without those that the platform itself sets. */
export function sortAll(
  files: readonly VariablesFile[],
  around: Surrounds,
  published: ReadonlySet<string> = new Set(),
): Sorted[] {
  return files.flatMap((file) =>
    settingsIn(file)
      .filter(({ name }) => platformVariable(name) === undefined)
      .map((setting) => sortOne(setting, { ...around, isPublished: published.has(file.path) })),
  );
}

/** A variable of an example: its name counts, and its value has to be given. */
function asExample({ variable }: Sorted): Variable[] {
  const { name, source } = variable;
  // What is right for a laptop would switch off here what NODE_ENV=production switches on.
  if (name === 'NODE_ENV' || source.kind === 'dropped') return [];
  if (source.kind === 'build' || source.kind === 'front-end')
    return [{ ...variable, source: { ...source, value: undefined } }];
  if (source.kind !== 'plain') return [variable];
  const reason = 'Only an example names it: its value has to be given.';
  return [{ ...variable, source: { kind: 'secret' }, reason }];
}

/** The folders whose `.env` a service reads: its own, and the top one where nobody else would. */
const foldersOf = ({ root }: Service, isOnly: boolean): string[] =>
  isOnly && root !== '' ? [root, ''] : [root];

/** Services whose variables are completed from files, with what is to be said about it. */
export interface Completed {
  readonly services: readonly Service[];
  readonly findings: readonly Finding[];
}

function exampleFinding(variables: readonly Variable[], isExported: boolean): Finding[] {
  if (variables.length === 0) return [];
  const names = variables.map(({ name }) => name).join(', ');
  const evidence = variables.flatMap((one) => one.evidence);
  if (isExported)
    return [
      note(
        'example-values',
        `${variables.length} variables of an example are not in the export: ${names}.`,
        'The app runs without them there, so they are not set here.',
        evidence,
      ),
    ];
  return [
    gap(
      'example-values',
      `${variables.length} variables are known from a laptop's file or an example alone: ${names}.`,
      'The values there are no settings. Export those of the platform and give them with --variables FILE; or give each one (npm --prefix ops run ops -- secrets set NAME --env dev), and take what production does not need out of "secrets" in infra/settings.json.',
      evidence,
    ),
  ];
}

function optionalFinding(variables: readonly Variable[]): Finding[] {
  if (variables.length === 0) return [];
  const names = variables.map(({ name }) => name);
  return [
    gap(
      'variables-optional',
      `The app runs without ${names.join(', ')}, and no file has a value: left out.`,
      `Give those that are in use: npm --prefix ops run ops -- secrets set ${names[0]} --env dev`,
      variables.flatMap(({ evidence }) => evidence).slice(0, 20),
    ),
  ];
}

function completeOne(
  service: Service,
  repo: SourceRepo,
  folders: readonly string[],
  exported: readonly Variable[] | undefined,
  around: Surrounds,
): Completed {
  const own = folders.flatMap((folder) => readFile(repo, folder, fileNames));
  const examples = folders.flatMap((folder) => readFile(repo, folder, exampleNames));
  const local = examples.filter(({ path }) => posix.basename(path) === '.env');
  const tracked = trackedOf(
    repo.directory,
    [...own, ...local].map(({ path }) => path),
  );
  const published = new Set(tracked);
  const kept = sortAll(own, around, published);
  const shown = sortAll(examples, { ...around, isExample: true }, published);
  const stated = service.variables;
  // What the platform hides, an export shows.
  const isSecret = ({ source }: Variable): boolean => source.kind === 'secret';
  const lists = [
    stated.filter((one) => !isSecret(one) && !isOptional(one)),
    exported ?? [],
    stated.filter(isSecret),
    kept.map(({ variable }) => variable),
    stated.filter(isOptional),
  ];
  const merged = mergedVariables(...lists);
  const known = new Set(merged.map(({ name }) => name));
  const fromExample = mergedVariables(shown.flatMap(asExample)).filter(({ name }) => !known.has(name));
  return {
    services: [
      { ...service, variables: mergedVariables(...lists, exported === undefined ? fromExample : []) },
    ],
    findings: [
      ...kept.flatMap(({ findings }) => findings),
      ...[...own, ...local].flatMap(oddLines),
      ...shown.flatMap(({ findings }) => findings.filter(({ id }) => id === 'secret-in-repo')),
      ...exampleFinding(fromExample, exported !== undefined),
      ...optionalFinding(merged.filter(isOptional)),
    ],
  };
}

/**
 * Completes the variables of services: what the platform's file says first, then an export of its variables, then
 * `.env.production` of their folders, then the names in `.env` and examples. A static site and a ready image have the platform's alone.
 */
export function completeVariables(
  services: readonly Service[],
  repo: SourceRepo,
  exported: Exported | undefined,
  around: Surrounds,
): Completed {
  const isOnly = services.length === 1;
  const all = services.map((service) =>
    service.kind === 'static' || service.image !== undefined
      ? { services: [service], findings: [] }
      : completeOne(service, repo, foldersOf(service, isOnly), exported?.variables, around),
  );
  return {
    services: all.flatMap((one) => one.services),
    findings: [...(exported?.findings ?? []), ...all.flatMap((one) => one.findings)],
  };
}
