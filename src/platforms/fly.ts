import { posix } from 'node:path';
import { gap, note } from '../migration/findings.ts';
import { below } from '../migration/languages/build.ts';
import { databasesNeeded } from '../migration/needs.ts';
import type { Database, Finding, PlatformReading, Service, ShellLine, Variable } from '../migration/plan.ts';
import { twinOf } from '../migration/regions-there.ts';
import type { SourceRepo } from '../migration/repo.ts';
import { readToml } from '../migration/toml.ts';
import { child, entriesOf, itemsOf, kindOf, type Located, placeOf, textOf } from '../migration/tree.ts';
import { buildArgument, mergedVariables, sortVariable } from '../migration/variables.ts';
import type { Platform } from './all.ts';
import { type Fields, fieldFindings } from './fields.ts';
import {
  buildFields,
  deployFields,
  experimentalFields,
  httpFields,
  mountFields,
  rootFields,
  serviceFields,
  vmFields,
} from './fly-sections.ts';
import { type FlyApp, type FlyProcess, folderOf, readFlyProcess } from './fly-service.ts';

/** Names of Fly's file: also one for each app or environment, and templates. */
const fileName = /(^|\/)fly(\.[\w-]+)*\.toml$/;

/** Files of a repo that speak of Fly, the plain name first. Those of other environments are named, and not read. */
function filesOf(repo: SourceRepo): { read: string[]; others: string[] } {
  const all = repo.paths.filter((path) => fileName.test(path) && path.split('/').length <= 4);
  const plain = all.filter((path) => posix.basename(path) === 'fly.toml');
  const other = all.filter((path) =>
    /\.(staging|stage|dev|development|test|preview|review|template|example|sample)\./.test(
      posix.basename(path),
    ),
  );
  const rest = all.filter((path) => !plain.includes(path) && !other.includes(path));
  // fly.production.toml is the app itself where there is no fly.toml.
  const read = [...plain, ...rest];
  return read.length > 0 ? { read, others: other } : { read: other.slice(0, 1), others: other.slice(1) };
}

/** The processes; a list, as old files have it, and an empty table name none. */
function processesOf(root: Located): FlyProcess[] {
  const node = child(root, 'processes');
  const named = [...entriesOf(node)].map(([name, value]): FlyProcess => {
    const text = textOf(value)?.trim() ?? '';
    const place = placeOf(value);
    return { name, line: text === '' ? undefined : { text, evidence: [place] }, place };
  });
  return named.length > 0 ? named : [{ name: 'app', line: undefined, place: placeOf(root) }];
}

function variablesOf(
  root: Located,
  databases: readonly Database[],
): { variables: Variable[]; findings: Finding[] } {
  const env = [...entriesOf(child(root, 'env'))].map(([name, node]) =>
    sortVariable({ name, value: textOf(node), evidence: [placeOf(node)] }, { databases, platform: 'fly' }),
  );
  const args = [...entriesOf(child(root, 'build', 'args'))].map(([name, node]) =>
    buildArgument({ name, value: textOf(node), evidence: [placeOf(node)] }),
  );
  return {
    variables: mergedVariables(
      env.map(({ variable }) => variable),
      args.map(({ variable }) => variable),
    ),
    findings: [...env, ...args].flatMap(({ findings }) => findings),
  };
}

function dockerOf(repo: SourceRepo, root: Located, folder: string): Service['docker'] | undefined {
  const build = child(root, 'build');
  const named = textOf(child(build, 'dockerfile'));
  const target = textOf(child(build, 'build-target') ?? child(build, 'build_target'));
  const plain = ['Dockerfile', 'dockerfile']
    .map((name) => below(folder, name))
    .find((path) => repo.has(path));
  const file = named === undefined ? plain : posix.normalize(below(folder, named));
  return file === undefined ? undefined : { file, context: folder, ...(target !== undefined && { target }) };
}

function sectionFindings(root: Located): Finding[] {
  const about = (key: string, fields: Fields, subject: string): Finding[] => {
    const node = child(root, key);
    const all = node === undefined ? [] : kindOf(node) === 'list' ? itemsOf(node) : [node];
    return all.flatMap((section) => fieldFindings(section, fields, subject, 'Fly'));
  };
  return [
    ...fieldFindings(root, rootFields, 'fly.toml', 'Fly'),
    ...about('build', buildFields, 'the build'),
    ...about('deploy', deployFields, 'the deployment'),
    ...about('http_service', httpFields, 'the HTTP service'),
    ...about('services', serviceFields, 'a service'),
    ...about('mounts', mountFields, 'a mount'),
    ...about('vm', vmFields, 'a machine'),
    ...about('experimental', experimentalFields, 'experimental'),
  ];
}

function stopFindings(root: Located): Finding[] {
  const signal = child(root, 'kill_signal');
  const name = textOf(signal) ?? 'SIGINT';
  const findings: Finding[] = [];
  if (name !== 'SIGTERM')
    findings.push(
      note(
        'fly-kill-signal',
        `Fly stops a process with ${name}, ECS with SIGTERM.`,
        'See that the app ends well at SIGTERM, too; in a Dockerfile of your own, STOPSIGNAL sets another one.',
        placeOf(signal ?? root),
      ),
    );
  return findings;
}

interface FileReading {
  readonly readings: readonly { service: Service; findings: readonly Finding[] }[];
  readonly region: Pick<PlatformReading, 'region' | 'regionThere'>;
  readonly app?: string;
  readonly databases: readonly Database[];
  readonly findings: readonly Finding[];
}

function readFile(repo: SourceRepo, file: string, several: boolean): FileReading {
  const { root, findings } = readToml(repo, file);
  if (root === undefined) return { readings: [], region: {}, databases: [], findings };
  const folder = folderOf(file);
  const needs = databasesNeeded(repo, [folder]);
  const { variables, findings: variableFindings } = variablesOf(root, needs.databases);
  const image = textOf(child(root, 'build', 'image'));
  const docker = dockerOf(repo, root, folder);
  const processes = processesOf(root);
  const app: FlyApp = {
    root,
    folder,
    variables,
    docker: image === undefined ? docker : undefined,
    image,
    processes,
  };
  const command = child(root, 'deploy', 'release_command');
  const text = textOf(command);
  const release: ShellLine | undefined = command && text ? { text, evidence: [placeOf(command)] } : undefined;
  const named = textOf(child(root, 'app'));
  const title = named ?? 'app';
  const readings = processes.map((process, index) => {
    const { service, findings: own } = readFlyProcess(app, process, index === 0 ? release : undefined);
    const name = several ? (processes.length === 1 ? title : `${title}-${service.name}`) : service.name;
    return { service: { ...service, name }, findings: own };
  });
  const place = child(root, 'primary_region');
  const region = place ? twinOf('fly', textOf(place) ?? '', [placeOf(place)]) : {};
  return {
    readings,
    region,
    ...(named !== undefined && { app: named }),
    databases: needs.databases,
    findings: [
      ...findings,
      ...sectionFindings(root),
      ...stopFindings(root),
      ...variableFindings,
      ...needs.findings,
      ...(place && region.region === undefined
        ? [
            gap(
              'fly-region',
              `The region ${textOf(place)} has no twin that is known.`,
              'Answer the question for the region.',
              placeOf(place),
            ),
          ]
        : []),
      note(
        'fly-secrets',
        'The secrets of the app are not in the repo.',
        'See their names with fly secrets list; their values cannot be read there: take them from where they were made.',
        placeOf(root),
      ),
    ],
  };
}

function read(repo: SourceRepo): PlatformReading {
  const { read: files, others } = filesOf(repo);
  const readings = files.map((file) => readFile(repo, file, files.length > 1));
  const first = readings.find(({ region }) => region.region !== undefined) ?? readings[0];
  const databases = readings.flatMap((reading) => reading.databases);
  return {
    platform: 'fly',
    evidence: files.map((file) => ({ file, line: 1 })),
    services: readings.flatMap((reading) => reading.readings.map(({ service }) => service)),
    databases: databases.filter(
      ({ name }, index) => databases.findIndex((one) => one.name === name) === index,
    ),
    ...first?.region,
    ...(readings[0]?.app !== undefined && { app: readings[0].app }),
    findings: [
      ...readings.flatMap((reading) => [
        ...reading.findings,
        ...reading.readings.flatMap(({ findings }) => findings),
      ]),
      ...others.map((file) =>
        note(
          'fly-other-environment',
          `${file} is of another environment, or a template.`,
          'It was not read: dev and prod here are made of one app.',
          { file, line: 1 },
        ),
      ),
    ],
  };
}

/** Fly.io: fly.toml, of every name. */
export const fly: Platform = { name: 'fly', title: 'Fly.io', read };
