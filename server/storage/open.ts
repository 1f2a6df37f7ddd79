/** The database that the options name: PostgreSQL, loaded only then, or SQLite in the data folder. */
import { join, resolve } from 'node:path';
import { openDatabase, type Storage } from './database.ts';

export async function openStorage(config: {
  readonly dataFolder: string;
  readonly databaseUrl: string | undefined;
}): Promise<Storage> {
  if (config.databaseUrl === undefined) return openDatabase({ file: join(resolve(config.dataFolder), 'hub.db') });
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres({ url: config.databaseUrl });
}
