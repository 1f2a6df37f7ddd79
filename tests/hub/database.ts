/**
 * Where the Hub of a test keeps what it is told: SQLite in a folder, or PostgreSQL in the runs that say so. The same tests
 * of the services run over both.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type Storage } from '#server/storage/database.ts';

export interface TestDatabase {
  /** Opened again, it holds what it held. */
  open(): Promise<Storage>;
  /** As one more server process has it. Over SQLite there is only one, so that is the first once more. */
  openBeside(first: Storage): Promise<Storage>;
  dispose(): Promise<void>;
}

export async function testDatabase(folder: string): Promise<TestDatabase> {
  if (process.env.HUB_TEST_DATABASE !== 'postgres') return sqliteIn(folder);
  // Known only here, so that a run over SQLite loads nothing of it.
  const { postgresDatabase } = await import('#tests/postgres/databases.ts');
  return postgresDatabase();
}

/** In a folder of its own. */
export function sqliteDatabase(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'hub-storage-'));
  return { ...sqliteIn(folder), dispose: () => Promise.resolve(rmSync(folder, { recursive: true })) };
}

const sqliteIn = (folder: string): TestDatabase => ({
  open: () => openDatabase({ file: join(folder, 'hub.db') }),
  openBeside: (first) => Promise.resolve({ ...first, close: () => Promise.resolve() }),
  dispose: () => Promise.resolve(),
});
