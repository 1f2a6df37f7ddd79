import { serveDatabases } from './databases.ts';

/** Vitest calls this before the first test over PostgreSQL, and what it answers after the last. */
export async function setup(): Promise<() => Promise<void>> {
  const server = await serveDatabases();
  return () => server.stop();
}
