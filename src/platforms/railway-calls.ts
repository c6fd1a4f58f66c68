import type { Database, Domain } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';
import type { Located } from '../migration/tree.ts';
import { type Field, fieldFindings, reported } from './fields.ts';
import { buildFields, deployFields } from './railway-fields.ts';
import type { Value } from './railway-program.ts';
import { variableOf } from './railway-references.ts';
import { readService, type ServiceReading } from './railway-service.ts';
import { argument, type Call, entry, located, nameOf, textOf } from './railway-values.ts';
import { readVolumes } from './railway-volumes.ts';

/** Under which names the short form has what railway.json calls otherwise. */
const deployNames: Readonly<Record<string, string>> = {
  start: 'startCommand',
  preDeploy: 'preDeployCommand',
  preDeployCommand: 'preDeployCommand',
  healthcheck: 'healthcheckPath',
  healthcheckPath: 'healthcheckPath',
  healthcheckTimeout: 'healthcheckTimeout',
  cron: 'cronSchedule',
  cronSchedule: 'cronSchedule',
  region: 'region',
};

const optionFields: Readonly<Record<string, Field>> = {
  ...Object.fromEntries(
    [
      'source',
      'rootDirectory',
      'build',
      'deploy',
      'replicas',
      'regions',
      'env',
      'domains',
      'networking',
      'volumeMounts',
      ...Object.keys(deployNames),
    ].map((key) => [key, 'read' as const]),
  ),
  icon: 'silent',
  watchPatterns: 'read',
  sleep: deployFields.sleepApplication ?? 'silent',
  sleepApplication: deployFields.sleepApplication ?? 'silent',
  restart: reported(
    'railway-restart',
    'how it is started again after it ends is set.',
    'A service of ECS always is started again.',
    'note',
  ),
};

function deployOf(options: Value | undefined, file: string): Located | undefined {
  if (options?.kind !== 'map') return undefined;
  const own = entry(options, 'deploy');
  const entries = new Map<string, Located>(
    [...(own?.kind === 'map' ? own.entries : [])].flatMap(([key, value]): [string, Located][] => {
      const inside = located(value, file);
      return inside ? [[key, inside]] : [];
    }),
  );
  for (const [short, long] of Object.entries(deployNames)) {
    const value = entry(options, short);
    const inside = value && located(value, file);
    if (inside) entries.set(long, inside);
  }
  const replicas = entry(options, 'replicas') ?? entry(options, 'regions');
  const count = replicas && located(replicas, file);
  if (count) entries.set(replicas?.kind === 'map' ? 'multiRegionConfig' : 'numReplicas', count);
  return entries.size === 0 ? undefined : { file, line: options.line, value: entries };
}

function buildOf(options: Value | undefined, file: string): Located | undefined {
  const build = entry(options, 'build');
  const inside = build && located(build, file);
  if (inside === undefined || build?.kind === 'map') return inside;
  return { file, line: build?.line ?? 1, value: new Map([['buildCommand', inside]]) };
}

function sourceOf(options: Value | undefined): { root: string; image?: string; branch?: string } {
  const source = entry(options, 'source');
  const given = textOf(entry(options, 'rootDirectory'));
  if (source?.kind !== 'call') return { root: tidy(given) };
  if (source.name === 'image') {
    const image = textOf(argument(source, 0));
    return { root: '', ...(image !== undefined && { image }) };
  }
  const branch = textOf(entry(argument(source, 1), 'branch'));
  return {
    root: tidy(given ?? textOf(entry(argument(source, 1), 'rootDirectory'))),
    ...(branch !== undefined && { branch }),
  };
}

const tidy = (path = ''): string => path.replace(/^(\.?\/)+|\/+$/g, '');

function isPublic(options: Value | undefined, domains: readonly Domain[]): boolean | undefined {
  const networking = entry(options, 'networking');
  if (domains.length > 0 || entry(networking, 'serviceDomains') || entry(networking, 'customDomains'))
    return true;
  return networking ? false : undefined;
}

/** The port that Railway's own name for a service leads to. */
function domainPort(options: Value | undefined): string | undefined {
  const domains = entry(entry(options, 'networking'), 'serviceDomains');
  const [first] = domains?.kind === 'map' ? [...domains.entries.values()] : [];
  return textOf(entry(first, 'port'));
}

/** The service that a call makes. */
export function readCall(
  call: Call,
  file: string,
  repo: SourceRepo,
  resources: readonly Call[],
  databases: readonly Database[],
): ServiceReading {
  const options = argument(call, 1);
  const name = nameOf(call);
  const list = entry(options, 'domains');
  const domains = (list?.kind === 'list' ? list.items : []).flatMap((item): Domain[] => {
    const domain = textOf(item);
    return domain === undefined ? [] : [{ name: domain, evidence: [{ file, line: item.line }] }];
  });
  const open = isPublic(options, domains);
  const { root, image, branch } = sourceOf(options);
  const build = buildOf(options, file);
  const deploy = deployOf(options, file);
  const { service, findings } = readService(
    {
      name,
      root,
      build,
      deploy,
      ...(open !== undefined && { isPublic: open }),
      ...(image !== undefined && { image }),
      evidence: [{ file, line: call.line }],
    },
    repo,
  );
  const env = entry(options, 'env');
  const named = [...(env?.kind === 'map' ? env.entries : [])].filter(([key]) => /^\w+$/.test(key));
  const sorted = named.map(([key, value]) => variableOf(key, value, file, resources, databases));
  const { disk, findings: diskFindings } = readVolumes(options, name, file);
  const port = Number(textOf(entry(env, 'PORT')) ?? domainPort(options));
  const whole = options && located(options, file);
  return {
    service: {
      ...service,
      domains,
      ...(disk && { disk, tasks: { min: 1, max: 1 } }),
      ...(port > 0 && { port }),
      ...(branch !== undefined && { deploys: { ...service.deploys, branch } }),
      variables: [...sorted.map(({ variable }) => variable), ...service.variables],
    },
    findings: [
      ...fieldFindings(whole, optionFields, `the service ${name}`, 'Railway'),
      ...fieldFindings(build, buildFields, `the build of ${name}`, 'Railway'),
      ...fieldFindings(deploy, deployFields, `the service ${name}`, 'Railway'),
      ...findings,
      ...diskFindings,
      ...sorted.flatMap((one) => one.findings),
    ],
  };
}
