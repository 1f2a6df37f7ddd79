import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { edit, newId, newPen, run, set, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';

let hub: TestHub;
let senco: TestDevice;
let parent: TestDevice;
let doc: DocumentId;
let item: string;
beforeEach(async () => {
  ({ hub, senco, parent, doc } = await openDraftHub());
  item = newId<string>();
  await senco.write(
    run(doc, newPen(), [
      edit(1, 'add', 'contacts', 'contacts', { item, order: 'a0' }),
      edit(2, 'set', item, 'full_name', 'Deleted Name'),
      edit(3, 'set', item, 'address', 'Deleted Street'),
    ]),
  );
});
afterEach(() => hub.close());

const later = () => (hub.clock.now += 1000);
const remove = () => {
  later();
  return senco.write(run(doc, newPen(), [edit(1, 'remove', item, '~gone', null)], { contacts: 99 }));
};
const share = async (device: TestDevice, access: 'view' | 'edit') => {
  later();
  return senco.command('share', doc, { email: await device.email(), access });
};
const told = async (device: TestDevice) => JSON.stringify(await device.pullAll([doc]));

describe('an entry that was removed', () => {
  test('before a draft was shared is not told of, not by its words and not by its id, which could bring it back', async () => {
    await remove();
    await share(parent, 'edit');
    const all = await told(parent);
    expect(all).not.toContain('Deleted');
    expect(all).not.toContain(item);
    expect(all).toContain('"t":"section"');
    parent.cursor = null;
    expect(JSON.stringify(await parent.pull())).not.toContain(item);
  });

  test('stays untold when late news of it comes after the draft was shared', async () => {
    await remove();
    await share(parent, 'edit');
    await remove();
    expect(await told(parent)).not.toContain(item);
  });

  test('goes from a reader’s device with its words, and a writer keeps them', async () => {
    const reader = await (await hub.person('parent')).device();
    await share(parent, 'edit');
    await share(reader, 'view');
    expect(await told(reader)).toContain('Deleted Street');
    await remove();
    for (const [device, words] of [
      [reader, false],
      [parent, true],
    ] as const) {
      const changes = await device.pullAll([doc]);
      expect(changes).toContainEqual(expect.objectContaining({ t: 'item', id: item, gone: true }));
      expect(JSON.stringify(changes).includes('Deleted Name')).toBe(words);
    }
  });

  test('brings all its words along when it comes back', async () => {
    await remove();
    await share(parent, 'edit');
    await parent.pullAll();
    await senco.write(run(doc, newPen(), [edit(1, 'restore', item, '~gone', null)]));
    const back = JSON.stringify(await parent.pullAll());
    expect(back).toContain('Deleted Name');
    expect(back).toContain('Deleted Street');
  });

  test('is not among what the authority receives', async () => {
    const officer = await (await hub.person('co-ordinator')).device();
    await remove();
    const names = [set(1, 'first_name', 'A'), set(2, 'last_name', 'B'), set(3, 'dob', '2018-02-03')];
    await senco.write(run(doc, newPen(), names));
    later();
    expect((await senco.command('submit', doc)).is).toBe('done');
    const received = await told(officer);
    expect(received).toContain('2018-02-03');
    expect(received).not.toContain('Deleted');
    expect(received).not.toContain(item);
  });
});

test('a share with somebody else is no news to those who may not share', async () => {
  await share(parent, 'view');
  await parent.pullAll();
  const before = parent.cursor;
  await share(await (await hub.person('senco')).device(), 'view');
  const frame = await parent.pull();
  expect(frame.changes).toEqual([]);
  expect(frame.to).toBe(before);
});
