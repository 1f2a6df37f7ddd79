/**
 * The server's database file, one for all runs of a process. Every run finds the rows of the template in it: opening a
 * file for each costs more than a whole run, because SQLite has to read some hundred statements again. A third
 * connection looks on, by plain questions, with no code of the project between it and the rows.
 */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { openDatabase, type Storage } from '#server/storage/database.ts';
import { temporaryFolder } from './template.ts';

export class ServerFile {
  static #only: Promise<ServerFile> | undefined;
  readonly path: string;
  storage: Storage;
  #look: Sqlite.Database;
  readonly #statements = new Map<string, Sqlite.Statement>();
  readonly #answers = new Map<string, readonly unknown[]>();
  #commits = -1;

  /** Filled with what stands in `from`, a file with the same tables. */
  static async filledFrom(from: string): Promise<ServerFile> {
    ServerFile.#only ??= ServerFile.#open(from);
    const file = await ServerFile.#only;
    file.#fill(from);
    return file;
  }

  static async #open(from: string): Promise<ServerFile> {
    const path = join(temporaryFolder(), 'hub.db');
    copyFileSync(from, path);
    const look = lookOn(path);
    return new ServerFile(path, await openDatabase({ file: path }), look);
  }

  private constructor(path: string, storage: Storage, look: Sqlite.Database) {
    this.path = path;
    this.storage = storage;
    this.#look = look;
  }

  /**
   * Rows of a question; `given` in the order of its question marks. Asked again while nobody has committed anything since
   * (SQLite counts that), the answer is the same.
   */
  all<Row>(question: string, ...given: unknown[]): Row[] {
    const [commits] = this.#ask('pragma data_version', []) as [{ readonly data_version: number }];
    if (commits.data_version !== this.#commits) this.#answers.clear();
    this.#commits = commits.data_version;
    const name = `${question} ${JSON.stringify(given)}`;
    const answered = this.#answers.get(name) ?? this.#ask(question, given);
    this.#answers.set(name, answered);
    return answered as Row[];
  }
  #ask(question: string, given: readonly unknown[]): readonly unknown[] {
    const known = this.#statements.get(question) ?? this.#look.prepare(question);
    this.#statements.set(question, known);
    return known.all(...given);
  }
  tables(): string[] {
    return this.all<{ name: string }>(
      `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name`,
    ).map(({ name }) => name);
  }
  run(statement: string, ...given: unknown[]): void {
    this.#answers.clear();
    this.#look.prepare(statement).run(...given);
  }

  /** A whole copy, also while the server runs. */
  copyTo(path: string): void {
    rmSync(path, { force: true });
    const own = new Sqlite(this.path);
    own.prepare('vacuum into ?').run(path);
    own.close();
  }
  /** As somebody puts an older file back by hand, with the server stopped. */
  async putBack(path: string): Promise<void> {
    await this.storage.close();
    this.#statements.clear();
    this.#answers.clear();
    this.#look.close();
    for (const end of ['-wal', '-shm']) rmSync(`${this.path}${end}`, { force: true });
    copyFileSync(path, this.path);
    this.#look = lookOn(this.path);
    this.storage = await openDatabase({ file: this.path });
  }

  #fill(from: string): void {
    this.#answers.clear();
    const rows = rowsIn(from);
    this.#look.pragma('foreign_keys = OFF');
    this.#look.transaction(() => {
      for (const table of this.tables()) {
        this.#look.prepare(`delete from "${table}"`).run();
        const [first] = rows.get(table) ?? [];
        if (first === undefined) continue;
        const insert = this.#look.prepare(`insert into "${table}" values (${first.map(() => '?').join()})`);
        for (const row of rows.get(table) ?? []) insert.run(...row);
      }
    })();
  }
}

const rowsOfFiles = new Map<string, Map<string, unknown[][]>>();
function rowsIn(path: string): Map<string, unknown[][]> {
  const known = rowsOfFiles.get(path);
  if (known !== undefined) return known;
  const file = new Sqlite(path, { readonly: true });
  const tables = file.prepare("select name from sqlite_master where type = 'table'").pluck().all() as string[];
  const rows = new Map(
    tables.map((table) => [table, file.prepare(`select * from "${table}" order by rowid`).raw().all() as unknown[][]]),
  );
  file.close();
  rowsOfFiles.set(path, rows);
  return rows;
}

/**
 * A connection that can take the rows of an earlier run away. Some tables let nobody do that, by triggers: this one does
 * not know of them, because it dropped them and wrote them back behind its own eyes. The server's connections, which
 * are opened afterwards, know and keep them.
 */
function lookOn(path: string): Sqlite.Database {
  const look = new Sqlite(path);
  const triggers = look
    .prepare("select type, name, tbl_name, rootpage, sql from sqlite_master where type = 'trigger'")
    .all() as { type: string; name: string; tbl_name: string; rootpage: number; sql: string }[];
  for (const { name } of triggers) look.exec(`drop trigger "${name}"`);
  look.unsafeMode(true);
  look.pragma('writable_schema = ON');
  const write = look.prepare('insert into sqlite_master (type, name, tbl_name, rootpage, sql) values (?, ?, ?, ?, ?)');
  for (const { type, name, tbl_name, rootpage, sql } of triggers) write.run(type, name, tbl_name, rootpage, sql);
  look.pragma('writable_schema = OFF');
  look.unsafeMode(false);
  return look;
}
