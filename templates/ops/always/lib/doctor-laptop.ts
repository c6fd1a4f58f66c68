import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, type Finding, failed, ok, warning } from './checks.ts';
import { runProgram } from './program.ts';
import { root } from './settings.ts';

/** What a program prints; `undefined` where there is none, or it fails. Nobody is asked anything. */
export async function printed(program: string, ...args: string[]): Promise<string | undefined> {
  const outcome = await runProgram(program, args, { quiet: true, input: '' }).catch(() => undefined);
  return outcome?.code === 0 ? outcome.stdout.trim() : undefined;
}

function json<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
}

/** Whether a version is at least another: `20.18` and `24.1.0`. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [have, need] = [version, oldest].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const differing = need.findIndex((part, index) => (have[index] ?? 0) !== part);
  return differing === -1 || (have[differing] ?? 0) > (need[differing] ?? 0);
}

async function node(): Promise<Finding> {
  const have = process.versions.node;
  const [oldest = '0'] =
    json<{ engines: { node: string } }>('ops/package.json').engines.node.match(/[\d.]+/) ?? [];
  if (isAtLeast(have, oldest)) return ok(have);
  return failed({
    what: `Node.js ${have} is too old.`,
    why: `ops/package.json asks for ${oldest} or newer.`,
    fix: 'Install the current LTS version: https://nodejs.org',
  });
}

async function git(): Promise<Finding> {
  const changed = await printed('git', 'status', '--porcelain');
  if (changed === undefined)
    return failed({
      what: 'This is no git repository.',
      why: 'An image is named after the commit that it was built from.',
      fix: 'git init -b main && git add --all && git commit -m "Run on AWS"',
    });
  const branch = await printed('git', 'rev-parse', '--abbrev-ref', 'HEAD');
  if (changed === '') return ok(`on ${branch ?? 'no branch yet'}, everything is committed`);
  return warning({
    what: `${changed.split('\n').length} files are not committed.`,
    why: 'An image holds what is committed; prod refuses to be deployed like this.',
    fix: 'git add --all && git commit',
  });
}

async function docker(): Promise<Finding> {
  const version = await printed('docker', 'info', '--format', '{{.ServerVersion}}');
  if (version) return ok(version);
  return warning({
    what: 'Docker does not answer.',
    why: 'It is not installed or not started.',
    fix: 'None is needed: without it, images are built in AWS (docs/runbooks/deploy-without-docker.md)',
  });
}

async function awsCli(): Promise<Finding> {
  const version = (await printed('aws', '--version'))?.match(/aws-cli\/([\d.]+)/)?.[1];
  if (version?.startsWith('2.')) return ok(version);
  return warning({
    what: version ? `The AWS CLI is ${version}.` : 'There is no AWS CLI.',
    why: 'Logging in with aws sso login takes version 2.',
    fix: 'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
  });
}

async function cdkCli(): Promise<Finding> {
  const installed = 'infra/node_modules/aws-cdk/package.json';
  const fix = 'npm ci --prefix infra';
  if (!existsSync(join(root, installed)))
    return failed({ what: 'The CDK CLI is not installed.', why: 'infra/node_modules is missing.', fix });
  const { version } = json<{ version: string }>(installed);
  const { devDependencies = {}, dependencies = {} } =
    json<Partial<Record<'dependencies' | 'devDependencies', Record<string, string>>>>('infra/package.json');
  const wanted = devDependencies['aws-cdk'] ?? dependencies['aws-cdk'];
  if (version === wanted) return ok(version);
  return warning({ what: `The CDK CLI is ${version}.`, why: `infra/package.json says ${wanted}.`, fix });
}

/** What is on this machine. */
export const laptopChecks: Check[] = [
  { name: 'node', look: node },
  { name: 'git', look: git },
  { name: 'docker', look: docker },
  { name: 'aws cli', look: awsCli },
  { name: 'cdk', look: cdkCli },
];
