import { gap, warning } from '../migration/findings.ts';
import { readJson } from '../migration/json.ts';
import type { Finding, ShellLine, Variable } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';
import { readToml } from '../migration/toml.ts';
import {
  child,
  entriesOf,
  itemsOf,
  kindOf,
  type Located,
  placeOf,
  textOf,
  textsOf,
} from '../migration/tree.ts';
import { sortVariable } from '../migration/variables.ts';
import { fieldFindings } from './fields.ts';
import { noText } from './procfile.ts';
import { nixpacksFields, railpackFields } from './railway-fields.ts';

/** What the builder's own file, or a Procfile, says. */
export interface BuilderReading {
  readonly build?: ShellLine;
  readonly start?: ShellLine;
  readonly release?: ShellLine;
  readonly variables: readonly Variable[];
  readonly findings: readonly Finding[];
  /** The files that were read. */
  readonly files: readonly string[];
}

/** A command, or several in a row, as one line; `undefined` for none. */
export function shellLine(node: Located | undefined): ShellLine | undefined {
  const text = textsOf(node)
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== '...')
    .join(' && ');
  return node === undefined || text === '' ? undefined : { text, evidence: [placeOf(node)] };
}

const inFolder = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

function variablesOf(node: Located | undefined): { variables: Variable[]; findings: Finding[] } {
  const sorted = [...entriesOf(node)].map(([name, value]) =>
    sortVariable({ name, value: textOf(value) ?? '', evidence: [placeOf(value)] }, { databases: [] }),
  );
  return {
    variables: sorted.map(({ variable }) => variable),
    findings: sorted.flatMap(({ findings }) => findings),
  };
}

function packages(nodes: readonly (Located | undefined)[], builder: string): Finding[] {
  return nodes.flatMap((node) => {
    if (node === undefined) return [];
    const names = kindOf(node) === 'map' ? [...entriesOf(node).keys()] : textsOf(node);
    const asked = names.filter((name) => name !== '...');
    if (asked.length === 0) return [];
    return [
      gap(
        `${builder.toLowerCase()}-packages`,
        `${builder} installs ${asked.join(', ')}.`,
        'Install them in the Dockerfile, by the names that Debian has for them.',
        placeOf(node),
      ),
    ];
  });
}

function readNixpacks(repo: SourceRepo, path: string): BuilderReading {
  const { root, findings } = readToml(repo, path);
  const phases = [...entriesOf(child(root, 'phases'))];
  const all = ['nixPkgs', 'nixLibs', 'aptPkgs'].flatMap((key) =>
    phases.map(([, phase]) => child(phase, key)),
  );
  const build = shellLine(child(root, 'phases', 'build', 'cmds'));
  const start = shellLine(child(root, 'start', 'cmd'));
  const { variables, findings: odd } = variablesOf(child(root, 'variables'));
  const others = phases.filter(([name]) => name !== 'build');
  return {
    ...(build && { build }),
    ...(start && { start }),
    variables,
    findings: [
      ...findings,
      ...fieldFindings(root, nixpacksFields, path, 'Nixpacks'),
      ...packages(all, 'Nixpacks'),
      ...others.flatMap(([name, phase]) => phaseFinding(name, child(phase, 'cmds'))),
      ...odd,
    ],
    files: [path],
  };
}

function phaseFinding(name: string, commands: Located | undefined): Finding[] {
  const line = shellLine(commands);
  if (line === undefined) return [];
  return [
    warning(
      'builder-phase',
      `The phase ${name} runs '${line.text}'.`,
      'Look whether the Dockerfile does that, too.',
      line.evidence,
    ),
  ];
}

function readRailpack(repo: SourceRepo, path: string): BuilderReading {
  const { root, findings } = readJson(repo, path);
  const deploy = child(root, 'deploy');
  const steps = [...entriesOf(child(root, 'steps'))];
  const start = shellLine(child(deploy, 'startCommand'));
  const build = shellLine(child(root, 'steps', 'build', 'commands'));
  const { variables, findings: odd } = variablesOf(child(deploy, 'variables'));
  const others = steps.filter(([name]) => name !== 'build');
  return {
    ...(build && { build }),
    ...(start && { start }),
    variables,
    findings: [
      ...findings,
      ...fieldFindings(root, railpackFields, path, 'Railpack'),
      ...packages(
        [child(root, 'packages'), child(root, 'buildAptPackages'), child(deploy, 'aptPackages')],
        'Railpack',
      ),
      ...others.flatMap(([name, step]) => phaseFinding(name, child(step, 'commands'))),
      ...odd,
    ],
    files: [path],
  };
}

/** Nixpacks runs one process of a Procfile: web, else worker, else the first; release runs after the build. */
function readProcfile(repo: SourceRepo, path: string): BuilderReading {
  const processes = (repo.text(path) ?? '').split('\n').flatMap((text, index) => {
    const [, name, command] = /^\s*([A-Za-z0-9_-]+)\s*:\s*(.+?)\s*$/.exec(text) ?? [];
    return name === undefined || command === undefined
      ? []
      : [{ name, line: { text: command, evidence: [{ file: path, line: index + 1 }] } }];
  });
  const release = processes.find(({ name }) => name === 'release');
  const others = processes.filter((one) => one !== release);
  const started =
    ['web', 'worker'].map((wanted) => others.find(({ name }) => name === wanted)).find(Boolean) ?? others[0];
  const ignored = others.filter((one) => one !== started);
  return {
    ...(started && { start: started.line }),
    ...(release && { release: release.line }),
    variables: [],
    findings: [
      ...noText(repo, path),
      ...ignored.map(({ name, line }) =>
        gap(
          'railway-procfile-process',
          `Railway starts one process of a Procfile; '${name}' is not the one.`,
          'If it runs there, as a service of its own with its own start command, add it: vibely worker NAME.',
          line.evidence,
        ),
      ),
    ],
    files: processes.length > 0 ? [path] : [],
  };
}

const nothing: BuilderReading = { variables: [], findings: [], files: [] };

/**
 * What builds and starts a service beside its railway.json.
 * @param given the path of the builder's file where railway.json names one.
 */
export function readBuilder(repo: SourceRepo, root: string, given?: string): BuilderReading {
  const paths = [given, inFolder(root, 'nixpacks.toml'), inFolder(root, 'railpack.json')];
  const path = paths.find((one) => one !== undefined && repo.has(one));
  const own =
    path === undefined
      ? nothing
      : path.endsWith('.json')
        ? readRailpack(repo, path)
        : readNixpacks(repo, path);
  const procfile = inFolder(root, 'Procfile');
  return own.start || !repo.has(procfile) ? own : withProcfile(own, readProcfile(repo, procfile));
}

function withProcfile(own: BuilderReading, procfile: BuilderReading): BuilderReading {
  return {
    ...procfile,
    ...own,
    findings: [...own.findings, ...procfile.findings],
    files: [...own.files, ...procfile.files],
  };
}

/** The items of a list that are texts, cut into globs that deploy and those that do not (`!docs/**`). */
export function watched(node: Located | undefined): { paths: string[]; ignored: string[] } {
  const texts = itemsOf(node).map(textOf);
  const globs = [...new Set(texts.filter((glob) => glob !== undefined))];
  const tidy = (glob: string): string => glob.replace(/^!?\/?/, '');
  return {
    paths: globs.filter((glob) => !glob.startsWith('!')).map(tidy),
    ignored: globs.filter((glob) => glob.startsWith('!')).map(tidy),
  };
}
