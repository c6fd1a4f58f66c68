import { posix } from 'node:path';
import { gap, note, warning } from '../migration/findings.ts';
import { readJson } from '../migration/json.ts';
import { ownValue } from '../migration/own-value.ts';
import type { Evidence, Finding, PlatformReading } from '../migration/plan.ts';
import { twinOf } from '../migration/regions-there.ts';
import type { SourceRepo } from '../migration/repo.ts';
import { readToml } from '../migration/toml.ts';
import { child, type Document, entriesOf, kindOf, type Located, placeOf, textOf } from '../migration/tree.ts';
import { fieldFindings, wrongKind } from './fields.ts';
import { buildFields, deployFields, invented, rootFields } from './railway-fields.ts';
import { readService, type ServiceReading } from './railway-service.ts';

/** `railway.json`, `railway.worker.toml`, `worker.railway.json`: Railway takes any name that a service is given. */
const configName = /(^|\/)(?:([\w-]+)\.)?railway(?:[.-]([\w-]+))?\.(json|toml)$/;

/** The builders' own files, where no railway.json lies beside them. */
const builderName = /(^|\/)(nixpacks\.toml|railpack\.json)$/;

const manifest =
  /^(package\.json|requirements[\w.-]*\.txt|pyproject\.toml|Pipfile|Dockerfile|go\.mod|Gemfile|Cargo\.toml)$/;

const folderOf = (path: string): string => (posix.dirname(path) === '.' ? '' : posix.dirname(path));

/** The folder that a service is built in: that of its file, or the top where nothing can be built beside the file. */
function rootOf(repo: SourceRepo, path: string): string {
  const folder = folderOf(path);
  const builds = (where: string): boolean =>
    repo.paths.some((one) => folderOf(one) === where && manifest.test(posix.basename(one)));
  return folder !== '' && !builds(folder) && builds('') ? '' : folder;
}

function nameOf(path: string): string {
  const [, , before, after] = configName.exec(path) ?? [];
  const folder = posix.basename(folderOf(path));
  return before ?? after ?? folder;
}

const read = (repo: SourceRepo, path: string): Document =>
  path.endsWith('.json') ? readJson(repo, path) : readToml(repo, path);

/** Values of `environments.production`, where they are given, in the place of the general ones. */
function overridden(base: Located | undefined, over: Located | undefined): Located | undefined {
  if (over === undefined || kindOf(over) !== 'map') return base;
  return { ...(base ?? over), value: new Map([...entriesOf(base), ...entriesOf(over)]) };
}

const isNull = (node: Located): boolean => kindOf(node) === 'nothing';

/** A map without the keys that hold nothing: the schema allows null for every key. */
function filled(node: Located | undefined): Located | undefined {
  if (node === undefined || kindOf(node) !== 'map') return undefined;
  return { ...node, value: new Map([...entriesOf(node)].filter(([, value]) => !isNull(value))) };
}

function inventedFindings(root: Located): Finding[] {
  return [...entriesOf(root)].flatMap(([key, value]) => {
    const meant = Object.hasOwn(invented, key) ? invented[key] : undefined;
    if (meant === undefined) return [];
    return [gap('railway-invented-key', `Railway ignores '${key}' in ${root.file}.`, meant, placeOf(value))];
  });
}

function environmentFindings(root: Located): Finding[] {
  return [...entriesOf(child(root, 'environments'))].flatMap(([name, node]) => {
    const fields = { build: 'read', deploy: 'read' } as const;
    const odd = [...entriesOf(node)].flatMap(([key, value]) =>
      Object.hasOwn(fields, key)
        ? []
        : [
            gap(
              'railway-invented-key',
              `Railway ignores '${key}' in environments.${name} of ${root.file}.`,
              ownValue(invented, key) ?? 'It knows build and deploy there.',
              placeOf(value),
            ),
          ],
    );
    if (name === 'production' || Object.keys(fields).every((key) => child(node, key) === undefined))
      return odd;
    const other = warning(
      'railway-environment',
      `The environment ${name} has settings of its own in ${root.file}.`,
      'The plan follows production; dev and prod here are made of it.',
      placeOf(node),
    );
    return [...odd, other];
  });
}

function rootFindings(root: Located): Finding[] {
  const known = new Map([...entriesOf(root)].filter(([key]) => !Object.hasOwn(invented, key)));
  return [
    ...fieldFindings({ ...root, value: known }, rootFields, root.file, 'Railway'),
    ...inventedFindings(root),
    ...environmentFindings(root),
  ];
}

function readConfig(repo: SourceRepo, path: string): { readings: ServiceReading[]; findings: Finding[] } {
  const { root, findings } = read(repo, path);
  if (root === undefined) return { readings: [], findings: [...findings] };
  const production = child(root, 'environments', 'production');
  const build = filled(overridden(child(root, 'build'), child(production, 'build')));
  const deploy = filled(overridden(child(root, 'deploy'), child(production, 'deploy')));
  const name = nameOf(path);
  const reading = readService(
    { name, root: rootOf(repo, path), build, deploy, evidence: [{ file: path, line: 1 }] },
    repo,
  );
  const malformed = [
    wrongKind(child(root, 'build'), 'map', 'build', 'Railway'),
    wrongKind(child(root, 'deploy'), 'map', 'deploy', 'Railway'),
  ];
  return {
    readings: [reading],
    findings: [
      ...findings,
      ...rootFindings(root),
      ...malformed.filter((one) => one !== undefined),
      ...fieldFindings(build, buildFields, `${path}: build`, 'Railway'),
      ...fieldFindings(deploy, deployFields, `${path}: deploy`, 'Railway'),
    ],
  };
}

/** A service that only its builder's file tells of. */
function readBuilt(repo: SourceRepo, path: string): ServiceReading {
  const root = folderOf(path);
  const name = posix.basename(root);
  return readService(
    { name, root, build: undefined, deploy: undefined, evidence: [{ file: path, line: 1 }] },
    repo,
  );
}

/** What the files for single services say. */
export interface FilesReading {
  readonly evidence: readonly Evidence[];
  readonly readings: readonly ServiceReading[];
  readonly region?: Pick<PlatformReading, 'region' | 'regionThere'>;
  readonly findings: readonly Finding[];
}

function endOfFiles(paths: readonly string[]): Finding[] {
  if (paths.length === 0) return [];
  return [
    note(
      'railway-files-end',
      'Railway stops reading railway.json and railway.toml on 2026-12-01.',
      'Nothing for AWS; but look in the dashboard whether the settings there are the newer ones.',
      paths.map((file) => ({ file, line: 1 })),
    ),
  ];
}

/** Two files for the same service: the one with the settings of the other format is not read. */
function withoutTwins(paths: readonly string[]): { kept: string[]; findings: Finding[] } {
  const groups = [...Map.groupBy(paths, (path) => path.replace(/\.\w+$/, '')).values()];
  const twins = groups.filter((group) => group.length > 1);
  return {
    kept: groups.map(([first = '']) => first),
    findings: twins.map(([first = '', ...others]) =>
      warning(
        'railway-two-files',
        `${first} and ${others.join(', ')} speak for the same service.`,
        `${first} was read. Delete the one that is not in use.`,
        others.map((file) => ({ file, line: 1 })),
      ),
    ),
  };
}

/** railway.json and railway.toml of every name, one service each, and builders' files where there is none. */
export function readFiles(repo: SourceRepo): FilesReading {
  const { kept, findings } = withoutTwins(repo.paths.filter((path) => configName.test(path)));
  const configured = kept.map((path) => readConfig(repo, path));
  const roots = new Set(kept.map((path) => rootOf(repo, path)));
  const alone = repo.paths.filter((path) => builderName.test(path) && !roots.has(folderOf(path)));
  const place = kept
    .map((path) => child(read(repo, path).root, 'deploy', 'region'))
    .find((one) => textOf(one) !== undefined);
  const region = textOf(place);
  return {
    evidence: [...kept, ...alone].map((file) => ({ file, line: 1 })),
    readings: [
      ...configured.flatMap(({ readings }) => readings),
      ...alone.map((path) => readBuilt(repo, path)),
    ],
    ...(place && region !== undefined && { region: twinOf('railway', region, [placeOf(place)]) }),
    findings: [...configured.flatMap((one) => one.findings), ...findings, ...endOfFiles(kept)],
  };
}
