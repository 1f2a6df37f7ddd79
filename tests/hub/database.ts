/**
 * Where the Hub of a test keeps what it is told: SQLite in a folder, or PostgreSQL in the runs that say so. The same tests
 * of the services run over both.
 */
import { join } from 'node:path';
import { openDatabase, type Storage } from '#server/storage/database.ts';

export interface TestDatabase {
  /** Opened again, it holds what it held. */
  open(): Promise<Storage>;
  dispose(): Promise<void>;
}

export async function testDatabase(folder: string): Promise<TestDatabase> {
  if (process.env.HUB_TEST_DATABASE !== 'postgres')
    return { open: () => openDatabase({ file: join(folder, 'hub.db') }), dispose: () => Promise.resolve() };
  // Known only here, so that a run over SQLite loads nothing of it.
  const { freshDatabase } = await import('#tests/postgres/databases.ts');
  const { openPostgres } = await import('#server/storage/postgres.ts');
  const fresh = await freshDatabase();
  return { open: () => openPostgres({ url: fresh.url }), dispose: () => fresh.dispose() };
}
