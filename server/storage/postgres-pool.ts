/** Connections to PostgreSQL that speak as SQLite does: numbers are numbers, and a line that is lost says so. */
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { StorageUnavailable } from './unavailable.ts';

export function watchedPool(config: pg.PoolConfig): PostgresPool {
  const pool = new pg.Pool({ ...config, types: { getTypeParser } });
  // A line may break while nobody uses it, or in the middle of a query, which then fails by itself.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return {
    options: {},
    end: () => pool.end(),
    connect: async () => watched(await answered(pool.connect())),
  };
}

function watched(client: pg.PoolClient): PostgresPoolClient {
  let isLost = false;
  async function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    if (isLost) throw new StorageUnavailable('database-away', undefined);
    try {
      // Never as a named statement: «select *» of one that was prepared fails when a newer release adds a column.
      return (await answered(client.query(text, values.map(sendable)))) as unknown as PostgresQueryResult<R>;
    } catch (error) {
      isLost = error instanceof StorageUnavailable;
      throw error;
    }
  }
  // Answers of unknown length, read piece by piece, are never asked for.
  return {
    query: query as PostgresPoolClient['query'],
    release: (isDiscarded) => client.release(isLost || isDiscarded === true),
  };
}

/** What is no word of the database itself is the loss of the line to it. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof pg.DatabaseError ? error : new StorageUnavailable('database-away', error);
  }
}

/** PostgreSQL has no text with a NUL. Words never hold one (they are JSON); a name that does is nobody's. */
const sendable = (value: unknown): unknown =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;

/** Everything counted here stays below 2^53: instants, sequence numbers, marks of 48 bits, sums of bytes. */
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid: number, format?: unknown) =>
  oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC
    ? Number
    : (pg.types.getTypeParser(oid, format as 'text') as never);
