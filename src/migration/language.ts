import { parseLine, programOf, quoteWords } from './commands.ts';
import { type Division, divideSteps, lineOfSteps, type PlacedStep } from './commands-divide.ts';
import { expandScripts, type ScriptSource } from './commands-scripts.ts';
import { type StartCommand, startCommand } from './commands-start.ts';
import { tidied } from './findings.ts';
import { bringDockerfile, commandFindings, divisionFindings } from './language-findings.ts';
import { inItsFolder } from './language-folder.ts';
import { isPortFixed, portOf, serves } from './language-port.ts';
import {
  type AppBuild,
  type BuildVariable,
  below,
  type LanguageReading,
  type LanguageRequest,
} from './languages/build.ts';
import { aptfile } from './languages/debian.ts';
import { type DockerReading, readDocker } from './languages/docker.ts';
import { readNode } from './languages/node.ts';
import { brokenPackageJson, readPackageJson } from './languages/package-json.ts';
import { listeningCode } from './languages/port-in-code.ts';
import { readPython } from './languages/python.ts';
import type { Finding, PlatformName, Service, ShellLine } from './plan.ts';
import type { SourceRepo } from './repo.ts';
import { sourceOf } from './script-source.ts';

/** How the image of a service comes about, and what runs in it. */
export interface BuildReading {
  /** Built from source, with a Dockerfile that has to be written. */
  readonly app?: AppBuild;
  /** The owner's own Dockerfile, kept as it is. */
  readonly own?: DockerReading & {
    readonly file: string;
    readonly context: string;
    readonly target?: string;
  };
  /** Words of the command; absent where the image's own is right, or none was found. */
  readonly command?: readonly string[];
  /** What runs once for each deployment: from the build, the start and the release line. In order. */
  readonly release: readonly ShellLine[];
  /** Port on which it listens; absent for what serves nobody, or where nothing says it. */
  readonly port?: number;
  /** Whether it listens there whatever PORT says. */
  readonly isPortFixed: boolean;
  /** Variables that the task is given for the server, each with its reason; `$PORT` stands for the port. */
  readonly variables: Readonly<Record<string, { readonly value: string; readonly reason: string }>>;
  readonly findings: readonly Finding[];
}

const nothing: Division = {
  install: [],
  build: [],
  release: [],
  run: [],
  stuck: [],
  failureIgnored: [],
  background: [],
};

function divide(
  line: ShellLine | undefined,
  place: 'build' | 'start' | 'release',
  source: ScriptSource,
): Division {
  if (line === undefined) return nothing;
  const parsed = parseLine(line.text);
  return parsed.error === undefined ? divideSteps(expandScripts(parsed, source), place) : nothing;
}

/** A text of several lines as one, which a shell gets to read: a RUN has its line ends for itself. */
const printed = (text: string): string =>
  `sh -ec "$(printf '%b' '${text.replaceAll('\\', '\\\\').replaceAll("'", "'\\''").replaceAll('\n', '\\n')}')"`;

/** The steps of a build as lines: each its own, so that a change of one repeats only those after it. */
function linesOf(steps: readonly PlacedStep[]): string[] {
  if (steps.some((step) => step.words[0] === 'export' || step.joiner === '||')) {
    const line = lineOfSteps(steps);
    return line === undefined ? [] : [line];
  }
  return steps.flatMap((step) => {
    const line = lineOfSteps([{ ...step, joiner: undefined }]) ?? [];
    return step.shell === 'here-document' && typeof line === 'string' ? printed(line) : line;
  });
}

function settingsOf({ variables }: Service): Map<string, string> {
  return new Map(
    variables.flatMap(({ name, source }) =>
      (source.kind === 'plain' || source.kind === 'build') && source.value !== undefined
        ? [[name, source.value] as const]
        : [],
    ),
  );
}

/** Names that say what the image is made of: the reading follows them, and no step of a build reads them. */
const readAlready =
  /_VERSION$|^(DISABLE_COLLECTSTATIC|PORT|USE_YARN_CACHE|YARN_PRODUCTION|NPM_CONFIG_PRODUCTION)$/;

const buildVariablesOf = ({ variables }: Service): BuildVariable[] =>
  variables.flatMap(({ name, source }) => {
    const ofPages = source.kind === 'front-end';
    const ofBuild = source.kind === 'build' && source.value !== undefined && !readAlready.test(name);
    return ofPages || ofBuild ? [{ name, value: source.value }] : [];
  });

function ownImage(repo: SourceRepo, service: Service): BuildReading['own'] {
  const { docker, root } = service;
  const found = docker ?? { file: below(root, 'Dockerfile'), context: root };
  const reading = readDocker(repo, found.file, found.context, docker?.target);
  return reading && { ...reading, ...found };
}

interface Built {
  readonly app?: AppBuild;
  readonly own?: NonNullable<BuildReading['own']>;
  readonly start?: LanguageReading['start'];
  readonly findings: readonly Finding[];
}

/** Whether the platform builds from source although a Dockerfile lies there: Render and Heroku take it only where they are told to. */
const ignoresDockerfile = (platform: PlatformName, service: Service): boolean =>
  (platform === 'render' || platform === 'heroku') &&
  service.docker === undefined &&
  service.runtime !== 'docker';

const pythonPrograms =
  /^(python|gunicorn|uvicorn|hypercorn|daphne|granian|uwsgi|celery|flask|streamlit|waitress-serve|fastapi|rq|alembic|manage\.py|chainlit)$/;
const nodePrograms =
  /^(node|npm|yarn|pnpm|bun|next|nest|tsx|ts-node|nuxt|remix-serve|pm2|fastify|strapi|probot)$/;

/** The languages to try: the platform's word first, then what the commands call, then what the manifests say. */
function readersFor(repo: SourceRepo, { runtime }: Service, { root, runs }: LanguageRequest) {
  if (runtime === 'node') return [readNode];
  if (runtime === 'python') return [readPython, readNode];
  if (/^(ruby|go|rust|elixir|php|java|dotnet)$/.test(runtime ?? '')) return [];
  const programs = runs
    .flatMap((line) => parseLine(line).steps.flatMap(({ commands }) => commands))
    .flatMap((words) => [words[0] ?? '', programOf(words)[0] ?? '']);
  if (programs.some((program) => pythonPrograms.test(program.replace(/^python[\d.]+$/, 'python'))))
    return [readPython, readNode];
  if (programs.some((program) => nodePrograms.test(program))) return [readNode, readPython];
  const scripts = readPackageJson(repo, root)?.scripts;
  const isPython = ['manage.py', 'requirements.txt', 'pyproject.toml', 'Pipfile'].some((name) =>
    repo.has(below(root, name)),
  );
  // Beside Python, a package.json without a start script is there for the pages alone.
  return isPython && !scripts?.has('start') ? [readPython, readNode] : [readNode, readPython];
}

function built(repo: SourceRepo, platform: PlatformName, service: Service, request: LanguageRequest): Built {
  const own = ignoresDockerfile(platform, service) ? undefined : ownImage(repo, service);
  if (own) return { own, findings: own.findings };
  const order = readersFor(repo, service, request);
  for (const reader of order) {
    const reading = reader(repo, request);
    if (reading) return { app: reading.build, start: reading.start, findings: reading.findings };
  }
  const last = ownImage(repo, service);
  if (last) return { own: last, findings: last.findings };
  // A Dockerfile that is named and not there is said by the mapping.
  return { findings: service.docker ? [] : [bringDockerfile(service)] };
}

function startOf(service: Service, { start, own }: Built): ShellLine | undefined {
  if (service.start) return service.start;
  if (own) {
    const line = own.commandLine ?? (own.command.length > 0 ? unwrapped(own.command) : undefined);
    return line === undefined ? undefined : { text: line, evidence: [{ file: own.file, line: 1 }] };
  }
  return serves(service) ? start : undefined;
}

/** The line behind `sh -c LINE`, or the words as a line. */
function unwrapped(words: readonly string[]): string {
  const shell =
    /(^|\/)(ba|da)?sh$/.test(words[0] ?? '') && /^-[a-z]*c$/.test(words[1] ?? '') && words.length === 3;
  return shell ? (words[2] ?? '') : quoteWords(words);
}

/**
 * Reads how the image of a service is built and what runs in it. Nothing of the app is run.
 * A service of a ready image, or a static site, has no reading worth its name: do not ask.
 */
export function readBuild(repo: SourceRepo, platform: PlatformName, given: Service): BuildReading {
  const service = inItsFolder(repo, given);
  const { root } = service;
  const source = sourceOf(repo, root);
  const build = divide(service.build, 'build', source);
  const starting = divide(service.start, 'start', source);
  const release = divide(service.release, 'release', source);
  const runs = [starting.run, starting.release, release.release, build.release].flatMap(
    (steps) => lineOfSteps(steps) ?? [],
  );
  const moved = [...linesOf(starting.build), ...linesOf(release.build)];
  const apt = aptfile(repo, root);
  const request: LanguageRequest = {
    root,
    platform,
    install: service.build && build.install.map(({ words }) => words),
    buildLines: service.build && [...linesOf(build.build), ...moved],
    runs,
    settings: settingsOf(service),
    buildVariables: buildVariablesOf(service),
    aptPackages: apt.packages,
  };
  const made = built(repo, platform, service, request);
  const start = startOf(service, made);
  const started = service.start ? starting : divide(start, 'start', source);
  const line = started.run.length > 0 ? lineOfSteps(started.run) : start?.text;
  const command =
    line === undefined
      ? undefined
      : startCommand(line, { script: source.npm, isInstalled: source.isInstalled });
  const kept = keepsOwn(service, made, started);
  const code =
    made.app && command && serves(service)
      ? listeningCode(repo, root, made.app.language, command.words)
      : undefined;
  const port = portOf(service, made, command?.line, code?.port);
  const app =
    made.app &&
    withMoved(
      made.app,
      service.build === undefined ? [...moved, ...(service.start ? [] : linesOf(started.build))] : [],
      port,
    );
  const needed = [
    ...(command?.words ?? []),
    ...[...starting.release, ...release.release, ...build.release].map(({ text }) => text),
  ];
  return {
    ...(app && { app: { ...app, managerAtRun: callsManager(app, needed) } }),
    ...(made.own && { own: made.own }),
    ...(command && !kept && { command: command.words }),
    release: releases([
      [service.build, build],
      [start, started],
      [service.release, release],
    ]),
    ...(port !== undefined && { port }),
    isPortFixed: isPortFixed(service, command?.line, code?.port),
    variables: kept ? {} : listening(command),
    findings: [
      ...made.findings,
      ...(made.app ? apt.findings : []),
      ...(made.own ? [] : brokenPackageJson(repo, root)),
      ...divisionFindings(service.build, build, 'build'),
      ...divisionFindings(start, started, 'start'),
      ...divisionFindings(service.release, release, 'release'),
      ...(code?.findings ?? []),
      ...commandFindings(service, made, command, start),
      ...tidied(source.findings),
    ],
  };
}

/** Whether the image's own command is left alone: it is the owner's, and nothing was taken out of it. */
const keepsOwn = (service: Service, { own }: Built, { release, build, run }: Division): boolean =>
  own !== undefined &&
  service.start === undefined &&
  (own.commandLine === undefined || run.length === 0) &&
  release.length + build.length === 0;

function withMoved(app: AppBuild, moved: readonly string[], port: number | undefined): AppBuild {
  const listens = port ?? app.port;
  return {
    ...app,
    build: [...app.build, ...moved],
    port: listens,
    variables: app.variables.map((one) => (one.name === 'PORT' ? { ...one, value: String(listens) } : one)),
  };
}

function releases(parts: readonly (readonly [ShellLine | undefined, Division])[]): ShellLine[] {
  const lines = parts.flatMap(([line, { release }]): ShellLine[] => {
    const text = lineOfSteps(release);
    return line === undefined || text === undefined ? [] : [{ text, evidence: line.evidence }];
  });
  return lines.filter(({ text }, index) => lines.findIndex((one) => one.text === text) === index);
}

/** Whether what runs calls the package manager by its name: `pnpm start`, `bun run x.ts`. npm is there anyway. */
const callsManager = ({ manager }: AppBuild, texts: readonly string[]): boolean => {
  const name = manager === 'berry' ? 'yarn' : manager;
  const named = new RegExp(String.raw`(^|[\s;&|(/])${name}x?(\s|$)`);
  return /^(pnpm|yarn|bun)$/.test(name) && texts.some((text) => named.test(text));
};

function listening(command: StartCommand | undefined): BuildReading['variables'] {
  const { variables = {}, reason = '' } = command?.listen ?? {};
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, { value, reason }]));
}
