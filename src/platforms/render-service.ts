import { posix } from 'node:path';
import { ownValue } from '../migration/own-value.ts';
import type { Deploys, Domain, Finding, Service, ShellLine } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';
import {
  child,
  entriesOf,
  itemsOf,
  type Located,
  numberOf,
  placeOf,
  textOf,
  textsOf,
  withPlaces,
  yesOf,
} from '../migration/tree.ts';
import { fieldFindings } from './fields.ts';
import { buildFilterFields, diskFields, imageFields, scalingFields, serviceFields } from './render-fields.ts';
import { serviceFindings } from './render-service-findings.ts';
import { type Names, readVariables } from './render-variables.ts';

/** A service with what is to be said about it. */
export interface ServiceReading {
  readonly service: Service;
  readonly findings: readonly Finding[];
}

const kinds: Readonly<Record<string, Service['kind']>> = {
  web: 'web',
  pserv: 'private',
  private: 'private',
  worker: 'worker',
  cron: 'cron',
  static: 'static',
};

/** Seconds between SIGTERM and SIGKILL where the file says nothing (Render's reference). */
const defaultShutdown = 30;

/** What runs a service: `runtime`, or `env` as it was called before. */
const runtimeOf = (node: Located): string | undefined =>
  (textOf(child(node, 'runtime')) ?? textOf(child(node, 'env')))?.toLowerCase();

/** The kind of a service; `undefined` for a type that is none. */
export function kindOfService(node: Located): Service['kind'] | undefined {
  const type = textOf(child(node, 'type')) ?? '';
  return type === 'web' && runtimeOf(node) === 'static' ? 'static' : ownValue(kinds, type);
}

function line(node: Located, key: string): ShellLine | undefined {
  const value = child(node, key);
  const text = textOf(value)?.trim();
  return value === undefined || !text ? undefined : { text, evidence: [placeOf(value)] };
}

/** A path of the repo without `./`, `/` at either end; empty for the top. */
function tidyPath(path: string): string {
  const tidy = posix.normalize(path.trim()).replace(/^(\.?\/)+|\/+$/g, '');
  return tidy === '.' ? '' : tidy;
}

function dockerOf(node: Located, root: string, repo: SourceRepo): Service['docker'] {
  if (runtimeOf(node) !== 'docker') return undefined;
  const given = tidyPath(textOf(child(node, 'dockerfilePath')) ?? 'Dockerfile');
  const below = posix.join(root, given);
  // Render takes the path from rootDir; files that give it from the top occur.
  const file = repo.has(below) || !repo.has(given) ? below : given;
  const context = tidyPath(textOf(child(node, 'dockerContext')) ?? '.');
  const inRoot = posix.join(root, context);
  return { file, context: file === below || inRoot === '.' ? tidyPath(inRoot) : context };
}

function imageOf(node: Located): string | undefined {
  const image = child(node, 'image');
  return textOf(child(image, 'url')) ?? textOf(image);
}

function tasksOf(node: Located, kind: Service['kind']): Pick<Service, 'tasks' | 'scaling'> {
  if (kind === 'cron' || kind === 'static') return { tasks: { min: 0, max: 0 } };
  const scaling = child(node, 'scaling');
  const count = numberOf(child(node, 'numInstances')) ?? 1;
  if (child(node, 'disk')) return { tasks: { min: 1, max: 1 } };
  if (entriesOf(scaling).size === 0) return { tasks: { min: count, max: count } };
  const min = numberOf(child(scaling, 'minInstances')) ?? count;
  const cpu = numberOf(child(scaling, 'targetCPUPercent'));
  const memory = numberOf(child(scaling, 'targetMemoryPercent'));
  return {
    tasks: { min, max: Math.max(min, numberOf(child(scaling, 'maxInstances')) ?? min) },
    scaling: { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) },
  };
}

function diskOf(node: Located): Service['disk'] {
  const disk = child(node, 'disk');
  if (disk === undefined) return undefined;
  return {
    path: textOf(child(disk, 'mountPath')) ?? '/',
    sizeGb: numberOf(child(disk, 'sizeGB')) ?? 10,
    evidence: [placeOf(disk)],
  };
}

const triggers: Readonly<Record<string, Deploys['trigger']>> = {
  commit: 'push',
  checksPass: 'checks',
  off: 'manual',
  false: 'manual',
};

function deploysOf(node: Located): Deploys | undefined {
  const branch = textOf(child(node, 'branch'));
  const automatic = yesOf(child(node, 'autoDeploy'));
  const trigger =
    ownValue(triggers, textOf(child(node, 'autoDeployTrigger')) ?? '') ??
    (automatic === undefined ? undefined : automatic ? 'push' : 'manual');
  const paths = textsOf(child(node, 'buildFilter', 'paths'));
  const ignored = textsOf(child(node, 'buildFilter', 'ignoredPaths'));
  const deploys: Deploys = {
    ...(branch !== undefined && { branch }),
    ...(trigger !== undefined && { trigger }),
    ...(paths.length > 0 && { paths }),
    ...(ignored.length > 0 && { ignored }),
  };
  return Object.keys(deploys).length > 0 ? deploys : undefined;
}

function domainsOf(node: Located): Domain[] {
  const listed = itemsOf(child(node, 'domains')).map((one) => child(one, 'name') ?? one);
  const all = [child(node, 'domain'), ...listed, child(node, 'domains')].flatMap((one) => {
    const name = textOf(one);
    return one === undefined || name === undefined ? [] : [{ name, evidence: [placeOf(one)] }];
  });
  return [...new Map(all.toReversed().map((one) => [one.name, one])).values()].reverse();
}

/** The value of `PORT` among the variables of a service. */
function portOf(node: Located): Located | undefined {
  const entry = itemsOf(child(node, 'envVars')).find((one) => textOf(child(one, 'key')) === 'PORT');
  return child(entry, 'value');
}

function wholeFieldFindings(node: Located, subject: string): Finding[] {
  const parts: [Located | undefined, Parameters<typeof fieldFindings>[1], string][] = [
    [node, serviceFields, subject],
    [child(node, 'disk'), diskFields, `the disk of ${subject}`],
    [child(node, 'scaling'), scalingFields, `the scaling of ${subject}`],
    [child(node, 'buildFilter'), buildFilterFields, `the build filter of ${subject}`],
    [child(node, 'image'), imageFields, `the image of ${subject}`],
  ];
  return parts.flatMap(([part, fields, name]) => fieldFindings(part, fields, name, 'Render'));
}

/** The findings of the fields alone: what a cache has of a service's. */
export const serviceFieldFindings = wholeFieldFindings;

/** The repo that a service names. */
export const originOf = (node: Located): string | undefined => textOf(child(node, 'repo'))?.trim();

/** A repo's address without what does not tell it from another: `.git`, the case, a `/` at the end. */
const plainOrigin = (origin: string | undefined): string | undefined =>
  origin?.toLowerCase().replace(/(\.git)?\/*$/, '');

/**
 * A service of a Blueprint whose type is one.
 * @param own the repo that the file lies in, as far as it says so.
 */
export function readService(
  node: Located,
  kind: Service['kind'],
  names: Names,
  repo: SourceRepo,
  own: string | undefined,
): ServiceReading {
  const name = textOf(child(node, 'name')) ?? kind;
  const root = tidyPath(textOf(child(node, 'rootDir')) ?? '');
  const { variables, findings } = readVariables(node, name, names, kind === 'static');
  const origin = originOf(node);
  const known = {
    docker: dockerOf(node, root, repo),
    repo: plainOrigin(origin) === plainOrigin(own) ? undefined : origin,
    image: imageOf(node),
    runtime: runtimeOf(node),
    build: line(node, 'buildCommand'),
    start: line(node, 'dockerCommand') ?? line(node, 'startCommand'),
    release: line(node, 'preDeployCommand'),
    schedule: line(node, 'schedule'),
    port: numberOf(portOf(node)),
    healthPath: line(node, 'healthCheckPath'),
    size: textOf(child(node, 'plan')) ?? (kind === 'static' ? undefined : 'starter'),
    shutdownSeconds:
      numberOf(child(node, 'maxShutdownDelaySeconds')) ??
      (kind === 'cron' || kind === 'static' ? undefined : defaultShutdown),
    disk: diskOf(node),
    publish: line(node, 'staticPublishPath'),
    deploys: deploysOf(node),
  };
  const service: Service = {
    name,
    kind,
    root,
    ...(present(known) as Partial<Service>),
    ...tasksOf(node, kind),
    domains: domainsOf(node),
    variables,
    ...withPlaces({
      port: portOf(node),
      size: child(node, 'plan'),
      tasks: child(node, 'scaling') ?? child(node, 'numInstances'),
      stop: child(node, 'maxShutdownDelaySeconds'),
    }),
    evidence: [placeOf(child(node, 'name') ?? node)],
  };
  return {
    service,
    findings: [
      ...wholeFieldFindings(node, `the service ${name}`),
      ...findings,
      ...serviceFindings(node, service),
    ],
  };
}

/** An object without the keys whose value is `undefined`. */
function present(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
