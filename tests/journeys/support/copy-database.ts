/**
 * Copies what one moment of a PostgreSQL database holds into a new SQLite file, so that a journey looks at both with the
 * same eyes: `node copy-database.ts <address> <file>`. A program of its own, because a look does not wait.
 */
import Database from 'better-sqlite3';
import { migrate, openDatabase } from '#server/storage/database.ts';
import { openPostgres } from '#server/storage/postgres.ts';
import type { Tables } from '#server/storage/schema.ts';

const [url = '', file = ''] = process.argv.slice(2);
const made = await openDatabase({ file });
await migrate(made);
await made.close();
const to = new Database(file);
to.pragma('foreign_keys = OFF');
const from = await openPostgres({ url });
await from.read(async (db) => {
  const tables = to
    .prepare(`select name from sqlite_master where type = 'table' and name <> 'migration'`)
    .pluck()
    .all();
  for (const table of tables.filter((name) => !String(name).startsWith('sqlite_')) as (keyof Tables)[]) {
    for (const row of await db.selectFrom(table).selectAll().execute()) {
      const columns = Object.keys(row);
      const places = columns.map(() => '?').join(', ');
      const names = columns.map((column) => `"${column}"`).join(', ');
      to.prepare(`insert into "${table}" (${names}) values (${places})`).run(...Object.values(row));
    }
  }
});
await from.close();
to.close();
