import { IDBIndex } from 'fake-indexeddb';
import { expect, test, vi } from 'vitest';
import { openAccountDatabase, type Row } from './account-database.ts';
import { openSealedStore, type SealedStore } from './sealed-store.ts';
import { StorageTrouble } from './storage-trouble.ts';
import { seededRandom, testDevice } from './testing/device.ts';
import { dataKeyOf, localVault } from './vault.ts';

const noLine = () => Promise.reject(new TypeError('network'));
async function openStore(device = testDevice(noLine), name = 'one', key = 7) {
  const vault = localVault(
    { dataKey: await dataKeyOf(new Uint8Array(32).fill(key)), keyId: 'k', account: name },
    seededRandom(key),
  );
  const database = openAccountDatabase(`hub-${name}`, device.ports);
  return { device, database, store: openSealedStore(name, database, vault, () => 1) };
}
const put = (store: SealedStore, key: string, value: unknown) =>
  store.change(() =>
    Promise.resolve({ writes: [{ table: 'fields' as const, key, scope: 'doc', value }], value: undefined }),
  );
const readAll = async (store: SealedStore) =>
  (await store.read('doc', { tables: ['fields'] })).rows.map(({ row, value }) => [row.key, value]);

test('what was written is read again, also by a store opened anew', async () => {
  const { device, store } = await openStore();
  await put(store, 'a', 'one');
  await put(store, 'b', 'two');
  await put(store, 'b', undefined);
  await store.close();
  expect(await readAll((await openStore(device)).store)).toEqual([['a', 'one']]);
});

test('an older record that was put back is noticed, set aside and reported, not read and not lost', async () => {
  const { store, database } = await openStore();
  await put(store, 'a', 'older words');
  const older = (await database.fields.get('a')) as Row;
  await put(store, 'a', 'newer words');
  await database.fields.put(older);
  const reports: string[] = [];
  store.onDamage((scope) => reports.push(scope));
  expect(await readAll(store)).toEqual([]);
  expect(reports).toEqual(['doc']);
  expect((await database.damaged.toArray()).map(({ row, why }) => [row, why])).toEqual([[older, 'out-of-date']]);
  await put(store, 'a', 'fetched again');
  expect(await readAll(store)).toEqual([['a', 'fetched again']]);
});

test('two records that changed places are both set aside', async () => {
  const { store, database } = await openStore();
  await put(store, 'a', 'one');
  await put(store, 'b', 'two');
  const [a, b] = [(await database.fields.get('a')) as Row, (await database.fields.get('b')) as Row];
  await database.fields.bulkPut([
    { ...a, s: b.s },
    { ...b, s: a.s },
  ]);
  expect(await readAll(store)).toEqual([]);
  expect(await store.damagedCount()).toBe(2);
});

test('a record that was taken away is reported, and the others are read', async () => {
  const { store, database } = await openStore();
  await put(store, 'a', 'one');
  await put(store, 'b', 'two');
  await database.fields.delete('a');
  const reports: string[] = [];
  store.onDamage((scope) => reports.push(scope));
  expect(await readAll(store)).toEqual([['b', 'two']]);
  expect(reports).toEqual(['doc']);
});

test('the first record of a scope, written while the scope is read, is no damage', async () => {
  const { store } = await openStore();
  const reports: string[] = [];
  store.onDamage((scope) => reports.push(scope));
  let isWritten = false;
  const reading = async () => {
    while (!isWritten) await readAll(store);
  };
  const readers = [reading(), reading(), reading()];
  await put(store, 'a', 'the first words');
  isWritten = true;
  await Promise.all(readers);
  expect(await readAll(store)).toEqual([['a', 'the first words']]);
  expect(reports).toEqual([]);
});

test('words are not given up when the record of heads is damaged: they are read, and the damage is reported', async () => {
  const { device, store, database } = await openStore();
  await put(store, 'a', 'one');
  const heads = await database.heads.get('doc');
  if (heads === undefined) throw new Error('there are no heads');
  await database.heads.put({ ...heads, s: { ...heads.s, ct: new Uint8Array(40) } });
  await store.close();
  const { store: again } = await openStore(device);
  const reports: string[] = [];
  again.onDamage((scope) => reports.push(scope));
  expect(await readAll(again)).toEqual([['a', 'one']]);
  expect(reports).toEqual(['doc']);
  await put(again, 'b', 'two');
  expect(await readAll(again)).toEqual([
    ['a', 'one'],
    ['b', 'two'],
  ]);
});

test('with another key nothing opens, and nothing is removed', async () => {
  const { device, store } = await openStore();
  await put(store, 'a', 'one');
  await store.close();
  const { store: other, database } = await openStore(device, 'one', 8);
  expect(await readAll(other)).toEqual([]);
  expect(await database.damaged.count()).toBeGreaterThan(0);
});

test('two tabs that write at once lose nothing', async () => {
  const { device, store } = await openStore();
  const { store: second } = await openStore(device);
  const count = (one: SealedStore) =>
    one.change(async (view) => {
      const { rows } = await view.load('doc', { rows: [['fields', 'count']] });
      return {
        writes: [
          {
            table: 'fields' as const,
            key: 'count',
            scope: 'doc',
            value: ((rows[0]?.value as number | undefined) ?? 0) + 1,
          },
        ],
        value: undefined,
      };
    });
  await Promise.all([...Array<undefined>(10)].flatMap(() => [count(store), count(second)]));
  expect(await readAll(store)).toEqual([['count', 20]]);
});

test('a handle that the browser closed is opened again, and the write goes through', async () => {
  const { store, database } = await openStore();
  await put(store, 'a', 'one');
  database.backendDB().close();
  await put(store, 'b', 'two');
  expect(await readAll(store)).toEqual([
    ['a', 'one'],
    ['b', 'two'],
  ]);
});

test('a closed store refuses by name', async () => {
  const { store } = await openStore();
  await store.close();
  await expect(put(store, 'a', 'one')).rejects.toEqual(new StorageTrouble('locked'));
});

const count = (one: SealedStore) =>
  one.change(async (view) => {
    const { rows } = await view.load('outbox', { tables: ['outbox'] });
    const value = ((rows[0]?.value as number | undefined) ?? 0) + 1;
    return { writes: [{ table: 'outbox' as const, key: 'count', scope: 'outbox', value }], value };
  });
const queueIn = async (store: SealedStore) =>
  (await store.read('outbox', { tables: ['outbox'] })).rows.map(({ value }) => value);

test('what another tab wrote into the queue is read at once, and what counted on older rows is done again', async () => {
  const { device, store } = await openStore();
  const { store: second } = await openStore(device);
  expect([await count(store), await count(second), await count(store), await count(second)]).toEqual([1, 2, 3, 4]);
  expect([await queueIn(store), await queueIn(second)]).toEqual([[4], [4]]);
  await Promise.all([...Array<undefined>(10)].flatMap(() => [count(store), count(second)]));
  expect([await queueIn(store), await queueIn(second)]).toEqual([[24], [24]]);
});

test('a change that only looks sees what another tab wrote before it', async () => {
  const { device, store } = await openStore();
  const { store: second } = await openStore(device);
  await count(store);
  await count(second);
  const looked = await store.change(async (view) => ({
    writes: [],
    value: (await view.load('outbox', { tables: ['outbox'] })).rows[0]?.value,
  }));
  expect(looked).toBe(2);
});

test('the queue is not read from the disk again while nobody else wrote into it', async () => {
  const { store, database } = await openStore();
  await count(store);
  const readings = vi.spyOn(IDBIndex.prototype, 'getAll');
  expect([await count(store), await count(store)]).toEqual([2, 3]);
  expect(await queueIn(store)).toEqual([3]);
  expect(readings).not.toHaveBeenCalled();
  await database.heads.update('outbox', { rev: 99 });
  await queueIn(store);
  expect(readings).toHaveBeenCalled();
  readings.mockRestore();
});
