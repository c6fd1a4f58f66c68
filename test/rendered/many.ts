import { fork, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { Answers } from '../../src/answers.ts';
import { packageRoot } from '../../src/package.ts';
import { render } from '../../src/render.ts';
import type { Synthesised } from './synth-worker.ts';

const modules = join(packageRoot, 'node_modules');

/** Folder → what is wrong in it, for those with anything wrong. */
export type Findings = ReadonlyMap<string, readonly string[]>;

/** Writes the infrastructure that follows from the answers to `folder`. */
export function writeInfra(folder: string, answers: Answers): void {
  for (const [path, { content }] of render(answers)) {
    if (!path.startsWith('infra/')) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  linkModules(folder);
}

/** Puts the dependencies of a rendered infrastructure, which are this package's own, at its hand. */
export function linkModules(folder: string): void {
  symlinkSync(modules, join(folder, 'infra/node_modules'));
}

/**
 * Type-checks the infrastructure of many repos, each a folder in `home`, in one go and by the settings of the first:
 * most of the time goes into the types of the CDK.
 */
export function typecheckAll(home: string, names: readonly string[]): Findings {
  const settings = {
    extends: `./${names[0]}/infra/tsconfig.json`,
    compilerOptions: { typeRoots: [join(modules, '@types')] },
    include: names.flatMap((name) => ['bin', 'lib', 'test'].map((part) => `${name}/infra/${part}`)),
  };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(settings));
  const tsc = [join(modules, 'typescript/bin/tsc'), '--pretty', 'false'];
  const { status, stdout, stderr } = spawnSync(process.execPath, tsc, { cwd: home, encoding: 'utf8' });
  const found = new Map<string, string[]>();
  for (const line of stdout.split('\n').filter(Boolean)) {
    const name = line.slice(0, line.indexOf('/'));
    if (names.includes(name)) found.set(name, [...(found.get(name) ?? []), line]);
    else if (!line.startsWith(' ')) throw new Error(line);
  }
  if (status !== 0 && found.size === 0) throw new Error(`tsc ended with ${status}\n${stdout}${stderr}`);
  return found;
}

/** Synthesises many repos, each a folder in `home`, with cdk-nag, in as many processes as there are processors. */
export async function synthAll(home: string, names: readonly string[]): Promise<Findings> {
  const count = Math.min(availableParallelism(), names.length);
  const shares = Array.from({ length: count }, (_, share) =>
    names.filter((_, index) => index % count === share),
  );
  const done = await Promise.all(shares.map((share) => synthShare(share.map((name) => join(home, name)))));
  const found = done
    .flat()
    .map(({ folder, problems }): [string, string[]] => [folder.slice(home.length + 1), problems]);
  return new Map(found.filter(([, problems]) => problems.length > 0));
}

/** @throws Error where the worker ends before it has told of each */
function synthShare(folders: string[]): Promise<Synthesised[]> {
  const worker = fork(join(import.meta.dirname, 'synth-worker.ts'), folders, {
    execArgv: ['--require', join(modules, 'tsx/dist/cjs/index.cjs')],
    // As somebody without AWS credentials and settings.
    env: { PATH: process.env.PATH, HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<Synthesised[]>();
  const done: Synthesised[] = [];
  let printed = '';
  worker.stderr?.on('data', (text) => (printed += text));
  worker.on('message', (message) => done.push(message as Synthesised));
  worker.on('error', reject);
  worker.on('close', (code) => {
    if (done.length === folders.length) resolve(done);
    else reject(new Error(`synthesised ${done.length} of ${folders.length}, ended with ${code}\n${printed}`));
  });
  return promise;
}
