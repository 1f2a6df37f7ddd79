import { IDBIndex } from 'fake-indexeddb';
import { expect, test, vi } from 'vitest';
import { section } from './testing/scripted-hub.ts';
import { draft, signedIn } from './testing/signed-in.ts';

test('a key reads nothing but the names in its document again for the list, where a waiting name stands at once', async () => {
  const { device, hub } = await signedIn();
  const document = await draft(hub, 'Robin');
  const nameIn = () => hub.list().current.find(({ doc }) => doc === document.id)?.summary.name;
  await device.clock.until(() => nameIn() === 'Robin', 'the name in the list');
  const read: string[] = [];
  const { getAll } = IDBIndex.prototype;
  const looks = vi.spyOn(IDBIndex.prototype, 'getAll').mockImplementation(function (this: IDBIndex, ...wanted) {
    read.push(this.objectStore.name);
    return getAll.apply(this, wanted);
  });
  await document.write({ kind: 'set', holder: section, field: 'last_name', value: 'Example' });
  await device.clock.until(() => nameIn() === 'Robin Example', 'the longer name in the list');
  // Not even the rows that its line is made of: they were read at the first key.
  expect(read.filter((table) => table !== 'outbox' && table !== 'commands')).toEqual([]);
  looks.mockRestore();
});
