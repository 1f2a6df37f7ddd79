/** A database of its own for each test that wants one, copied from one that was migrated once. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '#server/storage/database.ts';
import { openPostgres } from '#server/storage/postgres.ts';
import type { TestDatabase } from '#tests/hub/database.ts';
import { startPostgres, type PostgresServer } from './server.ts';

const variable = 'HUB_TEST_POSTGRES';
const template = 'hub_template';

/** Whoever runs tests calls this once, before the processes are there that run them. */
export async function serveDatabases(): Promise<PostgresServer> {
  const server = await startPostgres();
  process.env[variable] = server.url;
  await ask(server.url, `create database ${template}`);
  const storage = await openPostgres({ url: urlOf(template) });
  await migrate(storage);
  await storage.close();
  return server;
}

export interface FreshDatabase {
  readonly url: string;
  dispose(): Promise<void>;
}

export async function freshDatabase(from: 'migrated' | 'empty' = 'migrated'): Promise<FreshDatabase> {
  const name = `hub_${randomBytes(8).toString('hex')}`;
  const admin = urlOf('postgres');
  await ask(admin, `create database ${name}${from === 'migrated' ? ` template ${template}` : ''}`);
  return { url: urlOf(name), dispose: () => ask(admin, `drop database if exists ${name} with (force)`) };
}

/** As a test of the Hub opens it. */
export async function postgresDatabase(from: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase & FreshDatabase> {
  const fresh = await freshDatabase(from);
  const open = () => openPostgres({ url: fresh.url });
  return { ...fresh, open, openBeside: open };
}

/** One statement, on a connection that knows nothing of the Hub. */
export async function ask(url: string, statement: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement, values);
  } finally {
    await client.end();
  }
}

function urlOf(name: string): string {
  const url = new URL(process.env[variable] ?? 'none:');
  if (url.protocol !== 'postgres:') throw new Error('No PostgreSQL was started for the tests.');
  url.pathname = `/${name}`;
  return url.href;
}
