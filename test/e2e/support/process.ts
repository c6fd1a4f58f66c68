import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunOptions {
  cwd?: string;
  /** Added to this process's own environment; `undefined` takes a variable away. */
  env?: Record<string, string | undefined>;
  input?: string;
  /** Default 120 s: long enough for an installation, short enough to notice a command that hangs. */
  timeoutMs?: number;
  /** The exit codes that are no error; default only 0. */
  codes?: readonly number[];
}

export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end; an unexpected exit code or a time-out throws with the last lines it printed. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: environment(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  const timeoutMs = options.timeoutMs ?? 120_000;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child, 'SIGKILL');
  }, timeoutMs);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  child.stdin.on('error', () => {}); // a command may end without reading its input
  child.stdin.end(options.input ?? '');
  try {
    const code = await exitCode(child);
    if (timedOut || !(options.codes ?? [0]).includes(code)) {
      const why = timedOut ? `did not end within ${timeoutMs / 1000} s` : `ended with ${code}`;
      throw new Error(`${[command, ...args].join(' ')}\n${why}\n${tail(output.stdout + output.stderr)}`);
    }
    return { code, ...output };
  } finally {
    clearTimeout(timer);
    running.delete(child);
  }
}

/** The standard output of a command, without its last line end. */
export async function capture(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  return (await run(command, args, options)).stdout.trimEnd();
}

export interface Server {
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<number>;
}

/** Starts a server that stays until `stop` or until this process ends, and waits until `ready` holds. */
export async function serve(
  command: string,
  args: readonly string[],
  options: RunOptions & { ready: () => Promise<boolean> },
): Promise<Server> {
  // Also when this process is killed in a way that lets it clean up nothing.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], {
    cwd: options.cwd,
    env: environment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  const ended = exitCode(child).finally(() => running.delete(child));
  ended.catch(() => {});
  // A server that a test forgot to stop must not keep the test runner waiting.
  for (const handle of [child, child.stdout, child.stderr] as { unref?(): void }[]) handle.unref?.();
  const server: Server = {
    output: () => text,
    stop: async (signal = 'SIGTERM') => {
      killGroup(child, signal);
      const killer = setTimeout(() => killGroup(child, 'SIGKILL'), 10_000);
      return ended.finally(() => clearTimeout(killer));
    },
  };
  try {
    await until(`${command} is ready`, options.timeoutMs ?? 30_000, async () => {
      if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
      return options.ready();
    });
  } catch (error) {
    await server.stop('SIGKILL');
    throw new Error(`${(error as Error).message}\n${tail(text)}`);
  }
  return server;
}

/** Waits until `condition` gives something truthy and returns it; never longer than `timeoutMs`. */
export async function until<T>(
  what: string,
  timeoutMs: number,
  condition: () => Promise<T> | T,
): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    await sleep(50);
  }
}

// Test files that run side by side have neighbouring process ids: each gets 120 ports of its own.
let nextPort = 20_000 + (process.pid % 100) * 120;

/** A free port below the range from which the kernel takes the ports of outgoing connections. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const port = nextPort++;
    if (nextPort >= 32_000) nextPort = 20_000;
    if (await canListen(port)) return port;
  }
  throw new Error('no free port between 20000 and 32000');
}

export async function isListening(port: number, address?: string): Promise<boolean> {
  return !(await canListen(port, address));
}

function canListen(port: number, address = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, address, () => probe.close(() => resolve(true)));
  });
}

function environment(changes: RunOptions['env'] = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  delete env.NODE_TEST_CONTEXT; // a test runner inside a test would report to this one instead of printing
  delete env.INIT_CWD; // of the npm that runs the tests: the commands of ops/ would look for their files there
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return env;
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 128));
  });
}

function tail(text: string): string {
  return text.trimEnd().split('\n').slice(-80).join('\n');
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

// Nothing may outlive a test file, however it ends.
const running = new Set<ChildProcess>();
const atExit: [string, string[], NodeJS.ProcessEnv][] = [];

/** A command to run when this process ends, for what is not its child: a container. */
export function cleanUpWith(command: string, args: string[], env: Record<string, string>): void {
  atExit.push([command, args, environment(env)]);
}

process.on('exit', () => {
  for (const child of running) killGroup(child, 'SIGKILL');
  for (const [command, args, env] of atExit)
    spawnSync(command, args, { env, stdio: 'ignore', timeout: 20_000 });
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(1));
