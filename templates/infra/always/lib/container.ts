import type { Reader } from './reader.ts';

/** How the image is built and run: the block `container` of settings.json, or what backend/ needs without one. */
export interface Container {
  /** Folder that is sent to the build, and path of the Dockerfile, both from the top of the repo. */
  readonly context: string;
  readonly dockerfile: string;
  /** Stage of the Dockerfile; the last one where it is undefined. */
  readonly target: string | undefined;
  /** CodeBuild gets the whole repo, and not only the folder. */
  readonly wholeRepo: boolean;
  /** The port that the image listens on. */
  readonly port: number;
  /** What the load balancer asks for to see whether a task is alive, and which answers count. */
  readonly healthPath: string;
  readonly healthCodes: string;
  /** Words of the image's own entry point, which has to be known where `composed` puts a shell before it. */
  readonly entryPoint: readonly string[];
  /** Words of the command; empty for the image's own. */
  readonly command: readonly string[];
  /** Settings of the app that are the same in all environments. */
  readonly variables: Readonly<Record<string, string>>;
  /**
   * Variables that a shell puts together when the container starts, of others: `postgres://$DATABASE_USER:…`. So a
   * password that is part of one is kept in one place only. As between double quotes of a shell.
   */
  readonly composed: Readonly<Record<string, string>>;
  /** Variables that hold the app's own public address, or its host name alone. */
  readonly address: Readonly<Record<string, 'url' | 'host'>>;
  /** The container cannot write to its own file system and has no capabilities. */
  readonly lockedDown: boolean;
}

/** The image that backend/ makes. */
const BACKEND: Container = {
  context: 'backend',
  dockerfile: 'backend/Dockerfile',
  target: undefined,
  wholeRepo: false,
  port: 8000,
  // Never /ready: it asks the database, and when that is away for a minute, ECS would replace every healthy task
  // over and over and take down what still works.
  healthPath: '/health',
  healthCodes: '200',
  entryPoint: [],
  command: [],
  variables: { LOG_LEVEL: 'info' },
  composed: {},
  address: {},
  lockedDown: true,
};

/** Name of an environment variable. */
export const VARIABLE = /^[A-Za-z_]\w*$/;

/** A path inside the repo. */
const PATH = /^(?!\/)(?!.*\.\.(\/|$)).+$/;

/** The block `container`. */
export function readContainer(root: Reader): Container {
  if (!root.has('container')) return BACKEND;
  const block = root.object('container');
  const container = {
    context: block.text('context', PATH, 'backend'),
    dockerfile: block.text('dockerfile', PATH, 'backend/Dockerfile'),
    target: block.has('target') ? block.text('target', /^[\w.-]+$/, 'production') : undefined,
    wholeRepo: true,
    port: block.integer('port', 1, 65_535),
    healthPath: block.text('healthPath', /^\//, '/health'),
    healthCodes: block.text('healthCodes', /^[2-4]\d\d([-,][2-4]\d\d)*$/, '200-399'),
    entryPoint: block.texts('entryPoint', /^/, '["./entrypoint.sh"]'),
    command: block.texts('command', /^/, '["node", "server.js"]'),
    variables: readVariables(block.object('variables')),
    composed: readVariables(block.object('composed')),
    address: readAddress(block.object('address')),
    lockedDown: block.boolean('lockedDown'),
  };
  const once = { ...container.variables, ...container.address };
  for (const name of Object.keys(container.composed).filter((name) => name in once))
    block.problem('composed', `has ${name}, and so has "variables" or "address"`, 'Remove one of the two');
  if (
    Object.keys(container.composed).length > 0 &&
    [...container.entryPoint, ...container.command].length === 0
  )
    block.problem(
      'command',
      'is empty, and the shell that composes variables knows no other',
      "Write the words of the image's own command here",
    );
  block.refuseOthers();
  return container;
}

/** Names and values of environment variables. */
export function readVariables(block: Reader): Record<string, string> {
  for (const name of block.names().filter((name) => !VARIABLE.test(name)))
    block.problem(name, 'is no name of an environment variable', 'Use letters, digits and _');
  return Object.fromEntries(block.names().map((name) => [name, block.text(name, /^/, 'production')]));
}

function readAddress(block: Reader): Container['address'] {
  return Object.fromEntries(block.names().map((name) => [name, block.oneOf(name, ['url', 'host'])]));
}

/** The variables with the public address, once that is known. */
export function addressVariables(
  { address }: Container,
  scheme: 'http' | 'https',
  host: string,
): Record<string, string> {
  const entries = Object.entries(address);
  return Object.fromEntries(
    entries.map(([name, form]) => [name, form === 'url' ? `${scheme}://${host}` : host]),
  );
}

/** What ECS calls entry point and command. */
export interface Start {
  readonly entryPoint?: string[];
  readonly command?: string[];
}

/**
 * How a container of the image starts, with `command` instead of its own where there is one. A shell puts the
 * composed variables together and gives its place to the command, so that SIGTERM reaches the command itself.
 */
export function startOf({ entryPoint, command, composed }: Container, other?: readonly string[]): Start {
  const words = other ?? command;
  const exports = Object.entries(composed).map(([name, value]) => `export ${name}="${value}"`);
  if (exports.length === 0) return words.length > 0 ? { command: [...words] } : {};
  const script = [...exports, 'exec "$@"'].join('; ');
  return { entryPoint: ['sh', '-c', script, 'sh', ...entryPoint], command: [...words] };
}
