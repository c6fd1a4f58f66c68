import { posix } from 'node:path';
import { gap } from './findings.ts';
import type { Database, Evidence, Finding, Service } from './plan.ts';
import type { SourceRepo } from './repo.ts';
import { withWorkspacePackages } from './workspaces.ts';

/** Databases that the code needs, as far as its dependencies tell. */
export interface Needs {
  readonly databases: readonly Database[];
  readonly findings: readonly Finding[];
}

type Kind = 'postgres' | 'redis' | 'mongo' | 'mysql';

/** Packages that speak with a database of a kind, by the names under which Node and Python know them. */
const drivers: Readonly<Record<Kind, RegExp>> = {
  postgres:
    /^(pg|pg-promise|postgres|@prisma\/adapter-pg|@vercel\/postgres|slonik|connect-pg-simple|pg-boss|@neondatabase\/serverless|pgvector|psycopg2?|psycopg2-binary|psycopg-binary|psycopg-pool|asyncpg|pg8000|aiopg|django-postgres\S*|dj-postgres\S*)$/,
  redis:
    /^(redis|ioredis|bull|bullmq|bee-queue|connect-redis|rate-limit-redis|@socket\.io\/redis-adapter|socket\.io-redis|@redis\/client|aioredis|django-redis|rq|django-rq|arq|hiredis|fakeredis|channels-redis|celery\[redis\]|flask-redis)$/,
  mongo:
    /^(mongodb|mongoose|@nestjs\/mongoose|connect-mongo|parse-server|pymongo|motor|mongoengine|flask-pymongo|beanie|djongo)$/,
  mysql: /^(mysql|mysql2|mysqlclient|pymysql|aiomysql|mariadb|mysql-connector-python|asyncmy)$/,
};

/** Names under which a database is kept where no file names it. */
const names: Readonly<Record<Kind, string>> = {
  postgres: 'postgres',
  redis: 'redis',
  mongo: 'mongo',
  mysql: 'mysql',
};

/** Packages that speak with some database, without telling which. */
const mappers =
  /^(@prisma\/client|prisma|typeorm|sequelize|knex|objection|drizzle-orm|@mikro-orm\/core|sqlalchemy|flask-sqlalchemy|sqlmodel|tortoise-orm|peewee|databases|alembic|piccolo|django|dj-database-url)$/;

const manifest =
  /^(package\.json|requirements[\w.-]*\.txt|requirements\.in|pyproject\.toml|Pipfile|schema\.prisma|prisma\/schema\.prisma)$/;

/** The names of the packages in a line of a manifest: `"pg": "^8"`, `psycopg[binary]==3`, `asyncpg = "*"`. */
function packagesIn(line: string): string[] {
  const quoted = [...line.matchAll(/["']([@\w][\w./-]*(?:\[\w[\w,-]*\])?)(?=["'\s=<>~!;^[])/g)].map(
    ([, name = '']) => name,
  );
  const first = /^\s*([A-Za-z][\w.-]*(?:\[\w[\w,-]*\])?)/.exec(line)?.[1];
  return [...quoted, ...(first === undefined ? [] : [first])].flatMap((name) => [
    name.toLowerCase(),
    name.toLowerCase().replace(/\[.*$/, ''),
  ]);
}

function prismaKind(line: string): Kind | undefined {
  const provider = /^\s*provider\s*=\s*"(\w+)"/.exec(line)?.[1];
  return ({ postgresql: 'postgres', postgres: 'postgres', mysql: 'mysql', mongodb: 'mongo' } as const)[
    provider as 'postgres'
  ];
}

/** Where each kind of database is needed, from the manifests in some folders; `some` for one that is not told. */
function needsOf(repo: SourceRepo, folders: readonly string[]): Map<Kind | 'some', Evidence[]> {
  const found = new Map<Kind | 'some', Evidence[]>();
  const add = (kind: Kind | 'some', place: Evidence): void =>
    void found.set(kind, [...(found.get(kind) ?? []), place]);
  const inside = (path: string): boolean =>
    folders.some((folder) => manifest.test(posix.relative(folder, path)));
  for (const file of repo.paths.filter(inside))
    for (const [index, line] of (repo.text(file) ?? '').split('\n').entries()) {
      const place = { file, line: index + 1 };
      if (/^\s*(#|\/\/)/.test(line)) continue;
      const kind = file.endsWith('.prisma') ? prismaKind(line) : undefined;
      if (kind) add(kind, place);
      if (file.endsWith('.prisma')) continue;
      const packages = packagesIn(line);
      for (const one of Object.keys(drivers) as Kind[])
        if (packages.some((name) => drivers[one].test(name))) add(one, place);
      if (packages.some((name) => mappers.test(name))) add('some', place);
    }
  return found;
}

const images: Readonly<Record<Kind, string>> = {
  postgres: 'postgres|postgis|pgvector|timescaledb',
  redis: 'redis|valkey',
  mongo: 'mongo',
  mysql: 'mysql|mariadb',
};

const composeFiles = (repo: SourceRepo): string[] =>
  repo.paths.filter((path) => /^(docker-)?compose[\w.-]*\.ya?ml$/.test(path));

/** Where a compose file starts a database of a kind: evidence of what it is developed with. */
function composed(repo: SourceRepo, kind: Kind): Evidence[] {
  const pattern = new RegExp(
    String.raw`^\s*image:\s*["']?[\w./-]*(?:${images[kind]})(?![\w-]*(?:exporter|commander|admin|express))`,
  );
  return composeFiles(repo).flatMap((file) => {
    const index = (repo.text(file) ?? '').split('\n').findIndex((line) => pattern.test(line));
    return index < 0 ? [] : [{ file, line: index + 1 }];
  });
}

/** The major version in the image of a compose file: `postgres:16-alpine`, `postgis/postgis:15-3.4`. */
function composeVersion(repo: SourceRepo, kind: Kind): { version: string; place: Evidence } | undefined {
  const pattern = new RegExp(String.raw`^\s*image:\s*["']?[\w./-]*(?:${images[kind]})[\w/-]*:(?:pg)?(\d+)`);
  for (const file of composeFiles(repo))
    for (const [index, line] of (repo.text(file) ?? '').split('\n').entries()) {
      const version = pattern.exec(line)?.[1];
      if (version !== undefined) return { version, place: { file, line: index + 1 } };
    }
  return undefined;
}

function databaseOf(repo: SourceRepo, kind: Kind, evidence: readonly Evidence[]): Database {
  const compose = composeVersion(repo, kind);
  return {
    name: names[kind],
    kind,
    ...(compose && { version: compose.version }),
    evidence: compose ? [...evidence, compose.place] : evidence,
  };
}

function inferred({ kind, version, evidence }: Database): Finding {
  return gap(
    'database-inferred',
    `The code has a driver for ${kind}, and no file of the platform names a database of that kind.`,
    version === undefined
      ? 'Say whether it is in use, where it runs and which version it is.'
      : `Say whether it is in use, and whether it is version ${version} there, too, as in compose.`,
    evidence,
  );
}

/** What a laptop develops with is no word about production: no database is set up for it. */
const onlyComposed = (kind: Kind, evidence: readonly Evidence[]): Finding =>
  gap(
    'database-in-compose',
    `Compose starts ${kind}, and neither a driver for it was found nor a file of the platform that names it.`,
    'Say whether it is in use there. It is not set up here as the plan stands.',
    evidence,
  );

function unknownDatabase(evidence: readonly Evidence[]): Finding {
  return gap(
    'database-unknown',
    `The code speaks with a database of a kind that its packages do not tell, and no file names it.`,
    'Say which it is: PostgreSQL is set up here; SQLite is a file, and files of a task are gone when it ends.',
    evidence,
  );
}

/**
 * The databases that the manifests in `folders` speak of (empty for the top of the repo), for platforms whose files
 * name none. Each is a question to the owner: a driver alone does not tell whether a database is in use, nor where
 * it runs.
 */
export function databasesNeeded(repo: SourceRepo, folders: readonly string[]): Needs {
  const found = needsOf(repo, withWorkspacePackages(repo, folders));
  const unnamed = found.get('some') ?? [];
  found.delete('some');
  const inCompose = (Object.keys(drivers) as Kind[]).flatMap((kind) => {
    const evidence = found.has(kind) ? [] : composed(repo, kind);
    return evidence.length > 0 ? [{ kind, evidence }] : [];
  });
  const databases = [...found].map(([kind, evidence]) => databaseOf(repo, kind as Kind, evidence));
  const isOpen =
    databases.every(({ kind }) => kind === 'redis') && unnamed.length > 0 && inCompose.length === 0;
  return {
    databases,
    findings: [
      ...databases.map((database) => inferred(database)),
      ...inCompose.map(({ kind, evidence }) => onlyComposed(kind, evidence)),
      ...(isOpen ? [unknownDatabase(unnamed)] : []),
    ],
  };
}

/**
 * Findings for databases that the repo speaks of beside those that its platform's files, or its own services, are.
 * @param stated the databases that are known already.
 */
export function otherNeeds(
  repo: SourceRepo,
  services: readonly Service[],
  stated: readonly Database[],
): Finding[] {
  const needs = databasesNeeded(
    repo,
    services.map(({ root }) => root),
  );
  const known = new Set<string>(stated.map(({ kind }) => kind));
  const isRun = (kind: string): boolean =>
    services.some(({ name, image }) => `${name} ${image}`.includes(kind));
  const other = needs.databases.filter(({ kind }) => !known.has(kind) && !isRun(kind));
  const isBare = [...known].every((kind) => kind === 'redis');
  const open = needs.findings.filter(({ id, what }) => {
    if (id === 'database-unknown') return isBare;
    return id === 'database-in-compose' && ![...known].some((kind) => what.includes(`starts ${kind},`));
  });
  return [...other.map((database) => inferred(database)), ...open];
}
