import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { Part } from '../app.ts';
import { HttpError } from '../errors.ts';
import type { Schema } from './schema.ts';
import { connectionSettings } from './settings.ts';

export type Database = Kysely<Schema>;

declare module 'fastify' {
  interface FastifyInstance {
    database: Database;
  }
}

// bigint keys as numbers, as JSON has them; they are exact up to 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

// SQLSTATE classes: connection exception, insufficient resources, operator intervention (a restart, a
// statement timeout); and a write to a server that a failover has made read-only.
const AWAY = /^(08|53|57|25006)/;

/** The answer while the database cannot be reached. The next request tries again. */
export class DatabaseUnavailable extends HttpError {
  override readonly headers = { 'Retry-After': '5' };

  constructor(cause: unknown) {
    super(503, 'database unavailable', { cause });
  }
}

function isAway(error: unknown): boolean {
  // What is no message of the server is the connection's: lost, refused, timed out, not trusted.
  return !(error instanceof pg.DatabaseError) || AWAY.test(error.code ?? '');
}

/**
 * Takes a connection from the pool and tells an unreachable database from a wrong statement. pg itself
 * would put a connection back whose answer never came, for the next request to wait on as well.
 */
async function connect(pool: pg.Pool): Promise<PostgresPoolClient> {
  const client = await pool.connect().catch((error) => {
    throw new DatabaseUnavailable(error);
  });
  let broken = false;
  // Losing the connection rejects the query and is an event as well; unheard, that would end the process.
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);
  const query = async (text: string, values: unknown[]) => {
    try {
      return await client.query(text, values);
    } catch (error) {
      if (!isAway(error)) throw error;
      broken = true;
      throw new DatabaseUnavailable(error);
    }
  };
  return {
    // The interface's other overload is for cursors, which need a package of their own.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy = false) => {
      client.release(destroy || broken);
      client.off('error', onError);
    },
  };
}

export function openDatabase(
  config: pg.PoolConfig,
  onConnectionLost: (error: Error) => void,
): Database {
  const pool = new pg.Pool(config);
  // A restart of the server ends the idle connections, too.
  pool.on('error', onConnectionLost);
  return new Kysely<Schema>({
    dialect: new PostgresDialect({
      pool: { connect: () => connect(pool), end: () => pool.end(), options: pool.options },
    }),
  });
}

/** `app.database`: a pool that opens its connections on demand, so the process starts without the server. */
export const database: Part = (app, env) => {
  const opened = openDatabase(
    {
      ...connectionSettings(env),
      // Times the number of tasks (twice that during a deployment) it has to stay below the server's
      // max_connections: about 80 on a db.t4g.micro.
      max: 10,
      // Together with connectionTimeoutMillis, which also bounds the wait for a free connection, these
      // decide when a request gives up. The server's limit is the lower one, for it frees the connection.
      statement_timeout: 10_000,
      query_timeout: 12_000,
      idle_in_transaction_session_timeout: 30_000,
      idleTimeoutMillis: 30_000,
    },
    (error) => app.log.warn({ err: error }, 'an idle database connection was lost'),
  );
  app.decorate('database', opened);
  app.addHook('onClose', async () => opened.destroy());
};
