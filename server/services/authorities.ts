/** Which authority a request is for. */
import { authorityByHost, someAuthorities } from '#server/storage/people.ts';
import type { Deps } from './deps.ts';

/**
 * The host name tells it; an installation for one authority answers by any name it is reached at.
 */
export async function authorityAt({ storage }: Pick<Deps, 'storage'>, host: string): Promise<string | undefined> {
  const named = await authorityByHost(storage.db, host);
  if (named !== undefined) return named.id;
  const [first, second] = await someAuthorities(storage.db);
  return first !== undefined && second === undefined ? first.id : undefined;
}

/** Throws when the database cannot be read. */
export async function assertReady({ storage }: Pick<Deps, 'storage'>): Promise<void> {
  await someAuthorities(storage.db);
}
