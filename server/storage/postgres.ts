/**
 * The same storage over PostgreSQL, which several server processes may share. A write is acknowledged only when
 * PostgreSQL has it on its disk (`synchronous_commit`). Writes happen one by one over all processes, as on SQLite,
 * except those that lock for themselves what they change; two that cross each other all the same run once more.
 */
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { Storage } from './database.ts';
import { answeringOnce } from './prepared.ts';
import { openOthers } from './postgres-others.ts';
import { watchedPool } from './postgres-pool.ts';
import type { Tables } from './schema.ts';
import { asUnavailable } from './unavailable.ts';

export interface PostgresOptions {
  readonly url: string;
  /** How often a process looks whether another has written, in case a hint was lost. */
  readonly lookEveryMs?: number;
}

export async function openPostgres({ url, lookEveryMs = 1_000 }: PostgresOptions): Promise<Storage> {
  const line: pg.ClientConfig = {
    connectionString: url,
    application_name: 'ehc-hub',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
  const pooled = {
    ...line,
    options: '-c synchronous_commit=on -c default_transaction_isolation=read\\ committed',
    // A process that stands still in the middle of a write must not keep all others waiting for ever.
    idle_in_transaction_session_timeout: 30_000,
    lock_timeout: 10_000,
    query_timeout: 60_000,
    // Also the longest wait for one of our own lines, while thousands of streams look at once.
    connectionTimeoutMillis: 30_000,
  };
  const over = (max: number) =>
    new Kysely<Tables>({ dialect: new PostgresDialect({ pool: watchedPool({ ...pooled, max }) }) });
  const db = over(readersMax);
  const writing = over(writersMax);
  const others = openOthers(line, lookEveryMs);
  const close = async () => {
    await Promise.all([others.close(), db.destroy(), writing.destroy()]);
  };
  try {
    await sql`select 1`.execute(db);
    await others.open();
  } catch (error) {
    await close();
    throw asUnavailable(error);
  }
  return {
    db,
    others,
    read: (work) =>
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute((tx) => work(answeringOnce(tx))),
    async write(work, order = 'one-by-one') {
      for (let tries = 1; ; tries += 1) {
        try {
          return await writing.transaction().execute(async (tx) => {
            if (order === 'one-by-one') await waitForOthers(tx);
            return work(tx);
          });
        } catch (error) {
          if (tries < triesMax && hasCrossed(error)) continue;
          throw asUnavailable(error);
        }
      }
    },
    inTurn: async (what, work) => {
      try {
        return await others.inTurn(what, work);
      } catch (error) {
        throw asUnavailable(error);
      }
    },
    close,
  };
}
/** With the one to the others, well below the hundred that PostgreSQL takes at first. */
const readersMax = 10;
const writersMax = 4;
const triesMax = 5;

const waitForOthers = (tx: Transaction<Tables>) =>
  sql`select pg_advisory_xact_lock(hashtextextended('one-by-one', 0))`.execute(tx);

/** Not serialised, locked crosswise, or both the first to write one thing: the other stands now, so look again. */
const hasCrossed = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^(40001|40P01|23505)$/.test(error.code ?? '');
