import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from './problem.ts';
import { misshapen, whyNoJson } from './settings-check.ts';

/** Top folder of the repo. */
export const root = join(import.meta.dirname, '..', '..');

/**
 * How an app is built and asked that was there before, as infra/lib/container.ts reads it. Without this block it is the
 * one in backend/.
 */
export interface Container {
  readonly context: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly healthPath: string;
  /** `200-399`, `200,301`: answers that count as healthy. */
  readonly healthCodes: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Variables that a shell puts together when the container starts. */
  readonly composed: Readonly<Record<string, string>>;
  readonly address: Readonly<Record<string, 'url' | 'host'>>;
}

/** The part of an environment's block in `infra/settings.json` that the commands use; infra/ checks all of it. */
interface Block {
  readonly account: string;
  readonly region: string;
  readonly architecture: 'arm64' | 'x86_64';
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly idleTimeoutSeconds: number;
  readonly protected: boolean;
  readonly frontendOrigin?: string | null;
  readonly variables?: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly imagesFrom: string | null;
  readonly domain?: string;
  readonly zone?: { readonly id: string };
  readonly database?: {
    readonly instanceClass: string;
    readonly storageGiB: number;
    readonly multiAz: boolean;
  };
  readonly alarms?: { readonly budgetUsd: number };
  readonly audit?: object;
  readonly cache?: object;
  readonly waf?: object;
  readonly workers?: Readonly<Record<string, { readonly tasks: number }>>;
  readonly jobs?: Readonly<Record<string, { readonly enabled: boolean }>>;
}

/** All of `infra/settings.json` that the commands use. */
interface Settings {
  readonly app: string;
  readonly github: string | null;
  /** @default 'main' */
  readonly branch?: string;
  readonly releaseCommand?: readonly string[];
  readonly container?: Container;
  readonly environments: Readonly<Record<string, Block>>;
}

/** An environment, with the names that follow from its settings. */
export interface Environment extends Block {
  readonly app: string;
  readonly name: string;
  /** `shop-dev`: what every name in AWS begins with. */
  readonly prefix: string;
  /** Profile of the AWS configuration; `undefined` for dev, which has the default one. */
  readonly profile: string | undefined;
  readonly github: string | null;
  /** Branch that the workflows deploy. */
  readonly branch: string;
  /** Stacks that the service stands on, without the prefix, in the order in which they are deployed. */
  readonly stacks: readonly string[];
  /** ECS services: the one behind the load balancer first, then the workers. */
  readonly services: readonly string[];
  /** Every secret that the tasks read, without its path. */
  readonly secretNames: readonly string[];
  /** Empty where there is nothing to do before a new version starts. */
  readonly releaseCommand: readonly string[];
  /** Whether there is a stack for that command. With a database there always is: the tasks of `db` have its roles. */
  readonly releaseStack: boolean;
  /** `undefined` for the backend in backend/. */
  readonly container: Container | undefined;
}

/** Account in settings.json as long as nobody has filled it in. */
export const unknownAccount = '000000000000';

/** @throws Problem where the file is not there, or the commands can do nothing with it */
export function readSettings(file = join(root, 'infra/settings.json')): Settings {
  try {
    return parseSettings(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Problem || !(error instanceof Error)) throw error;
    throw unusable('cannot be read', error.message);
  }
}

export function parseSettings(text: string): Settings {
  let settings: Settings;
  try {
    settings = JSON.parse(text);
  } catch {
    throw unusable('is not valid JSON', whyNoJson(text));
  }
  const problems = misshapen(settings);
  if (problems.length > 0) throw unusable('is not as it should be', problems.join('\n       '));
  return settings;
}

function unusable(what: string, why: string): Problem {
  return new Problem({
    what: `infra/settings.json ${what}.`,
    why,
    fix: 'Mend it, and run it again. What has changed in it: git diff infra/settings.json',
  });
}

function stacksOf({ audit, database, domain, cache }: Block): string[] {
  return [
    'foundation',
    ...(audit ? ['audit'] : []),
    ...(database ? ['data'] : []),
    ...(domain ? ['dns'] : []),
    ...(cache ? ['cache'] : []),
  ];
}

/** @throws Problem where there is no environment of that name */
export function environmentOf(
  { app, github, branch = 'main', releaseCommand = [], container, environments }: Settings,
  name: string,
): Environment {
  const block = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (!block)
    throw new Problem({
      what: `'${name}' is no environment.`,
      why: `infra/settings.json has ${Object.keys(environments).join(', ')}.`,
      fix: 'Name one of them: --env dev',
    });
  const prefix = `${app}-${name}`;
  return {
    ...block,
    app,
    name,
    prefix,
    github,
    branch,
    releaseCommand,
    releaseStack: releaseCommand.length > 0 || block.database !== undefined,
    container,
    profile: name === 'dev' ? undefined : `${name}-${app}`,
    stacks: stacksOf(block),
    services: [prefix, ...Object.keys(block.workers ?? {}).map((worker) => `${prefix}-${worker}`)],
    secretNames: [...(block.database ? ['DATABASE_PASSWORD'] : []), ...block.secrets],
  };
}
