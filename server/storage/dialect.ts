/** What differs between the two databases, as far as a query has to know it. */
import {
  CompiledQuery,
  PostgresAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely';

export const isPostgres = (db: { getExecutor(): { adapter: object } }): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter;

/**
 * SQLite whose transactions take the write lock when they begin: one that starts by reading and writes later could
 * find the file changed in between, and SQLite would not let it wait.
 */
export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver({ database: this.#database });
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
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
