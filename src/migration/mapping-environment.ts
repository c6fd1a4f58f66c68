import { postgresPart, redisQuery, tlsFor } from './composed.ts';
import { note, warning } from './findings.ts';
import { type PlacedVariable, placeVariable, type VariableSurrounds } from './mapping-variables.ts';
import type { Finding, Service, Variable } from './plan.ts';
import type { Migration } from './stored.ts';

/** All that the environment of the tasks is made of. */
export interface TaskEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  readonly composed: Readonly<Record<string, string>>;
  readonly address: Migration['container']['address'];
  readonly secrets: readonly string[];
  readonly generated: readonly string[];
  readonly placed: readonly PlacedVariable[];
  readonly findings: readonly Finding[];
}

/** The variables of all services that share the image, each name once: the first service's value counts. */
function union(services: readonly Service[]): { variables: Variable[]; findings: Finding[] } {
  const byName = new Map<string, { variable: Variable; service: string }>();
  const findings: Finding[] = [];
  for (const { name: service, variables } of services)
    for (const variable of variables) {
      const known = byName.get(variable.name);
      if (known === undefined) byName.set(variable.name, { variable, service });
      else if (JSON.stringify(known.variable.source) !== JSON.stringify(variable.source))
        findings.push(
          warning(
            'variable-differs',
            `${variable.name} is not the same in ${known.service} and in ${service}.`,
            `All tasks have one environment here, with the value of ${known.service}; give the other one another name.`,
            [...known.variable.evidence, ...variable.evidence],
          ),
        );
    }
  return { variables: [...byName.values()].map(({ variable }) => variable), findings };
}

/** What a load balancer in front of the app asks for, and the drivers of its database. */
function defaults(around: VariableSurrounds, language: string | undefined): Record<string, string> {
  return {
    ...(language === 'node' && { NODE_ENV: 'production' }),
    // gunicorn and uvicorn believe X-Forwarded-Proto of localhost only; nobody but the load balancer reaches the task.
    ...(language === 'python' && { FORWARDED_ALLOW_IPS: '*' }),
    // Above the load balancer's 60 s: were the app the first to close, the client would see a 502.
    ...(around.client.packages.has('uvicorn') && { UVICORN_TIMEOUT_KEEP_ALIVE: '65' }),
    ...(around.postgres && { PGSSLMODE: tlsFor(around.client).mode }),
  };
}

function databaseDefaults(
  around: VariableSurrounds,
  placed: readonly PlacedVariable[],
): Record<string, string> {
  const { platform, postgres, redis, client } = around;
  const tells = (wanted: string): boolean =>
    placed.some(({ variable: { source } }) => source.kind === 'database' && source.database === wanted);
  const query = redisQuery(client);
  return {
    ...(postgres && !tells(postgres.name) && { DATABASE_URL: postgresPart(platform, tlsFor(client), 'url') }),
    ...(redis && !tells(redis.name) && query !== '' && { REDIS_URL: `$REDIS_URL${query}` }),
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
  const { variables, findings } = union(services);
  const placed = variables.map((variable) => placeVariable(variable, around));
  const plain = Object.fromEntries(entriesTo(placed, 'variable').map(([name, { value }]) => [name, value]));
  const own = new Set(variables.map(({ name }) => name));
  const usual = Object.entries({ ...defaults(around, language), ...given }).filter(
    ([name]) => !own.has(name),
  );
  const composed = Object.fromEntries(
    entriesTo(placed, 'composed').map(([name, { value }]) => [name, value]),
  );
  const taken = new Set(around.redis ? ['REDIS_URL', 'DATABASE_PASSWORD'] : ['DATABASE_PASSWORD']);
  const generated = entriesTo(placed, 'generated').map(([name]) => name);
  const secrets = [...entriesTo(placed, 'secret').map(([name]) => name), ...generated].filter(
    (name) => !taken.has(name),
  );
  return {
    variables: { ...Object.fromEntries(usual), ...plain },
    composed: ordered({ ...databaseDefaults(around, placed), ...composed }),
    address: Object.fromEntries(entriesTo(placed, 'address').map(([name, { form }]) => [name, form])),
    secrets: [...new Set(secrets)].sort(),
    generated: generated.sort(),
    placed,
    findings: [
      ...findings,
      ...placed.flatMap((one) => one.findings),
      ...keepAliveFindings(around, language),
      ...tlsFindings(around),
    ],
  };
}
