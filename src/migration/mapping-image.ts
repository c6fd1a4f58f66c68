import { posix } from 'node:path';
import { containerCommand } from './commands-exec.ts';
import { gap, note } from './findings.ts';
import { type BuildReading, readBuild } from './language.ts';
import { signalFindings } from './language-findings.ts';
import type { AppBuild } from './languages/build.ts';
import { argumentGaps } from './mapping-arguments.ts';
import type { Finding, PlatformName, Service, ShellLine } from './plan.ts';
import type { SourceRepo } from './repo.ts';

/** The image of the app, and how it is started. */
export interface AppImage {
  /** `.` for the top of the repo. */
  readonly context: string;
  readonly dockerfile: string;
  readonly target: string | undefined;
  readonly port: number;
  readonly entryPoint: readonly string[];
  /** Words of the command; empty for the image's own. */
  readonly command: readonly string[];
  /** Words of the image's own command; `undefined` where only its base image knows them. */
  readonly ownCommand: readonly string[] | undefined;
  readonly hasShell: boolean;
  readonly language: 'node' | 'python' | undefined;
  /** What a Dockerfile is written from. */
  readonly build: AppBuild | undefined;
  /** A ready image that the Dockerfile which is written begins with. */
  readonly ready: string | undefined;
  readonly releases: readonly ShellLine[];
  /** What the server is told so that it listens where it should. */
  readonly variables: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

/** Port that an app listens on where only the platform says so. */
const usualPorts: Readonly<Record<PlatformName, number>> = {
  render: 10_000,
  heroku: 8000,
  railway: 8000,
  fly: 8080,
  none: 8000,
};

/** A path as it is stored: `.` for the top of the repo, which `/` is to the platforms. */
const top = (path: string): string => posix.normalize(`./${path}`).replace(/(?<=.)\/$/, '');

const titles = { node: 'Node', python: 'Python' } as const;

/** What tells two images apart: services with the same one share it. A sentence can name it. */
export function imageKey(repo: SourceRepo, platform: PlatformName, service: Service): string {
  if (service.image !== undefined) return `the image ${service.image}`;
  const { own, app } = readBuild(repo, platform, service);
  if (own) return `${own.file}${own.target === undefined ? '' : `, stage ${own.target}`}`;
  const folder = app ? [app.context, app.folder].filter((part) => part !== '').join('/') : service.root;
  const source = folder === '' ? 'the source at the top' : `the source in ${folder}`;
  return app ? `${source} for ${titles[app.language]}` : source;
}

/** The name of the image that the last stage is built from: a shell can be missing there. */
function baseOf(repo: SourceRepo, file: string): string {
  const stages = [...(repo.text(file) ?? '').matchAll(/^[ \t]*FROM\s+(?:--\S+\s+)*(\S+)/gim)];
  return stages.at(-1)?.[1] ?? '';
}

function languageOf(base: string): AppImage['language'] {
  if (/python/.test(base)) return 'python';
  return /node|bun/.test(base) ? 'node' : undefined;
}

function ownCommandOf({ entryPoint, command, commandLine }: NonNullable<BuildReading['own']>) {
  if (commandLine !== undefined) return ['sh', '-c', commandLine];
  return command.length + entryPoint.length > 0 ? command : undefined;
}

function variablesWith(port: number, { variables }: BuildReading): Record<string, string> {
  const entries = Object.entries(variables);
  return Object.fromEntries(
    entries.map(([name, { value }]) => [name, value.replaceAll('$PORT', String(port))]),
  );
}

/** A ready image is wrapped in a Dockerfile of one line: so it gets a tag of its own, and stays in the registry. */
function readyImage(
  platform: PlatformName,
  { image = '', port, start, release, evidence }: Service,
): AppImage {
  const command = start ? containerCommand(start.text).words : [];
  return {
    context: '.',
    dockerfile: 'Dockerfile',
    target: undefined,
    port: port ?? usualPorts[platform],
    entryPoint: [],
    command,
    ownCommand: undefined,
    hasShell: true,
    language: undefined,
    build: undefined,
    ready: image,
    releases: release ? [release] : [],
    variables: {},
    findings: [
      note(
        'ready-image',
        `The service runs the ready image ${image}.`,
        'A Dockerfile of one line takes it into the registry; give it a digest, so that a new version is a change of yours.',
        evidence,
      ),
      ...signalFindings(command, start?.evidence ?? []),
    ],
  };
}

/** Where a missing Dockerfile belongs. */
const dockerfileIn = (context: string): string => (context === '' ? 'Dockerfile' : `${context}/Dockerfile`);

/** The image of a service: of the owner's Dockerfile, of one that is written, or a ready one. */
export function imageOf(repo: SourceRepo, platform: PlatformName, service: Service): AppImage {
  if (service.image !== undefined && service.docker === undefined) return readyImage(platform, service);
  const reading = readBuild(repo, platform, service);
  const { own, app, command = [], release } = reading;
  // Render gives its 10000 to whatever it builds from source, and looks for the port otherwise.
  const usual = own === undefined && platform === 'render' ? usualPorts.render : undefined;
  const port =
    service.port ?? (reading.isPortFixed ? undefined : usual) ?? reading.port ?? usualPorts[platform];
  const base = own ? baseOf(repo, own.file) : '';
  const missing = service.docker !== undefined && own === undefined;
  const context = own?.context ?? (missing ? service.docker?.context : app?.context) ?? service.root;
  return {
    context: top(context),
    dockerfile: top(own?.file ?? (missing ? service.docker?.file : undefined) ?? dockerfileIn(context)),
    target: own?.target ?? service.docker?.target,
    port,
    entryPoint: own?.entryPoint ?? [],
    command,
    ownCommand: own ? ownCommandOf(own) : command.length > 0 ? command : undefined,
    hasShell: !/distroless|^scratch$|chainguard/.test(base),
    language: app?.language ?? languageOf(base),
    build: missing || app === undefined ? undefined : withPort(app, port),
    ready: undefined,
    releases: release,
    variables: variablesWith(port, reading),
    findings: [
      ...reading.findings,
      ...argumentGaps(platform, service, own),
      ...(missing ? [dockerfileMissing(service)] : []),
    ],
  };
}

function withPort(app: AppBuild, port: number): AppBuild {
  const variables = app.variables.map((one) => (one.name === 'PORT' ? { ...one, value: String(port) } : one));
  return { ...app, port, variables };
}

const dockerfileMissing = ({ docker, evidence }: Service): Finding =>
  gap(
    'dockerfile-missing',
    `${docker?.file ?? 'The Dockerfile'} is not in the repo.`,
    'Bring it along, or name the one that is meant at "dockerfile" in infra/settings.json.',
    evidence,
  );
