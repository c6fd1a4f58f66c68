/**
 * `npm run bench`: times the package against its peers and fails where it is slower than it promises to be.
 * Peers are installed once, into `.cache/bench`.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/package.ts';
import { median, paired, type Result, type Subject } from './measure.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const cache = join(packageRoot, '.cache/bench');
const bin = join(packageRoot, 'dist/src/cli.js');

/** Versions are pinned, so that the figures of two days can be compared. */
const peers: Record<string, string> = {
  'create-vite': '9.3.0',
  'create-next-app': '16.4.3',
  projen: '0.103.25',
  'aws-cdk': '2.1148.1',
  'yeoman-environment': '7.1.0',
  '@yeoman/adapter': '5.0.0',
  'yeoman-generator': '10.2.1',
  'mem-fs': '6.0.0',
};

function must(command: string[], cwd: string): void {
  const [program = '', ...args] = command;
  const { status, stderr, stdout } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}\n${stdout}${stderr}`);
}

function installPeers(): void {
  mkdirSync(cache, { recursive: true });
  const wanted = JSON.stringify({ private: true, dependencies: peers }, null, 2);
  const file = join(cache, 'package.json');
  if (existsSync(join(cache, 'node_modules')) && readFileSync(file, 'utf8') === wanted) return;
  writeFileSync(file, wanted);
  must(['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error'], cache);
}

/** The smallest Yeoman generator there can be, run through the environment's API. */
const oneFile = `
import Generator from 'yeoman-generator';
import { createEnv } from 'yeoman-environment';
class One extends Generator {
  writing() { this.fs.write(this.destinationPath('one.txt'), 'one'); }
}
const env = createEnv({ cwd: process.cwd(), skipInstall: true });
env.register(One, { namespace: 'one:app' });
await env.run('one:app', { skipInstall: true });
`;

function generators(): Subject[] {
  writeFileSync(join(cache, 'one-file.mjs'), oneFile);
  const node = process.execPath;
  const peer = (path: string): string => join(cache, 'node_modules', path);
  return [
    { name: 'vibely, the whole repo', command: [node, bin, 'shop', '--yes', '--skip-install'] },
    { name: 'Yeoman API, one file', command: [node, join(cache, 'one-file.mjs')] },
    {
      name: 'create-vite',
      command: [node, peer('create-vite/index.js'), 'shop', '--template', 'react-ts', '--no-interactive'],
    },
    {
      name: 'aws-cdk init',
      command: [node, peer('aws-cdk/bin/cdk'), 'init', 'app', '--language=typescript', '--generate-only'],
    },
    { name: 'vibely --help', command: [node, bin, '--help'] },
    { name: 'node -e 0', command: [node, '-e', '0'] },
  ];
}

/** The generated infrastructure, and the same stacks in the layout that `cdk init` makes. */
function layouts(): Subject[] {
  const [ours, theirs] = [join(cache, 'ours'), join(cache, 'theirs')];
  rmSync(ours, { recursive: true, force: true });
  rmSync(theirs, { recursive: true, force: true });
  must(
    [
      process.execPath,
      bin,
      ours,
      '--yes',
      '--name',
      'shop',
      '--domain',
      'api.example.com',
      '--github',
      'acme/shop',
      '--skip-install',
      '--skip-git',
    ],
    cache,
  );
  must(['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'], join(ours, 'infra'));
  mkdirSync(theirs);
  must(
    [
      process.execPath,
      join(cache, 'node_modules/aws-cdk/bin/cdk'),
      'init',
      'app',
      '--language=typescript',
      '--generate-only',
    ],
    theirs,
  );
  const shipped = JSON.parse(readFileSync(join(theirs, 'cdk.json'), 'utf8')) as { app: string };
  cpSync(ours, theirs, { recursive: true, verbatimSymlinks: true });
  const infra = join(theirs, 'infra');
  const settings = JSON.parse(readFileSync(join(infra, 'cdk.json'), 'utf8')) as { app: string };
  const app = shipped.app.replace(/\S+\.ts$/, 'bin/app.ts');
  writeFileSync(join(infra, 'cdk.json'), JSON.stringify({ ...settings, app }));
  return [
    { name: 'vibely, npm run synth', command: ['npm', 'run', 'synth'], cwd: join(ours, 'infra') },
    { name: `cdk init, npx cdk synth (${app})`, command: ['npx', 'cdk', 'synth', '--quiet'], cwd: infra },
  ];
}

function print(results: readonly Result[]): void {
  for (const { name, seconds, peakMb } of results)
    console.log(`${name.padEnd(62)} ${median(seconds).toFixed(3)} s  ${peakMb.toFixed(0).padStart(4)} MB`);
}

/** The promises; each is a line that can fail. */
function verdicts(runs: readonly Result[], synths: readonly Result[]): [string, boolean][] {
  const [whole, oneFile] = [runs[0], runs[1]] as [Result, Result];
  const [ours, theirs] = synths as [Result, Result];
  return [
    [
      'the whole run is at most as long as a one-file Yeoman generator',
      median(whole.seconds) <= median(oneFile.seconds),
    ],
    ['the whole run stays under 150 MB', whole.peakMb < 150],
    [
      "npm run synth takes at most half of what cdk init's layout takes",
      median(ours.seconds) <= median(theirs.seconds) / 2,
    ],
  ];
}

installPeers();
const runs = paired(generators(), rounds);
print(runs);
const synths = paired(layouts(), rounds);
print(synths);
for (const [promise, kept] of verdicts(runs, synths)) {
  console.log(`${kept ? 'ok    ' : 'not ok'} ${promise}`);
  if (!kept) process.exitCode = 1;
}
