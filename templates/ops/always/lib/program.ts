import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { say } from './output.ts';
import { Problem } from './problem.ts';
import { type Environment, root } from './settings.ts';

/** What another program did. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  /** Its standard output as it came, where that is no text. */
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
  const [out, err] = [child.stdout, child.stderr].map(collect) as [Buffer[], Buffer[]];
  child.stdin?.on('error', () => {}).end(input);
  const [code] = await once(child, 'close');
  const bytes = Buffer.concat(out);
  const text = { stdout: bytes.toString('utf8'), stderr: Buffer.concat(err).toString('utf8') };
  return { code: code ?? 1, ...text, bytes };
}

function collect(stream: Readable | null): Buffer[] {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return chunks;
}

let templates: Promise<void> | undefined;

/** Writes the templates into infra/cdk.out, once for a command: it takes five seconds, which each stack would need. */
async function synthesize(): Promise<void> {
  const { code, stderr } = await cdkCli(['synth', '--quiet'], { quiet: true });
  if (code === 0) return;
  const known = knownCause(stderr);
  if (!known) say(stderr.trimEnd());
  throw known ?? failed('synth', code);
}

/** Runs the CDK CLI with the templates of the working tree. @throws Problem where it is not installed or fails */
export async function cdk(...args: string[]): Promise<void> {
  templates ??= synthesize();
  await templates;
  const { code } = await cdkCli(['--app', 'cdk.out', ...args], {});
  if (code !== 0) throw failed(args[0] as string, code);
}

/**
 * As `cdk`, for a command that ends with 1 where it finds something, too; what it prints is shown at its end.
 * @param found what it prints then
 * @returns whether it has found something
 */
export async function cdkFinds(found: RegExp, ...args: string[]): Promise<boolean> {
  templates ??= synthesize();
  await templates;
  const { code, stdout, stderr } = await cdkCli(['--app', 'cdk.out', ...args], { quiet: true });
  say(`${stdout}${stderr}`.trimEnd());
  if (code === 0) return false;
  if (found.test(stdout + stderr)) return true;
  throw knownCause(stderr) ?? failed(args[0] as string, code);
}

/** Prepares an account for CDK, which has nothing to do with the stacks. @throws Problem as `cdk` */
export async function cdkBootstrap({ account, region }: Environment): Promise<void> {
  // Where there is no cdk.json the CLI does not look at the app.
  const cwd = join(root, 'ops');
  const { code } = await cdkCli(['bootstrap', `aws://${account}/${region}`], { cwd });
  if (code !== 0) throw failed('bootstrap', code);
}

async function cdkCli(args: readonly string[], how: How): Promise<Outcome> {
  const cli = join(root, 'infra/node_modules/aws-cdk/bin/cdk');
  if (!existsSync(cli))
    throw new Problem({
      what: 'The CDK CLI is not installed.',
      why: 'infra/node_modules is missing.',
      fix: 'npm ci --prefix infra',
    });
  return runProgram(process.execPath, [cli, '--no-notices', ...args], { cwd: join(root, 'infra'), ...how });
}

/** What the CDK CLI, or the app that it runs, has said is wrong, where that can be said in fewer words. */
export function knownCause(said: string): Problem | undefined {
  const [, other] = /\b(?:Another CLI|Other CLIs) \(PID=(\d+)/.exec(said) ?? [];
  if (other !== undefined)
    return new Problem({
      what: 'Another command is at work in this folder.',
      why: `The process ${other} uses infra/cdk.out.`,
      fix: 'Wait until it has ended, and run it again.',
    });
  const [, wrong] = /^Error: infra\/settings\.json\n((?: {2}\S.*\n)+)/m.exec(said) ?? [];
  if (wrong === undefined) return undefined;
  return new Problem({
    what: 'infra/settings.json is not as it should be.',
    why: wrong.trim().replaceAll(/\n +/g, '\n       '),
    fix: 'Mend it, and run it again. What has changed in it: git diff infra/settings.json',
  });
}

function failed(command: string, code: number): Problem {
  return new Problem(
    {
      what: `cdk ${command} ended with exit code ${code}.`,
      why: 'What it says is above.',
      fix: 'docs/runbooks/when-something-is-wrong.md',
    },
    code,
  );
}
