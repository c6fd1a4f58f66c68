import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { cache } from './paths.ts';
import { capture, cleanUpWith, freePort, type RunResult, run, until } from './process.ts';

const directory = join(cache, 'containers');

/**
 * buildah and podman without a daemon and without a registry, with a store of their own. The limits and the cgroup
 * settings are those that work inside a virtual machine as well as inside a container.
 */
export const containerEnvironment: Record<string, string> = {
  CONTAINERS_CONF: join(directory, 'containers.conf'),
  CONTAINERS_STORAGE_CONF: join(directory, 'storage.conf'),
  BUILDAH_ISOLATION: 'chroot',
  BUILDAH_FORMAT: 'docker', // the OCI format has no HEALTHCHECK
};

export function writeContainerConfiguration(): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'containers.conf'),
    `[containers]
cgroups = "enabled"
netns = "host"
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`,
  );
  writeFileSync(
    join(directory, 'storage.conf'),
    `[storage]
driver = "overlay"
graphroot = "${directory}/store"
runroot = "/run/vibely-e2e-containers"
`,
  );
  writePackageManagerConfiguration();
}

/**
 * A machine may reach its package indexes only with settings of its own (a mirror, a CA). They are mounted into the
 * builds, so that neither a Dockerfile nor an image has to know of them.
 */
function writePackageManagerConfiguration(): void {
  const pip = ['/etc/pip.conf', join(homedir(), '.pip/pip.conf'), join(homedir(), '.config/pip/pip.conf')];
  const pipSettings = readAll(pip) || '[global]\n';
  const index = process.env.PIP_INDEX_URL;
  writeFileSync(
    join(directory, 'pip.conf'),
    `${pipSettings}${index ? `\n[global]\nindex-url = ${index}\n` : ''}`,
  );
  const npm = ['/usr/etc/npmrc', '/usr/local/etc/npmrc', join(homedir(), '.npmrc')];
  const registry = process.env.npm_config_registry;
  writeFileSync(join(directory, 'npmrc'), `${readAll(npm)}\n${registry ? `registry=${registry}\n` : ''}`);
}

function readAll(files: string[]): string {
  return files
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

const buildMounts = [
  ['/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/certs/ca-certificates.crt'],
  [join(directory, 'pip.conf'), '/etc/pip.conf'],
  [join(directory, 'npmrc'), '/usr/local/etc/npmrc'],
].flatMap(([from, to]) => ['-v', `${from}:${to}:ro`]);

/** Builds the image of a directory's Dockerfile with nothing but what is on this machine as base images. */
export async function buildImage(
  tag: string,
  context: string,
  buildArguments: Record<string, string> = {},
): Promise<string> {
  const args = Object.entries(buildArguments).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  const result = await run(
    'buildah',
    ['bud', '--network', 'host', '--pull-never', '--layers', ...buildMounts, ...args, '-t', tag, context],
    { env: containerEnvironment, timeoutMs: 300_000 },
  );
  return result.stdout + result.stderr;
}

export async function inspectImage(image: string): Promise<ImageFacts> {
  return JSON.parse(await capture('podman', ['image', 'inspect', image], { env: containerEnvironment }))[0];
}

export interface ImageFacts {
  Size: number;
  Config: {
    User?: string;
    Cmd?: string[];
    Entrypoint?: string[];
    WorkingDir?: string;
    Healthcheck?: { Test: string[] };
    Env: string[];
  };
  Healthcheck?: { Test: string[] };
}

export interface Container {
  name: string;
  /** Where it listens on this machine's loopback address. */
  port: number;
  url: string;
  log(): Promise<string>;
  /** SIGTERM, then SIGKILL after `graceSeconds`, as ECS does; returns the exit code and how long it took. */
  stop(graceSeconds?: number): Promise<{ code: number; seconds: number }>;
  /** Only the signal, without waiting. */
  signal(name: string): Promise<void>;
  exitCode(timeoutMs?: number): Promise<number>;
  healthcheck(): Promise<boolean>;
}

/** As Fargate runs it: nothing writable but what is asked for, no capability, the image's own user. */
const hardening = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--network=host'];

function environmentFlags(env: Record<string, string>): string[] {
  return Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
}

let count = 0;

/** How a container differs from one of the starter app. */
export interface ContainerOptions {
  /** Path that answers once it is ready; `undefined` for what serves nobody. */
  path: string | undefined;
  /** Words in place of the image's own command. */
  command?: readonly string[];
}

export async function startContainer(
  image: string,
  env: Record<string, string>,
  extra: readonly string[] = [],
  { path, command = [] }: ContainerOptions = { path: '/health' },
): Promise<Container> {
  const port = await freePort();
  const name = `e2e-${process.pid}-${count++}`;
  cleanUpWith('podman', ['rm', '--force', '--time', '0', name], containerEnvironment);
  const flags = [...hardening, ...environmentFlags({ PORT: String(port), ...env }), ...extra];
  await podman(['run', '--detach', '--name', name, ...flags, image, ...command]);
  const container = handle(name, port);
  if (path === undefined) return container;
  await until(`${name} answers`, 30_000, async () => {
    if ((await state(name)).Running === false) throw new Error(`${name} ended:\n${await container.log()}`);
    return fetch(`${container.url}${path}`).then(
      (response) => response.ok,
      () => false,
    );
  });
  return container;
}

/** Runs a command in the image in place of its own, to the end: the release step. */
export async function runInImage(
  image: string,
  env: Record<string, string>,
  command: readonly string[],
  extra: readonly string[] = [],
): Promise<RunResult> {
  return run('podman', ['run', '--rm', ...hardening, ...environmentFlags(env), ...extra, image, ...command], {
    env: containerEnvironment,
    codes: [0, 1, 2],
  });
}

function handle(name: string, port: number): Container {
  return {
    name,
    port,
    url: `http://127.0.0.1:${port}`,
    log: async () => {
      const { stdout, stderr } = await podman(['logs', name]);
      return stdout + stderr;
    },
    stop: async (graceSeconds = 30) => {
      const start = Date.now();
      await podman(['stop', '--time', String(graceSeconds), name]);
      return { code: (await state(name)).ExitCode, seconds: (Date.now() - start) / 1000 };
    },
    signal: async (signal) => void (await podman(['kill', '--signal', signal, name])),
    exitCode: async (timeoutMs = 40_000) => {
      await until(`${name} has ended`, timeoutMs, async () => (await state(name)).Running === false);
      return (await state(name)).ExitCode;
    },
    healthcheck: async () => {
      const result = await run('podman', ['healthcheck', 'run', name], {
        env: containerEnvironment,
        codes: [0, 1],
      });
      return result.code === 0;
    },
  };
}

async function state(name: string): Promise<{ Running: boolean; ExitCode: number }> {
  return JSON.parse((await podman(['inspect', '--format', '{{json .State}}', name])).stdout);
}

async function podman(args: readonly string[]): Promise<RunResult> {
  return run('podman', args, { env: containerEnvironment });
}

/** Makes the stand-ins for the official base images where they are not there yet. */
export async function makeBases(key: string, args: readonly string[]): Promise<void> {
  const stamp = join(directory, 'bases');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  await run(join(dirname(import.meta.dirname), 'bases/make-bases.sh'), args, {
    env: containerEnvironment,
    timeoutMs: 240_000,
  });
  writeFileSync(stamp, key);
}
