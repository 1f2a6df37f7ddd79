import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Storage } from '#server/storage/database.ts';
import { postgresDatabase } from '#tests/postgres/databases.ts';
import { uploadLocks, type UploadLocks } from './upload-locks.ts';

type Database = Awaited<ReturnType<typeof postgresDatabase>>;
let database: Database;
let storages: Storage[];
beforeEach(async () => {
  database = await postgresDatabase();
  storages = [await database.open(), await database.open()];
});
afterEach(async () => {
  for (const storage of storages) await storage.close();
  await database.dispose();
});
const locksOf = (storage: Storage | undefined, waitMs?: number): UploadLocks => {
  const locks = storage && uploadLocks(storage, waitMs);
  if (locks === undefined) throw new Error('over PostgreSQL there can be other servers');
  return locks;
};
const nobody = new AbortController().signal;

test.each([
  ['at the same server', 0],
  ['at another server', 1],
])('whoever comes for a file later gets it, and who had it is asked to let go, %s', async (_where, second) => {
  const all = storages.map((storage) => locksOf(storage));
  const letGo = vi.fn();
  const giveBack = await all[0]?.hold('file', nobody, letGo);
  const order: string[] = [];
  const next = all[second]
    ?.hold('file', nobody, () => undefined)
    .then((back) => {
      order.push('held by the next');
      return back;
    });
  await expect.poll(() => letGo.mock.calls.length).toBeGreaterThan(0);
  const other = await all[1]?.hold('another file', nobody, () => undefined);
  await other?.();
  order.push('given back');
  await giveBack?.();
  await (
    await next
  )?.();
  expect(order).toEqual(['given back', 'held by the next']);
});

test('who waited too long, or went away, does not get it, and keeps it from nobody afterwards', async () => {
  const [here, there] = [locksOf(storages[0]), locksOf(storages[1], 300)];
  const giveBack = await here.hold('file', nobody, () => undefined);
  expect(await there.hold('file', nobody, () => undefined)).toBeUndefined();
  const gone = new AbortController();
  const waiting = locksOf(storages[1]).hold('file', gone.signal, () => undefined);
  gone.abort();
  expect(await waiting).toBeUndefined();
  await giveBack?.();
  const again = await locksOf(storages[1]).hold('file', nobody, () => undefined);
  expect(again).toBeDefined();
  await again?.();
});
