/**
 * The database of the Hub: SQLite here, PostgreSQL in `postgres.ts`. Reading takes `db`, writing takes `tx`: the type says
 * who may write. There is one writer, and a write is acknowledged only when it is on the disk (`synchronous=FULL`).
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import SqliteFile from 'better-sqlite3';
import { Kysely, sql, type Transaction } from 'kysely';
import {
  answer,
  ImmediateSqliteDialect,
  rememberingStatements,
  SqliteAtHandDialect,
  withinTransaction,
} from './dialect.ts';
import { inMoments } from './moments.ts';
import { migrations, type Migration } from './migrations/index.ts';
import type { Tables } from './schema.ts';
import { asUnavailable } from './unavailable.ts';

export interface Storage {
  /** For reading: one question at a time. */
  readonly db: Kysely<Tables>;
  /** Several questions about one and the same moment. */
  read<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /**
   * Resolves only when everything that `work` wrote is on the disk; if it throws, nothing was written. Throws
   * `StorageUnavailable` when the disk takes nothing. `work` may run more than once: only the last time counts. Writes
   * happen one by one over all server processes, so what one has read stands until it is written; `side-by-side` is for
   * work that locks the rows that it changes, or changes one by a single statement.
   */
  write<T>(work: (tx: Transaction<Tables>) => Promise<T>, order?: 'one-by-one' | 'side-by-side'): Promise<T>;
  /** One server process after another; only together with what makes `work` safe to run twice. */
  inTurn<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** Other server processes over the same database, where there can be any. */
  readonly others: Others | undefined;
  close(): Promise<void>;
}

/**
 * `feed`: something of this authority changed. `let-go`: whoever holds this file's upload may end it. `presence`: a device
 * says where its person writes.
 */
export type Topic = 'feed' | 'let-go' | 'presence';
export interface Others {
  /** A hint that may be lost: an id or a few of them, less than 8,000 bytes. */
  tell(topic: Topic, said: string): void;
  /** Returns the way to stop. */
  listen(topic: Topic, heard: (said: string) => void): () => void;
}

/** What is deleted is overwritten (`secure_delete`): words that were purged lie in no free page of the file. */
export async function openDatabase({ file }: { file: string }): Promise<Storage> {
  // Nobody but the server's own user reads the file; its journal files take over this mode.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const writer = new SqliteFile(file, { timeout: busyTimeoutMs });
  for (const setting of [
    'journal_mode = WAL',
    'synchronous = FULL',
    'foreign_keys = ON',
    'secure_delete = ON',
    `cache_size = -${writerCacheKiB}`,
  ])
    writer.pragma(setting);
  const reader = () => {
    const opened = new SqliteFile(file, { timeout: busyTimeoutMs });
    opened.pragma('query_only = ON');
    return opened;
  };
  const moment = reader();
  const writes = rememberingStatements(writer);
  const moments = rememberingStatements(moment);
  const questions = rememberingStatements(reader());
  const writing = new Kysely<Tables>({ dialect: new ImmediateSqliteDialect(writes, () => writer.inTransaction) });
  const inMoment = new Kysely<Tables>({
    dialect: new SqliteAtHandDialect(
      moments,
      withinTransaction(moments, () => moment.inTransaction),
    ),
  });
  // A connection of their own, because a question for now must not be answered by a moment that began a while ago. The
  // writer's answers sooner while it writes nothing: it alone has in memory what it wrote, the others read it again.
  const db = new Kysely<Tables>({
    dialect: new SqliteAtHandDialect(questions, (text, parameters) =>
      answer(text.startsWith('select ') && !writer.inTransaction ? writes : questions, text, parameters),
    ),
  });
  // Kysely closes only what it has used: one question each, so that closing lets go of the file.
  await Promise.all([writing, inMoment, db].map((one) => sql`select 1`.execute(one)));
  return {
    db,
    read: inMoments((work) => inMoment.transaction().execute(work)),
    async write(work) {
      try {
        return await writing.transaction().execute(work);
      } catch (error) {
        throw asUnavailable(error);
      }
    },
    inTurn: (_what, work) => work(),
    others: undefined,
    async close() {
      for (const one of [db, inMoment, writing]) await one.destroy();
    },
  };
}
const busyTimeoutMs = 10_000;
/** It alone keeps what it wrote: what many write in at the same time is then read from no file. */
const writerCacheKiB = '16000';

/** Forward only. One process migrates: the others wait for their turn and then find nothing left to do. */
export async function migrate(storage: Storage, all: readonly Migration[] = migrations): Promise<void> {
  const step = async (tx: Transaction<Tables>) => {
    await tx.schema
      .createTable('migration')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .execute();
    const done = new Set((await tx.selectFrom('migration').select('name').execute()).map(({ name }) => name));
    for (const { name, up } of all) {
      if (done.has(name)) continue;
      await up(tx as unknown as Kysely<unknown>);
      await tx.insertInto('migration').values({ name }).execute();
    }
  };
  await storage.inTurn('migrate', () => storage.write(step));
}
