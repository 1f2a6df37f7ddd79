import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase, migrate, type Storage } from './database.ts';
import { inMoments } from './moments.ts';
import { prepared } from './prepared.ts';

let folder: string;
let storage: Storage;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-'));
  storage = await openDatabase({ file: join(folder, 'hub.db') });
  await migrate(storage);
});
afterEach(async () => {
  await storage.close();
  rmSync(folder, { recursive: true });
});

let asked = 0;
const settings = prepared((db, { key }: { key: string }) => {
  asked += 1;
  return db.selectFrom('setting').selectAll().where('key', '=', key);
});
const set = (key: string, value: string) =>
  storage.write((tx) =>
    tx
      .insertInto('setting')
      .values({ key, value })
      .onConflict((o) => o.column('key').doUpdateSet({ value }))
      .execute(),
  );

test('those who ask at the same time are answered from one moment, and the next ones from a later one', async () => {
  await set('a', 'before');
  let moments = 0;
  const read = inMoments((work) => {
    moments += 1;
    return storage.read(work);
  });
  const ask = () => read((db) => settings(db, { key: 'a' }));
  const answers = await Promise.all([ask(), ask(), ask()]);
  expect(answers.map(([row]) => row?.value)).toEqual(['before', 'before', 'before']);
  // One answer, which was asked for once.
  expect(answers[0]).toBe(answers[1]);
  expect(moments).toBe(1);
  await set('a', 'after');
  expect((await ask())[0]?.value).toBe('after');
  expect(moments).toBe(2);
});

test('what one asks for wrongly is no fault of the others', async () => {
  await set('a', 'kept');
  const [wrong, right] = await Promise.allSettled([
    storage.read(() => Promise.reject(new Error('wrong'))),
    storage.read((db) => settings(db, { key: 'a' })),
  ]);
  expect(wrong.status).toBe('rejected');
  expect(right).toMatchObject({ status: 'fulfilled', value: [{ value: 'kept' }] });
});

test('a statement is put together once, and asks with what is given each time', async () => {
  await set('a', 'one');
  await set('b', 'two');
  asked = 0;
  const shape = prepared((db, { key }: { key: string }) => {
    asked += 1;
    return db.selectFrom('setting').selectAll().where('key', '=', key);
  });
  const values = [];
  for (const key of ['a', 'b', 'c']) values.push((await shape(storage.db, { key })).map((row) => row.value));
  expect(values).toEqual([['one'], ['two'], []]);
  expect(asked).toBe(1);
});
