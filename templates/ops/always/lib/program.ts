import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from './problem.ts';
import { root } from './settings.ts';

/** What another program did. */
export interface Outcome {
  code: number;
  stdout: string;
  /** The same as it came, where it is no text. */
  bytes: Buffer;
}

interface How {
  cwd?: string;
  /** Written to its standard input; never an argument, which everybody on the machine can read. */
  input?: string | Uint8Array;
  /** Keep what it prints instead of showing it. */
  quiet?: boolean;
}

/**
 * Runs another program to its end.
 * @returns its exit code, and what it printed where it was `quiet`
 * @throws Error where there is no such program
 */
export async function runProgram(file: string, args: readonly string[], how: How = {}): Promise<Outcome> {
  const { cwd = root, input, quiet = false } = how;
  const output = quiet ? 'pipe' : 'inherit';
  const child = spawn(file, args, { cwd, stdio: [input === undefined ? 'inherit' : 'pipe', output, output] });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.resume();
  child.stdin?.on('error', () => {}).end(input);
  const [code] = await once(child, 'close');
  const bytes = Buffer.concat(chunks);
  return { code: code ?? 1, stdout: bytes.toString('utf8'), bytes };
}

/** Runs the CDK CLI in infra/. @throws Problem where it is not installed or fails */
export async function cdk(...args: string[]): Promise<void> {
  const cli = join(root, 'infra/node_modules/aws-cdk/bin/cdk');
  if (!existsSync(cli))
    throw new Problem({
      what: 'The CDK CLI is not installed.',
      why: 'infra/node_modules is missing.',
      fix: 'npm ci --prefix infra',
    });
  const { code } = await runProgram(process.execPath, [cli, '--no-notices', ...args], {
    cwd: join(root, 'infra'),
  });
  if (code === 0) return;
  throw new Problem(
    {
      what: `cdk ${args[0]} ended with exit code ${code}.`,
      why: 'What it says is above.',
      fix: 'docs/runbooks/when-something-is-wrong.md',
    },
    code,
  );
}
