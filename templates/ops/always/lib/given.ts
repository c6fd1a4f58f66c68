/** What gives every task of an environment variables, besides its owner. */
export interface Givers {
  /** Whether the environment has a database of its own. */
  readonly database: boolean;
  /** Whether it has a cache of its own. */
  readonly cache?: boolean;
  /** Names that `container` in infra/settings.json has for all environments; undefined for the backend in backend/. */
  readonly container?: readonly string[] | undefined;
  /** Names that it has put together, or knows as the app's own address. */
  readonly composed?: readonly string[];
}

const always = new Set([
  'PORT',
  'AWS_REGION',
  'KEEP_ALIVE_SECONDS',
  'SHUTDOWN_GRACE_SECONDS',
  'FRONTEND_ORIGIN',
  'APP_VERSION',
  'ASSETS_BUCKET',
]);
const withDatabase = /^DATABASE_(HOST|PORT|NAME|USER|PASSWORD|SSLMODE|CA_FILE)$/;

/** What infra/lib/container.ts has for the backend in backend/. */
const ofBackend = ['LOG_LEVEL'];

/** Why the tasks have another value of this name, whatever their owner gives; undefined where they have not. */
export function givenBy(name: string, { database, cache, composed }: Givers): string | undefined {
  const byInfra =
    always.has(name) || (database && withDatabase.test(name)) || (cache && name === 'REDIS_URL');
  if (byInfra) return 'the infrastructure sets it';
  return composed?.includes(name) ? 'container in infra/settings.json has it' : undefined;
}

/** What is wrong with a name for a variable, a sentence each: see givenBy. */
export function variableTaken(name: string, givers: Givers): string[] {
  const why = givenBy(name, givers);
  return why === undefined ? [] : [`${name} is not yours to set: ${why}.`];
}

/** What is wrong with a name for a secret. ECS refuses a task that has it as a variable as well, in mid-deployment. */
export function secretTaken(name: string, givers: Givers): string[] {
  const taken = variableTaken(name, givers);
  if (taken.length > 0) return taken;
  if (!(givers.container ?? ofBackend).includes(name)) return [];
  return givers.container
    ? [
        `${name} is a variable of all environments: take it out of container.variables in infra/settings.json first.`,
      ]
    : [
        `${name} is no secret: the backend has it as a variable, and variables of infra/settings.json can change it.`,
      ];
}
