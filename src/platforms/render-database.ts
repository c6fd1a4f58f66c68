import { gap, warning } from '../migration/findings.ts';
import type { Database, Evidence, Finding } from '../migration/plan.ts';
import { child, type Located, numberOf, placeOf, textOf, yesOf } from '../migration/tree.ts';
import { fieldFindings } from './fields.ts';
import { databaseFields } from './render-fields.ts';

/** A database with what is to be said about it. */
export interface DatabaseReading {
  readonly database: Database;
  readonly findings: readonly Finding[];
}

/** GB of a database that the file gives none, by the beginning of its plan's name (Render's reference). */
const storage: readonly (readonly [string, number])[] = [
  ['free', 1],
  ['basic', 15],
  ['pro-', 100],
  ['accelerated', 250],
];

/** The plan of a database, or of a cache, that the file gives none. */
const defaultPlans = { postgres: 'basic-256mb', redis: 'starter' } as const;

const normal = (plan: string): string => plan.toLowerCase().replaceAll('_', '-');

function planFindings(name: string, plan: string, evidence: Evidence): Finding[] {
  if (normal(plan) !== 'free') return [];
  return [
    warning(
      'render-free-database',
      `${name} is on Render's free plan, which deletes a database after its time.`,
      'Take the dump soon, and first of all.',
      evidence,
    ),
  ];
}

/** A database of Render, which is PostgreSQL. */
export function readDatabase(node: Located): DatabaseReading {
  const name = textOf(child(node, 'name')) ?? 'database';
  const size = textOf(child(node, 'plan')) ?? defaultPlans.postgres;
  const version = textOf(child(node, 'postgresMajorVersion'));
  const storageGb =
    numberOf(child(node, 'diskSizeGB')) ?? storage.find(([plan]) => normal(size).startsWith(plan))?.[1];
  const inside = textOf(child(node, 'databaseName'));
  const user = textOf(child(node, 'user'));
  const place = placeOf(child(node, 'name') ?? node);
  const unversioned = gap(
    'postgres-version-unknown',
    `The file does not say which version of PostgreSQL ${name} is.`,
    "Look it up in Render's dashboard (or SELECT version()): the new database must not be older.",
    place,
  );
  return {
    database: {
      name,
      kind: 'postgres',
      size,
      ...(version !== undefined && { version }),
      ...(storageGb !== undefined && { storageGb }),
      ...(inside !== undefined && { database: inside }),
      ...(user !== undefined && { user }),
      ...(yesOf(child(node, 'highAvailability', 'enabled')) === true && { standby: true }),
      evidence: [place],
    },
    findings: [
      ...fieldFindings(node, databaseFields, `the database ${name}`, 'Render'),
      ...planFindings(name, size, place),
      ...(version === undefined ? [unversioned] : []),
    ],
  };
}

/** A service of type keyvalue (or redis, its old name), which is a cache. */
export function readCache(node: Located, fieldsOfService: readonly Finding[]): DatabaseReading {
  const name = textOf(child(node, 'name')) ?? 'cache';
  const policy = child(node, 'maxmemoryPolicy');
  const place = placeOf(child(node, 'name') ?? node);
  const evicts = textOf(policy) ?? 'allkeys-lru';
  const kept = warning(
    'redis-eviction',
    `When it is full, ${name} does what '${evicts}' says.`,
    'Set maxmemory-policy in the parameter group of the cache: the default of ElastiCache is volatile-lru.',
    policy ? placeOf(policy) : place,
  );
  return {
    database: {
      name,
      kind: 'redis',
      size: textOf(child(node, 'plan')) ?? defaultPlans.redis,
      evidence: [place],
    },
    findings: [...fieldsOfService, kept],
  };
}

/** A database that variables refer to and the file does not have. */
export function missingDatabase(name: string, evidence: readonly Evidence[]): DatabaseReading {
  return {
    database: { name, kind: 'postgres', evidence },
    findings: [
      gap(
        'render-database-missing',
        `Variables take values from the database '${name}', which the file does not have.`,
        "It was made in Render's dashboard: look up its version and size there.",
        evidence,
      ),
    ],
  };
}
