/**
 * One IndexedDB transaction by the browser's own interface. Dexie opens the database and brings it up to date; at every
 * key and every frame its own kind of promise would cost more than the work itself.
 */
import type { Dexie } from 'dexie';

/** Resolves when all of it is on the disk (`strict`); if `work` or a request fails, nothing was written. */
export async function inTransaction<T>(
  database: Dexie,
  mode: 'readonly' | 'readwrite',
  tables: Iterable<string>,
  work: (transaction: IDBTransaction) => Promise<T>,
): Promise<T> {
  const handle = database.backendDB() as IDBDatabase | null;
  if (handle === null) throw new DOMException('the database was closed', 'InvalidStateError');
  const transaction = handle.transaction([...new Set(tables)], mode, { durability: 'strict' });
  const ended = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('it was given up', 'AbortError'));
  });
  // Heard of below, by whoever waits; a failure of `work` is heard of first.
  ended.catch(() => undefined);
  try {
    const value = await work(transaction);
    await ended;
    return value;
  } catch (error) {
    giveUp(transaction);
    throw transaction.error ?? error;
  }
}

function giveUp(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // A failed request has ended it already.
  }
}

export const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new DOMException('it failed', 'UnknownError'));
  });
