import { posix } from 'node:path';
import type { Environment } from './settings.ts';

/** What an image is built from. Paths are from the top of what is packed. */
export interface Source {
  /** Folder of the repo that is packed; empty for all of it. */
  readonly folder: string;
  /** Folder that Docker is sent. */
  readonly context: string;
  readonly dockerfile: string;
  /** Stage of the Dockerfile. @default the last one */
  readonly target?: string;
  /** Steps of CodeBuild. */
  readonly buildspec: string;
  /** What a person repairs when it does not build. */
  readonly repair: string;
}

/** The starter's backend stands by itself. */
export const backend: Source = {
  folder: 'backend',
  context: '.',
  dockerfile: 'Dockerfile',
  buildspec: 'buildspec.yml',
  repair: 'backend/',
};

/** An app that was there before may be anywhere in the repo, and its Dockerfile somewhere else: all of it is packed. */
export function sourceOf({ container }: Pick<Environment, 'container'>): Source {
  if (!container) return backend;
  const { context, dockerfile, target } = container;
  return {
    folder: '',
    context: posix.normalize(context),
    dockerfile: posix.normalize(dockerfile),
    ...(target !== undefined && { target }),
    buildspec: 'infra/buildspec.yml',
    repair: `${dockerfile}, or what it copies`,
  };
}

/** Files that may hold the rules of what Docker is not sent, the first of which is taken that is there. */
export function rulesOf({ context, dockerfile }: Source): string[] {
  return [`${dockerfile}.dockerignore`, posix.join(context, '.dockerignore')];
}

/** Arguments of `docker build` for what lies in a directory. */
export function dockerArguments({ context, dockerfile, target }: Source, directory: string): string[] {
  return [
    ...['--file', posix.join(directory, dockerfile)],
    ...(target === undefined ? [] : ['--target', target]),
    posix.join(directory, context),
  ];
}
