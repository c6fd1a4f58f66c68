import { postgresPart, redisQuery, tlsFor } from './composed.ts';
import { note, warning } from './findings.ts';
import { sharedFindings, union } from './mapping-union.ts';
import { isAsked, type PlacedVariable, placeVariable, type VariableSurrounds } from './mapping-variables.ts';
import type { Finding, Service } from './plan.ts';
import type { Migration } from './stored.ts';

/** All that the environment of the tasks is made of. */
export interface TaskEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  readonly composed: Readonly<Record<string, string>>;
  readonly address: Migration['container']['address'];
  readonly secrets: readonly string[];
  readonly generated: readonly string[];
  /** Secrets whose value there is of no use here. */
  readonly toGive: readonly string[];
  readonly placed: readonly PlacedVariable[];
  readonly usual: readonly UsualVariable[];
  readonly findings: readonly Finding[];
}

/** A variable that no file has, and that the task is given all the same. */
export interface UsualVariable {
  readonly name: string;
  readonly value: string;
  /** A sentence for docs/MIGRATION.md. */
  readonly reason: string;
}

/** What a load balancer in front of the app asks for, and the drivers of its database. */
function defaults(around: VariableSurrounds, language: string | undefined): UsualVariable[] {
  const tls = around.postgres && tlsFor(around.client);
  const all: (UsualVariable | false | undefined)[] = [
    language === 'node' && {
      name: 'NODE_ENV',
      value: 'production',
      reason: 'Frameworks take it for the word to do without what helps a developer.',
    },
    language === 'python' && {
      name: 'FORWARDED_ALLOW_IPS',
      value: '*',
      reason:
        'gunicorn and uvicorn believe X-Forwarded-Proto of localhost alone; nobody but the load balancer reaches the task.',
    },
    around.client.packages.has('uvicorn') && {
      name: 'UVICORN_TIMEOUT_KEEP_ALIVE',
      value: '65',
      reason: aboveBalancer,
    },
    tls && {
      name: 'PGSSLMODE',
      value: tls.mode,
      reason: `RDS refuses connections without TLS. ${tls.reason}`,
    },
  ];
  return all.filter((one) => one !== undefined && one !== false);
}

const aboveBalancer =
  "Above the load balancer's 60 s: were the app the first to close a connection, people would see a 502.";

/** What the image's server has to be told. */
const told = (given: Readonly<Record<string, string>>): UsualVariable[] =>
  Object.entries(given).map(([name, value]) => ({
    name,
    value,
    reason: [
      ...(value.replace(/--keep-alive \d+/, '').trim() === ''
        ? []
        : ['The server is told so where to listen, which the platform did without a word.']),
      ...(value.includes('--keep-alive') ? [aboveBalancer] : []),
    ].join(' '),
  }));

/**
 * The addresses under their usual names: Heroku sets them whatever else names the database. One that the owner gives
 * leads elsewhere.
 */
function databaseDefaults(
  around: VariableSurrounds,
  placed: readonly PlacedVariable[],
): Record<string, string> {
  const { platform, postgres, redis, client } = around;
  const own = new Map(placed.map(({ variable, place }) => [variable.name, place.to]));
  const isSet = (name: string): boolean =>
    platform === 'heroku' ? own.get(name) !== 'secret' : !own.has(name);
  const query = redisQuery(client);
  return {
    ...(postgres && isSet('DATABASE_URL') && { DATABASE_URL: postgresPart(platform, tlsFor(client), 'url') }),
    ...(redis && isSet('REDIS_URL') && query !== '' && { REDIS_URL: `$REDIS_URL${query}` }),
  };
}

function entriesTo<T extends PlacedVariable['place']['to']>(placed: readonly PlacedVariable[], to: T) {
  type Found = Extract<PlacedVariable['place'], { to: T }>;
  return placed
    .filter(({ place }) => place.to === to)
    .map(({ variable, place }): [string, Found] => [variable.name, place as Found]);
}

/** REDIS_URL comes last: those before it are made of it. */
function ordered(composed: Readonly<Record<string, string>>): Record<string, string> {
  const { REDIS_URL, ...others } = composed;
  return { ...others, ...(REDIS_URL !== undefined && { REDIS_URL }) };
}

function keepAliveFindings(around: VariableSurrounds, language: string | undefined): Finding[] {
  if (language !== 'node') return [];
  const place = {
    file: around.web?.evidence[0]?.file ?? 'package.json',
    line: around.web?.evidence[0]?.line ?? 1,
  };
  return [
    warning(
      'keep-alive',
      'Node closes an idle connection after 5 s, the load balancer after 60: a request that meets the closing one is answered 502.',
      'Set it where the server is made: server.keepAliveTimeout = 65_000; server.headersTimeout = 66_000',
      place,
    ),
  ];
}

function tlsFindings({ postgres, client }: VariableSurrounds): Finding[] {
  if (!postgres) return [];
  const { checked, reason } = tlsFor(client);
  const fix = checked
    ? reason
    : `${reason} To check it as well, put the bundle of RDS into the image and ask for verify-full.`;
  const what = `Connections to the database are encrypted, and the certificate is ${checked ? 'checked' : 'not checked'}.`;
  return [note('database-tls', what, fix, postgres.evidence)];
}

/**
 * The environment of the tasks.
 * @param services those that share the image, the web service first.
 * @param given what the image's server has to be told, such as GUNICORN_CMD_ARGS; the owner's own value counts.
 */
export function taskEnvironment(
  services: readonly Service[],
  around: VariableSurrounds,
  language: string | undefined,
  given: Readonly<Record<string, string>>,
): TaskEnvironment {
  const { variables, findings } = union(services, around.services);
  const placed = variables.map((variable) => placeVariable(variable, around));
  const own = new Set(variables.map(({ name }) => name));
  const known = [...defaults(around, language), ...told(given)].filter(({ name }) => !own.has(name));
  const usual = [...new Map(known.map((one) => [one.name, one])).values()];
  const stated = Object.fromEntries(entriesTo(placed, 'composed').map(([name, { value }]) => [name, value]));
  const composed = ordered({ ...databaseDefaults(around, placed), ...stated });
  const taken = new Set([
    ...Object.keys(composed),
    ...(around.redis ? ['REDIS_URL'] : []),
    'DATABASE_PASSWORD',
  ]);
  const plain = Object.fromEntries(
    entriesTo(placed, 'variable')
      .filter(([name]) => !taken.has(name))
      .map(([name, { value }]) => [name, value]),
  );
  const generated = entriesTo(placed, 'generated').map(([name]) => name);
  const secrets = [...entriesTo(placed, 'secret').map(([name]) => name), ...generated].filter(
    (name) => !taken.has(name),
  );
  return {
    usual,
    variables: { ...Object.fromEntries(usual.map(({ name, value }) => [name, value])), ...plain },
    composed,
    address: Object.fromEntries(entriesTo(placed, 'address').map(([name, { form }]) => [name, form])),
    secrets: [...new Set(secrets)].sort(),
    toGive: placed.filter(isAsked).map(({ variable }) => variable.name),
    generated: generated.sort(),
    placed,
    findings: [
      ...findings,
      ...sharedFindings(services, placed),
      ...placed.flatMap((one) => one.findings),
      ...keepAliveFindings(around, language),
      ...tlsFindings(around),
    ],
  };
}
