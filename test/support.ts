import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type Answers, accept, answerKeys, declarations } from '../src/answers.ts';
import { packageRoot } from '../src/package.ts';

/** The bin as it is built. */
export const bin: string = join(packageRoot, 'dist/src/cli.js');

/** A fresh folder that is removed when the test file is done. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vibely-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a finished process said. */
export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** Settings of the npm or git that runs the tests must not reach what is tested. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^(npm_|INIT_CWD|GIT_)/.test(key)),
  );
}

/** Runs the built bin without a terminal and without installing anything. */
export function vibely(
  args: string[],
  options: { cwd?: string; input?: string; env?: NodeJS.ProcessEnv } = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args, '--skip-install'], {
    cwd: options.cwd ?? tmpdir(),
    input: options.input ?? '',
    encoding: 'utf8',
    env: { ...cleanEnvironment(), ...options.env },
  });
  return { code: status, out: stdout, err: stderr };
}

/** Who a program runs as that must not be root: the caller, or nobody where that is root. */
export const unprivileged: { uid?: number; gid?: number } =
  process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** A fresh folder that {@link unprivileged} may write to. */
export function unprivilegedScratch(): string {
  const folder = scratch();
  chmodSync(folder, 0o777);
  return folder;
}

/** Runs a program and waits; a failure carries all that it printed. */
export function must(program: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...cleanEnvironment(), ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${error ?? ''}${stdout}${stderr}`);
  return stdout;
}

/** Like {@link must}, without blocking, so that several can run at once. */
export function mustAsync(
  program: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...cleanEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code}\n${printed}`));
    });
  });
}

/** The answers that `--yes` gives in a folder called shop, with some of them changed. */
export function answersWith(changed: Partial<Answers> = {}): Answers {
  const surroundings = { directory: 'shop', origin: '' };
  const values = answerKeys.map((key) => [
    key,
    accept(key, changed[key] ?? declarations[key].initial(surroundings)),
  ]);
  return { ...Object.fromEntries(values), features: changed.features ?? {} } as Answers;
}

/** Path → content of every file below `folder`, without `.git` and installed dependencies. */
export function tree(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && !/(^|\/)(\.git|node_modules)(\/|$)/.test(entry.parentPath),
  );
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}
