import { serveDatabases } from './databases.ts';

/** Playwright calls this before the first journey over PostgreSQL, and what it answers after the last. */
export default async function setup(): Promise<() => Promise<void>> {
  const server = await serveDatabases();
  return () => server.stop();
}
