import type { Database, Evidence } from '../plan.ts';
import type { SourceRepo } from '../repo.ts';
import { below, lineOf } from './build.ts';
import { readPackageJson } from './package-json.ts';
import { pythonPackages } from './requirements.ts';

type Kind = Database['kind'];

/** Drivers by package; an ORM that speaks several languages says nothing by itself. */
const drivers: Readonly<Record<'node' | 'python', readonly (readonly [kind: Kind, names: RegExp])[]>> = {
  node: [
    [
      'postgres',
      /^(pg|pg-promise|pg-native|postgres|@neondatabase\/serverless|@vercel\/postgres|slonik|@prisma\/adapter-pg|pg-boss|connect-pg-simple)$/,
    ],
    ['mysql', /^(mysql|mysql2|@prisma\/adapter-mariadb|mariadb)$/],
    ['mongo', /^(mongodb|mongoose|monk|mongojs|connect-mongo|parse-server)$/],
    [
      'redis',
      /^(redis|ioredis|bull|bullmq|connect-redis|rate-limit-redis|@socket\.io\/redis-adapter|socket\.io-redis|bee-queue|kue|@upstash\/redis|cache-manager-redis\S*|@keyv\/redis)$/,
    ],
  ],
  python: [
    [
      'postgres',
      /^(psycopg2|psycopg2-binary|psycopg|psycopg-binary|psycopg-c|asyncpg|pg8000|aiopg|pgvector|django-postgres-extra|psycopg2cffi)$/,
    ],
    ['mysql', /^(mysqlclient|pymysql|aiomysql|mysql-connector-python|asyncmy)$/],
    ['mongo', /^(pymongo|motor|mongoengine|beanie|flask-pymongo|djongo|odmantic)$/],
    [
      'redis',
      /^(redis|aioredis|django-redis|rq|django-rq|arq|channels-redis|flask-redis|fastapi-limiter|huey|hiredis|celery-redbeat|flask-caching-redis)$/,
    ],
  ],
};

/** A database that an app's dependencies point to, with the line of the driver. */
export interface FoundDatabase {
  readonly kind: Kind;
  readonly driver: string;
  readonly evidence: readonly Evidence[];
}

function found(
  language: 'node' | 'python',
  names: Iterable<string>,
  place: (name: string) => Evidence,
): FoundDatabase[] {
  const all = [...names];
  return drivers[language].flatMap(([kind, pattern]) => {
    const driver = all.find((name) => pattern.test(name));
    return driver === undefined ? [] : [{ kind, driver, evidence: [place(driver)] }];
  });
}

/** The kind that a Prisma schema names: Prisma brings its drivers itself. */
function prismaDatabase(repo: SourceRepo, root: string): FoundDatabase[] {
  const kinds: Readonly<Record<string, Kind>> = {
    postgresql: 'postgres',
    postgres: 'postgres',
    mysql: 'mysql',
    mongodb: 'mongo',
  };
  return ['prisma/schema.prisma', 'schema.prisma', 'src/prisma/schema.prisma'].flatMap((path) => {
    const file = below(root, path);
    const text = repo.text(file) ?? '';
    const pattern = /^\s*provider\s*=\s*"(postgresql|postgres|mysql|mongodb)"/m;
    const kind = kinds[pattern.exec(text)?.[1] ?? ''];
    // The pattern may begin with line ends before the line itself.
    return kind === undefined
      ? []
      : [
          {
            kind,
            driver: 'prisma',
            evidence: [{ file, line: lineOf(text, /provider\s*=\s*"(postgres|mysql|mongo)/) }],
          },
        ];
  });
}

/**
 * The databases that the manifests of a folder point to: by a driver, a queue that lives in Redis, or a Prisma schema. Each
 * kind once. That a driver is there does not prove that the database is in use: ask.
 */
export function databasesInDependencies(repo: SourceRepo, root: string): FoundDatabase[] {
  const app = readPackageJson(repo, root);
  const node = app ? found('node', app.dependencies, (name) => app.place('dependencies', name)) : [];
  const { names, file = below(root, 'requirements.txt') } = pythonPackages(repo, root);
  const text = repo.text(file) ?? '';
  const line = (name: string): number =>
    lineOf(text.toLowerCase().replace(/[_.]/g, '-'), name.replace(/-(binary|c)$/, ''));
  const python = found('python', names, (name) => ({ file, line: line(name) }));
  const all = [...node, ...prismaDatabase(repo, root), ...python];
  return all.filter(({ kind }, index) => all.findIndex((one) => one.kind === kind) === index);
}
