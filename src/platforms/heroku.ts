import { gap } from '../migration/findings.ts';
import { lineOf } from '../migration/languages/build.ts';
import { readPackageJson } from '../migration/languages/package-json.ts';
import { databasesNeeded } from '../migration/needs.ts';
import { ownValue } from '../migration/own-value.ts';
import type { Database, Evidence, Finding, PlatformReading, Variable } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';
import { entriesOf } from '../migration/tree.ts';
import {
  buildArgument,
  leftOptional,
  mergedVariables,
  type Setting,
  sortVariable,
} from '../migration/variables.ts';
import type { Platform } from './all.ts';
import { type Addon, readAddon } from './heroku-addons.ts';
import { type AppJson, readAppJson } from './heroku-app-json.ts';
import { buildpackFindings, fileFindings, noProcess, notInRepo, unknownProcess } from './heroku-findings.ts';
import { readProcess, type Surroundings } from './heroku-processes.ts';
import { type HerokuYml, readHerokuYml } from './heroku-yml.ts';
import { type ProcessLine, type Procfile, readProcfile } from './procfile.ts';

/** Keys of an app.json that are Heroku's: React Native has a file of that name, too. */
const ownKeys = [
  'env',
  'formation',
  'addons',
  'buildpacks',
  'scripts',
  'stack',
  'success_url',
  'repository',
  'keywords',
  'logo',
  'image',
];

function evidenceOf(repo: SourceRepo, app: AppJson, yml: HerokuYml): Evidence[] {
  const found = (file: string): Evidence[] => (repo.has(file) ? [{ file, line: 1 }] : []);
  const isOurs = [...entriesOf(app.root).keys()].some((key) => ownKeys.includes(key));
  const hooks = readPackageJson(repo, '');
  const hook = ['heroku-prebuild', 'heroku-postbuild', 'heroku-cleanup'].find((name) =>
    hooks?.scripts.has(name),
  );
  return [
    ...found('Procfile'),
    ...(isOurs ? found('app.json') : []),
    ...(yml.root === undefined ? [] : found('heroku.yml')),
    ...found('Aptfile'),
    ...(hook !== undefined && hooks ? [hooks.place('scripts', hook)] : []),
  ];
}

/** The variables that Heroku sets for an add-on, by the names under which the app finds them. */
function addonVariables(addons: readonly Addon[], databases: readonly Database[]): Variable[] {
  return addons.flatMap(({ plan, as, place }) => {
    const database = databases.find(({ evidence }) => evidence.includes(place));
    const service = plan.split(':')[0] ?? '';
    const names = {
      'heroku-postgresql': 'DATABASE_URL',
      rediscloud: 'REDISCLOUD_URL',
      redistogo: 'REDISTOGO_URL',
    };
    const usual = ownValue(names, service);
    const name = as === undefined ? (usual ?? 'REDIS_URL') : `${as.toUpperCase()}_URL`;
    if (!database || (database.kind !== 'postgres' && database.kind !== 'redis')) return [];
    const source = { kind: 'database', database: database.name, property: 'url' } as const;
    return [
      { name, source, reason: `The add-on ${plan} sets it; here the task composes it.`, evidence: [place] },
    ];
  });
}

interface Variables {
  readonly variables: readonly Variable[];
  readonly findings: readonly Finding[];
}

function variablesOf(
  app: AppJson,
  yml: HerokuYml,
  databases: readonly Database[],
  addons: readonly Addon[],
): Variables {
  const settings: Setting[] = [...app.settings, ...yml.settings];
  const sorted = settings.map((setting) => sortVariable(setting, { databases, platform: 'heroku' }));
  const own = sorted.map(({ variable }): Variable => {
    if (app.generated.has(variable.name))
      return {
        ...variable,
        source: { kind: 'generated' },
        reason: 'Heroku drew it at random at the first deployment.',
      };
    const isUnset = settings.some(({ name, value }) => name === variable.name && !value);
    return app.optional.has(variable.name) && isUnset && variable.source.kind === 'secret'
      ? leftOptional(variable)
      : variable;
  });
  const build = yml.buildSettings.map(buildArgument);
  return {
    variables: mergedVariables(
      addonVariables(addons, databases),
      own,
      build.map(({ variable }) => variable),
    ),
    findings: [...sorted, ...build].flatMap(({ findings }) => findings),
  };
}

/** The processes that run: of heroku.yml where the app is built from it, else of the Procfile, else Node's default. */
function processesOf(
  repo: SourceRepo,
  app: AppJson,
  yml: HerokuYml,
  procfile: Procfile,
): { lines: ProcessLine[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const container = yml.root !== undefined && (yml.docker.size > 0 || yml.runs.length > 0);
  if (container) {
    if (procfile.processes.length > 0 && !app.isContainer)
      findings.push(
        gap(
          'heroku-two-ways',
          'Both heroku.yml and a Procfile say what runs.',
          'heroku stack says which counts: with container it is heroku.yml, as the plan has it; otherwise delete heroku.yml and run this again.',
          [
            { file: 'heroku.yml', line: 1 },
            { file: 'Procfile', line: 1 },
          ],
        ),
      );
    const run = new Set(yml.runs.map(({ name }) => name));
    const images = [...yml.docker.keys()].filter((name) => !run.has(name));
    const silent = images.map(
      (name): ProcessLine => ({
        name,
        command: '',
        place: {
          file: 'heroku.yml',
          line: lineOf(repo.text('heroku.yml') ?? '', new RegExp(String.raw`^\s+${name}:`, 'm')),
        },
      }),
    );
    return { lines: [...yml.runs, ...silent], findings };
  }
  const lines = procfile.processes.filter(({ name }) => name !== 'release');
  if (repo.has('Procfile')) return { lines: [...lines], findings };
  const node = readPackageJson(repo, '');
  if (node?.scripts.has('start'))
    return {
      lines: [{ name: 'web', command: 'npm start', place: node.place('scripts', 'start') }],
      findings,
    };
  return { lines: [], findings };
}

function read(repo: SourceRepo): PlatformReading {
  const app = readAppJson(repo);
  const yml = readHerokuYml(repo);
  const evidence = evidenceOf(repo, app, yml);
  if (evidence.length === 0)
    return { platform: 'heroku', evidence, services: [], databases: [], findings: [] };
  const procfile = readProcfile(repo, 'Procfile');
  const addons = [...app.addons, ...yml.addons];
  const readings = addons.map(readAddon);
  const stated = readings.flatMap(({ databases }) => databases);
  const needs = stated.length > 0 ? { databases: [], findings: [] } : databasesNeeded(repo, ['']);
  const databases = [...stated, ...needs.databases];
  const { variables, findings } = variablesOf(app, yml, databases, addons);
  const isUnreadable = procfile.findings.some(({ id }) => id === 'procfile-unreadable');
  const releaseLine = procfile.processes.find(({ name }) => name === 'release');
  const around: Surroundings = {
    repo,
    formation: app.formation,
    variables,
    release: yml.release ?? (releaseLine && { text: releaseLine.command, evidence: [releaseLine.place] }),
    dockerOf: (name) =>
      yml.docker.get(name) ?? yml.docker.get(yml.imageOf.get(name) ?? 'web') ?? [...yml.docker.values()][0],
  };
  const { lines, findings: twoWays } = processesOf(repo, app, yml, procfile);
  const named = lines.find(({ name }) => name === yml.releaseImage);
  const first = named ?? lines.find(({ name }) => name === 'web') ?? lines[0];
  const processes = lines.map((line) => readProcess(line, line === first, around));
  const unknown = [...app.formation.keys()].filter((name) => !lines.some((line) => line.name === name));
  return {
    platform: 'heroku',
    evidence,
    services: processes.map(({ service }) => service),
    databases,
    findings: [
      ...procfile.findings,
      ...app.findings,
      ...yml.findings,
      ...twoWays,
      ...processes.flatMap((process) => process.findings),
      ...readings.flatMap((reading) => reading.findings),
      ...needs.findings,
      ...findings,
      ...buildpackFindings(app),
      ...unknown.map((name) => unknownProcess(app, name)),
      ...fileFindings(repo),
      ...(lines.length === 0 && !isUnreadable ? [noProcess(evidence)] : []),
      ...notInRepo(addons, evidence),
    ],
  };
}

/** Heroku: Procfile, app.json and heroku.yml. */
export const heroku: Platform = { name: 'heroku', title: 'Heroku', read };
