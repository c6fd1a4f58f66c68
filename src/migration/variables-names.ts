import type { DatabaseProperty } from './plan.ts';

/** How front ends name what their build may show to everybody. */
const frontEnd = /^(NEXT_PUBLIC|VITE|REACT_APP|NUXT_PUBLIC|GATSBY|VUE_APP|EXPO_PUBLIC|NG_APP|PUBLIC)_/;

/** Whether a front end's build reads it. `PUBLIC_URL` and the like are names that servers use, too. */
export const isFrontEndName = (name: string): boolean =>
  frontEnd.test(name) && !/^PUBLIC_(URL|HOST|HOSTNAME|DOMAIN|IP|PORT)$/.test(name);

const build =
  /^((PYTHON|NODE|NPM|YARN|PNPM|BUN|POETRY|PIPENV|UV|GO|RUBY|RUST|ELIXIR|ERLANG|PHP|JAVA)_VERSION|NPM_CONFIG_\w+|PIP_\w+|POETRY_\w+|UV_\w+|BUNDLE_\w+|BP_\w+|NIXPACKS_\w+|RAILPACK_\w+|YARN_PRODUCTION|YARN_ENABLE_\w+|USE_NPM_INSTALL|USE_YARN_CACHE|NODE_MODULES_CACHE|NODE_VERBOSE|SKIP_INSTALL_DEPS|SKIP_ENV_VALIDATION|DISABLE_COLLECTSTATIC|DEBUG_COLLECTSTATIC|PROJECT_PATH|APP_BASE|CI|GENERATE_SOURCEMAP|RAILWAY_DOCKERFILE_PATH|PUPPETEER_SKIP_\w+|PRISMA_SKIP_\w+)$/;

/** Whether only the build of the image reads it. */
export const isBuildName = (name: string): boolean => build.test(name);

/** What a name asks of a database: its kind and the part of its address. */
export interface DatabaseName {
  readonly kind: 'postgres' | 'redis';
  readonly property: DatabaseProperty;
}

const addresses: readonly (readonly [RegExp, DatabaseName])[] = [
  [
    /^(DATABASE_URL|DATABASE_(PRIVATE|PUBLIC|POOL|DIRECT)_URL|DIRECT_URL|DIRECT_DATABASE_URL|POSTGRES(QL)?_URL|POSTGRES(QL)?_URI|POSTGRES_PRISMA_URL|POSTGRES_URL_NON_POOLING|SQLALCHEMY_DATABASE_URI|HEROKU_POSTGRESQL_\w+_URL)$/,
    { kind: 'postgres', property: 'url' },
  ],
  [/^(PGHOST|POSTGRES(QL)?_HOST)$/, { kind: 'postgres', property: 'host' }],
  [/^(PGPORT|POSTGRES(QL)?_PORT)$/, { kind: 'postgres', property: 'port' }],
  [/^(PGUSER|POSTGRES(QL)?_USER(NAME)?)$/, { kind: 'postgres', property: 'user' }],
  [/^(PGPASSWORD|POSTGRES(QL)?_PASSWORD)$/, { kind: 'postgres', property: 'password' }],
  [/^(PGDATABASE|POSTGRES(QL)?_(DB|DATABASE))$/, { kind: 'postgres', property: 'name' }],
  [
    /^(REDIS(CLOUD)?_URL|REDIS_(TLS|PRIVATE|PUBLIC)_URL|REDIS_URI|REDISTOGO_URL|VALKEY_URL|KV_URL|HEROKU_REDIS_\w+_URL|CELERY_BROKER_URL|CELERY_RESULT_BACKEND)$/,
    { kind: 'redis', property: 'url' },
  ],
  [/^REDIS_?HOST(NAME)?$/, { kind: 'redis', property: 'host' }],
  [/^REDIS_?PORT$/, { kind: 'redis', property: 'port' }],
  [/^REDIS_?PASSWORD$/, { kind: 'redis', property: 'password' }],
];

/** The database whose address a variable of that name holds; `undefined` for any other name. */
export function databaseNamed(name: string): DatabaseName | undefined {
  return addresses.find(([pattern]) => pattern.test(name))?.[1];
}

/** The kind of database that an address belongs to, by its scheme. */
export function databaseKindOf(url: string): 'postgres' | 'redis' | 'mongo' | 'mysql' | undefined {
  const scheme = /^([a-z0-9+]+):\/\//i.exec(url.trim())?.[1]?.toLowerCase() ?? '';
  if (/^(postgres|postgresql)(\+\w+)?$/.test(scheme)) return 'postgres';
  if (/^rediss?$/.test(scheme)) return 'redis';
  if (/^mongodb(\+srv)?$/.test(scheme)) return 'mongo';
  return /^mysql2?(\+\w+)?$/.test(scheme) ? 'mysql' : undefined;
}
