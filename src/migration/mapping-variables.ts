import { type Client, postgresPart, redisPart, redisQuery, tlsFor } from './composed.ts';
import { gap, note, warning } from './findings.ts';
import { originOf } from './mapping-union.ts';
import type { Database, Finding, PlatformName, Service, Variable, VariableSource } from './plan.ts';

/** What the variables of an app refer to. */
export interface VariableSurrounds {
  readonly platform: PlatformName;
  /** The service behind the load balancer; `undefined` where there is none. */
  readonly web: Service | undefined;
  readonly services: readonly Service[];
  /** Services of the inside, by their name there: the name and the port by which the others reach them here. */
  readonly inner: ReadonlyMap<string, { readonly name: string; readonly port: number }>;
  /** Those whose tasks have one environment. */
  readonly sharing: readonly Service[];
  /** The database and the cache that are set up here; others are the owner's to give. */
  readonly postgres: Database | undefined;
  readonly redis: Database | undefined;
  readonly databases: readonly Database[];
  readonly client: Client;
}

/** Where one variable goes. */
export type Place =
  | { readonly to: 'variable'; readonly value: string }
  /** `set`: the task has it anyway, under this name. */
  | { readonly to: 'secret' | 'generated' | 'set' | 'nowhere' }
  | { readonly to: 'composed'; readonly value: string }
  | { readonly to: 'address'; readonly form: 'url' | 'host' };

/** A variable with its place. */
export interface PlacedVariable {
  readonly variable: Variable;
  readonly place: Place;
  readonly findings: readonly Finding[];
}

const nowhere: Place = { to: 'nowhere' };
const set: Place = { to: 'set' };
const secret: Place = { to: 'secret' };

/** A value that only the owner can give: kept like a secret, and a deployment waits for it. */
function asked(variable: Variable, what: string, fix: string): [Place, Finding[]] {
  return [secret, [gap('variable-to-give', what, fix, variable.evidence)]];
}

/** Whether only the owner can give the value of a variable; what it was there leads to the old platform. */
export const isAsked = ({ findings }: PlacedVariable): boolean =>
  findings.some(({ id }) => id === 'variable-to-give');

function databasePlace(
  variable: Variable,
  source: Extract<VariableSource, { kind: 'database' }>,
  around: VariableSurrounds,
): [Place, Finding[]] {
  const { name } = variable;
  const database = around.databases.find((one) => one.name === source.database);
  if (database !== undefined && database === around.postgres) {
    const value = postgresPart(around.platform, tlsFor(around.client), source.property);
    return [value === `$${name}` ? set : { to: 'composed', value }, []];
  }
  const query = redisQuery(around.client);
  const part =
    database !== undefined && database === around.redis ? redisPart(query, source.property) : undefined;
  if (part !== undefined) return [part === `$${name}` ? set : { to: 'composed', value: part }, []];
  if (database !== undefined && database === around.redis)
    return [
      nowhere,
      [
        note(
          'cache-without-password',
          `${name} is a user or password of the cache.`,
          'The cache has none here: its security group admits the tasks only.',
          variable.evidence,
        ),
      ],
    ];
  return asked(
    variable,
    `${name} is the ${source.property === 'url' ? 'address' : source.property} of ${source.database}, which is not set up on AWS.`,
    `Give it the value of where that runs: npm --prefix ops run ops -- secrets set ${name} --env dev`,
  );
}

function servicePlace(
  variable: Variable,
  { service, property }: Extract<VariableSource, { kind: 'service' }>,
  around: VariableSurrounds,
): [Place, Finding[]] {
  const isPublic = property === 'url' || property === 'public-host';
  if (around.web?.name === service)
    return property === 'port' || property === 'hostport'
      ? asked(
          variable,
          `${variable.name} is the ${property === 'port' ? 'port' : 'host and port'} of ${service} inside the network, where nothing reaches it here.`,
          `It is reached by its address, at 443 with a domain and at 80 without: npm --prefix ops run ops -- secrets set ${variable.name} --env dev`,
        )
      : [{ to: 'address', form: property === 'url' ? 'url' : 'host' }, []];
  const inner = isPublic ? undefined : around.inner.get(service);
  if (inner) {
    const parts = { host: inner.name, port: String(inner.port), hostport: `${inner.name}:${inner.port}` };
    return [{ to: 'variable', value: parts[property as keyof typeof parts] }, []];
  }
  return asked(
    variable,
    `${variable.name} is the ${isPublic ? 'public address' : 'address inside the network'} of ${service}, which is not set up here.`,
    `Give it the address that ${service} has from then on: npm --prefix ops run ops -- secrets set ${variable.name} --env dev`,
  );
}

/** The variable of another service that one copies, however often that copies in its turn. */
function copied(
  source: Extract<VariableSource, { kind: 'copy' }>,
  { services }: VariableSurrounds,
): VariableSource | undefined {
  const { service, variable } = originOf(source, services);
  const found = variable?.source;
  if (found?.kind === 'own-url')
    return { kind: 'service', service, property: found.property === 'url' ? 'url' : 'public-host' };
  return found?.kind === 'copy' ? undefined : found;
}

function placeOf(variable: Variable, source: VariableSource, around: VariableSurrounds): [Place, Finding[]] {
  const { name } = variable;
  switch (source.kind) {
    case 'plain':
      return [{ to: 'variable', value: source.value }, []];
    case 'front-end':
    case 'build':
      return buildPlace(variable, source);
    case 'secret':
      return [secret, []];
    case 'generated':
      return [{ to: 'generated' }, []];
    case 'own-url':
      return [{ to: 'address', form: source.property }, []];
    case 'database':
      return databasePlace(variable, source, around);
    case 'service':
      return servicePlace(variable, source, around);
    case 'copy': {
      const origin = copied(source, around);
      const isHere = around.sharing.some((one) => one.name === source.service) && source.variable !== name;
      if (isHere && (origin?.kind === 'secret' || origin?.kind === 'generated'))
        return [{ to: 'composed', value: `$${source.variable}` }, []];
      if (origin !== undefined) return placeOf(variable, origin, around);
      return asked(
        variable,
        `${name} has the value of ${source.variable} of ${source.service}, which no file shows.`,
        `Give it: npm --prefix ops run ops -- secrets set ${name} --env dev`,
      );
    }
    case 'dropped':
      return [nowhere, []];
  }
}

function buildPlace(
  { name, evidence }: Variable,
  { kind, value }: Extract<VariableSource, { kind: 'build' | 'front-end' }>,
): [Place, Finding[]] {
  if (kind === 'build') return [nowhere, []];
  const what = `${name} is read while pages are built, and becomes part of them.`;
  const fix =
    value === undefined
      ? 'Give it to the build of each environment: as a default of its ARG in the Dockerfile, or where the pages are built.'
      : 'The task has it, too; pages that are built in the image get the default of its ARG in the Dockerfile.';
  const finding = warning('front-end-variable', what, fix, evidence);
  return [value === undefined ? nowhere : { to: 'variable', value }, [finding]];
}

/** Names that the task sets, whatever the app had under them. */
const ours =
  /^(PORT|AWS_REGION|APP_VERSION|ASSETS_BUCKET|KEEP_ALIVE_SECONDS|SHUTDOWN_GRACE_SECONDS|DATABASE_PASSWORD)$/;

/** Those that it sets where there is a database. */
const oursWithDatabase = /^DATABASE_(HOST|PORT|NAME|USER|SSLMODE)$/;

/** Places one variable. Its findings say what the owner has to give. */
export function placeVariable(variable: Variable, around: VariableSurrounds): PlacedVariable {
  const { name, evidence } = variable;
  if (!/^[A-Za-z_]\w*$/.test(name))
    return {
      variable,
      place: nowhere,
      findings: [
        gap(
          'variable-name',
          `${name} is no name that a shell knows.`,
          'Give it another one, in the code, too.',
          evidence,
        ),
      ],
    };
  if (ours.test(name) || (around.postgres && oursWithDatabase.test(name)))
    return { variable, place: set, findings: [] };
  const [place, findings] = placeOf(variable, variable.source, around);
  // ECS puts what it is given into the container as it is; the Parameter Store refuses empty values.
  return { variable, place, findings };
}
