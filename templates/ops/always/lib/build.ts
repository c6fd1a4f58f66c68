import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { buildable, type CommittedFile, filesOf } from './archive.ts';
import { buildInAws } from './build-remote.ts';
import { imageTag } from './git.ts';
import { dockerNames, imageExists } from './image.ts';
import { say, step } from './output.ts';
import { Problem } from './problem.ts';
import { runProgram } from './program.ts';
import { dockerArguments, type Source, sourceOf } from './source.ts';
import { stackOutput } from './stacks.ts';
import { operate, type Target, type TargetOptions } from './target.ts';

export interface BuildOptions {
  /** In AWS, by CodeBuild. Default: only where no Docker answers. */
  remote?: boolean;
}

/** Builds the image of a commit and pushes it. */
export async function build(options: TargetOptions & BuildOptions & { tag?: string }): Promise<void> {
  const tag = await imageTag(options.tag);
  const what = ({ prefix }: { prefix: string }) => `builds ${prefix}:${tag} and pushes it`;
  await operate(options, { what, changes: true }, (target) => buildImage(target, tag, options));
}

/**
 * Builds from the commit and not from the working tree, so that the image holds exactly what its tag says.
 * A tag that is there already is left alone: tags are immutable.
 */
export async function buildImage(target: Target, tag: string, { remote }: BuildOptions): Promise<void> {
  const { prefix } = target.environment;
  if (await imageExists(target, tag)) {
    step(`${prefix}:${tag} exists already`);
    return;
  }
  const source = sourceOf(target.environment);
  const files = buildable(await filesOf(tag, source.folder), source);
  if (remote ?? !(await dockerAnswers())) {
    if (remote === undefined) say('No Docker answers on this machine: CodeBuild builds in AWS.');
    await buildInAws(target, tag, files);
  } else await buildHere(target, tag, files, source);
  step(`pushed ${prefix}:${tag}`);
}

async function dockerAnswers(): Promise<boolean> {
  return runProgram('docker', ['info'], { quiet: true }).then(
    ({ code }) => code === 0,
    // There is no such program.
    () => false,
  );
}

async function buildHere(
  target: Target,
  tag: string,
  files: readonly CommittedFile[],
  source: Source,
): Promise<void> {
  const name = `${await stackOutput(target, 'foundation', 'RepositoryUri')}:${tag}`;
  const directory = mkdtempSync(join(tmpdir(), 'build-'));
  try {
    writeFiles(directory, files);
    // One plain manifest for each tag: an attestation would wrap it in an index, with untagged parts that the
    // registry's lifecycle rule removes.
    process.env.BUILDX_NO_DEFAULT_ATTESTATIONS = '1';
    const platform = `linux/${dockerNames[target.environment.architecture]}`;
    await docker(
      source,
      'build',
      '--platform',
      platform,
      '--tag',
      name,
      ...dockerArguments(source, directory),
    );
    await logIn(target, source);
    await docker(source, 'push', name);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function writeFiles(directory: string, files: readonly CommittedFile[]): void {
  for (const { path, mode, content } of files) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    if (mode === 0o120000) {
      symlinkSync(Buffer.from(content).toString('utf8'), file);
      continue;
    }
    writeFileSync(file, content);
    chmodSync(file, mode & 0o777);
  }
}

/** Docker gets the password on its standard input: arguments can be read by everybody on the machine. */
async function logIn({ client }: Target, source: Source): Promise<void> {
  const { authorizationData } = await client(ECRClient).send(new GetAuthorizationTokenCommand({}));
  const { authorizationToken = '', proxyEndpoint = '' } = authorizationData?.[0] ?? {};
  const [user = '', password = ''] = Buffer.from(authorizationToken, 'base64').toString('utf8').split(':');
  const registry = new URL(proxyEndpoint).host;
  const args = ['login', '--username', user, '--password-stdin', registry];
  const { code } = await runProgram('docker', args, { input: password });
  if (code !== 0) throw failed(source, 'login', code);
}

async function docker(source: Source, ...args: string[]): Promise<void> {
  const { code } = await runProgram('docker', args);
  if (code !== 0) throw failed(source, args[0] as string, code);
}

function failed({ repair }: Source, command: string, code: number): Problem {
  return new Problem({
    what: `docker ${command} ended with exit code ${code}.`,
    why: 'What it says is above.',
    fix: `Repair ${repair}, and commit; or build in AWS: add --remote`,
  });
}
