import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import type { Answers, SomeAnswers } from './answers.ts';
import { blobId } from './blob.ts';
import { readBlobs } from './git.ts';
import { toLf } from './lines.ts';
import { inTheWayOf } from './paths.ts';
import { storedLock } from './state.ts';

const path = 'infra/settings.json';

interface Environment {
  account: string;
  region: string;
  domain?: string;
}

interface Settings {
  app: string;
  environments: Record<string, Environment> & Record<'dev' | 'prod', Environment>;
}

/** The settings as they were generated last time; `undefined` where they are not to be had. */
function generatedSettings(directory: string): Settings | undefined {
  const id = storedLock(directory).files[path];
  if (id === undefined) return undefined;
  const target = join(directory, path);
  const isThere = inTheWayOf(directory, path) === undefined && existsSync(target);
  const ours = isThere ? toLf(readFileSync(target)) : undefined;
  const text = ours && blobId(ours) === id ? ours : readBlobs(directory, new Map([[path, id]])).get(path);
  const settings = parse(text?.toString() ?? '') as Partial<Settings> | undefined;
  const { dev, prod } = settings?.environments ?? {};
  return dev && prod && (settings as Settings);
}

/** The language of the starter app that was written. */
function generatedBackend(directory: string): Pick<SomeAnswers, 'backend'> {
  const { files } = storedLock(directory);
  if ('backend/pyproject.toml' in files) return { backend: 'fastapi' };
  return 'backend/package.json' in files ? { backend: 'node' } : {};
}

/**
 * The answers that ids in AWS are made of, and the backend, as they were when the repo was generated, whatever somebody
 * has made of the stored ones since; empty where that is not known.
 */
export function generatedIdentity(directory: string): SomeAnswers {
  const settings = generatedSettings(directory);
  const backend = generatedBackend(directory);
  if (settings === undefined) return backend;
  const { dev, prod, ...further } = settings.environments;
  const environment = Object.fromEntries(
    Object.entries(further).map(([name, { account }]) => [name, { account }]),
  );
  return {
    ...backend,
    name: settings.app,
    region: dev.region,
    devAccount: dev.account,
    prodAccount: prod.account,
    domain: prod.domain ?? '',
    features: { environment } as Answers['features'],
  };
}
