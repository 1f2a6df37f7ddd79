/** What differs between the two databases, as far as a query has to know it. */
import {
  CompiledQuery,
  PostgresAdapter,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely';

export const isPostgres = (db: { getExecutor(): { adapter: object } }): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter;

/**
 * SQLite answers where it is asked, so a statement whose text is known needs no way to a connection: that way costs more
 * than most answers. Undefined over PostgreSQL.
 */
export function atHand(db: { getExecutor(): { adapter: object } }): Ask | undefined {
  const { adapter } = db.getExecutor();
  return adapter instanceof AdapterAtHand ? adapter.ask : undefined;
}

type Ask = (text: string, parameters: readonly unknown[]) => unknown[];

class AdapterAtHand extends SqliteAdapter {
  readonly ask: Ask;

  constructor(ask: Ask) {
    super();
    this.ask = ask;
  }
}

export function answer(database: SqliteDatabase, text: string, parameters: readonly unknown[]): unknown[] {
  const statement = database.prepare(text);
  if (statement.reader) return statement.all(parameters);
  statement.run(parameters);
  return [];
}

/** SQLite over one connection; `ask` is how statements at hand are answered. */
export class SqliteAtHandDialect extends SqliteDialect {
  readonly #ask: Ask;

  constructor(database: SqliteDatabase, ask: Ask) {
    super({ database });
    this.#ask = ask;
  }

  override createAdapter(): DialectAdapter {
    return new AdapterAtHand(this.#ask);
  }
}

/** For transactions: nothing that outlives one may go on as if it still stood in it. */
export const withinTransaction =
  (database: SqliteDatabase, isInTransaction: () => boolean): Ask =>
  (text, parameters) => {
    if (!isInTransaction()) throw new Error('a statement came after the end of its transaction');
    return answer(database, text, parameters);
  };

/**
 * SQLite whose transactions take the write lock when they begin: one that starts by reading and writes later could
 * find the file changed in between, and SQLite would not let it wait.
 */
export class ImmediateSqliteDialect extends SqliteAtHandDialect {
  readonly #database: SqliteDatabase;
  readonly #isInTransaction: () => boolean;

  constructor(database: SqliteDatabase, isInTransaction: () => boolean) {
    super(database, withinTransaction(database, isInTransaction));
    this.#database = database;
    this.#isInTransaction = isInTransaction;
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#database, this.#isInTransaction);
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  readonly #isInTransaction: () => boolean;

  constructor(database: SqliteDatabase, isInTransaction: () => boolean) {
    super({ database });
    this.#isInTransaction = isInTransaction;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** On a full disk SQLite takes everything back by itself; asked again, its complaint would hide the reason. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#isInTransaction()) await super.rollbackTransaction(connection);
  }
}

/** Statements are compiled once: the same few dozen run for every push. */
export function rememberingStatements(database: SqliteDatabase): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close() {
      statements.clear();
      database.close();
    },
    prepare(text) {
      const known = statements.get(text);
      if (known !== undefined) return known;
      const statement = database.prepare(text);
      // Lists of values make a text of their own for each length; those must not fill the memory.
      if (statements.size < statementsMax && /^(select|insert|update|delete)/.test(text))
        statements.set(text, statement);
      return statement;
    },
  };
}
const statementsMax = 500;
