import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DocumentId, SectionKey } from '#sync/model/ids.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { edit, newId, newPen, run, set, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';
import { hereFor } from './presence-here.ts';
import { readerOf } from './viewer.ts';

let hub: TestHub;
let senco: TestDevice;
let parent: TestDevice;
let coOrdinator: TestDevice;
let doc: DocumentId;
beforeEach(async () => ({ hub, senco, parent, coOrdinator, doc } = await openDraftHub()));
afterEach(() => hub.close());

const share = async (device: TestDevice, access: 'edit' | 'view') =>
  senco.command('share', doc, { email: await device.email(), access });
function isIn(device: TestDevice, section: string | null, where: DocumentId | null = doc): void {
  const { personId, deviceId, authorityId } = device.session;
  hub.sync.presence.say({
    authority: authorityId,
    person: personId,
    device: deviceId!,
    pen: newPen(),
    place: where === null ? null : { doc: where, section: section as SectionKey | null },
  });
}
/** Where the device is told of others, as `section: their roles`. */
const told = async (device: TestDevice): Promise<string[]> =>
  (await hereFor(hub.sync, readerOf(device.session, device.session.deviceId!))).map(
    ({ section, who }) => `${section ?? 'open'}: ${who.map(({ name }) => name).join()}`,
  );

test('who may write a section learns who else writes there, as soon as they may and not a moment longer', async () => {
  isIn(senco, 'child');
  isIn(parent, 'views');
  expect([await told(senco), await told(parent)]).toEqual([[], []]);
  await share(parent, 'edit');
  expect([await told(senco), await told(parent)]).toEqual([['views: parent'], ['child: senco']]);
  await senco.command('unshare', doc, { person: parent.person });
  expect([await told(senco), await told(parent)]).toEqual([[], []]);
});

test('who may only read is told of nobody, and nobody is told of them', async () => {
  await share(parent, 'view');
  isIn(senco, 'child');
  isIn(parent, 'child');
  isIn(coOrdinator, 'child');
  expect([await told(senco), await told(parent), await told(coOrdinator)]).toEqual([[], [], []]);
});

test('who has the document open and writes nowhere yet is told of as such, to who may write in it', async () => {
  const reader = await (await hub.person('parent')).device();
  await share(parent, 'edit');
  await share(reader, 'view');
  for (const device of [senco, parent, reader]) isIn(device, null);
  expect([await told(senco), await told(parent), await told(reader)]).toEqual([['open: parent'], ['open: senco'], []]);
});

test('only who says where they are in the same document is told of others in it', async () => {
  await share(parent, 'edit');
  isIn(senco, 'child');
  expect(await told(parent)).toEqual([]);
  isIn(parent, 'child', await parent.start());
  expect(await told(parent)).toEqual([]);
  isIn(parent, 'child');
  expect(await told(parent)).toEqual(['child: senco']);
});

test('in a part that somebody wished private, or that is for officers, nobody is told of anybody', async () => {
  await share(parent, 'edit');
  const contact = newId<string>();
  const added = edit(1, 'add', 'contacts', 'contacts', { item: contact, order: 'a0' });
  await senco.write(run(doc, newPen(), [added]));
  isIn(senco, `contact-private~${contact}`);
  isIn(parent, 'contacts');
  expect(await told(parent)).toEqual([`contact-private~${contact}: senco`]);
  await senco.write(run(doc, newPen(), [edit(1, 'set', contact, 'keep_private', 'yes')]));
  expect(await told(parent)).toEqual([]);
  isIn(senco, 'officers');
  isIn(parent, 'officers');
  isIn(senco, 'no-such-part');
  expect(await told(parent)).toEqual([]);
});

test('once it is sent or deleted nobody writes there any more', async () => {
  await share(parent, 'edit');
  isIn(senco, 'child');
  isIn(parent, 'child');
  expect(await told(parent)).toEqual(['child: senco']);
  await senco.command('delete-draft', doc);
  expect([await told(senco), await told(parent)]).toEqual([[], []]);
});

test('a closed account writes nowhere, whatever its device said', async () => {
  await share(parent, 'edit');
  isIn(senco, 'child');
  isIn(parent, 'child');
  await hub.sync.storage.write((tx) =>
    tx.updateTable('person').set({ is_active: 0 }).where('id', '=', senco.person).execute(),
  );
  expect(await told(parent)).toEqual([]);
});

test('where somebody was leaves no trace in the database', async () => {
  await share(parent, 'edit');
  const rows = async () => {
    const { db } = hub.sync.storage;
    const tables = (await db.introspection.getTables()).map(({ name }) => name).sort();
    return JSON.stringify(
      await Promise.all(
        tables.map(async (name) => [
          name,
          await db
            .selectFrom(name as 'log')
            .selectAll()
            .execute(),
        ]),
      ),
    );
  };
  const before = await rows();
  isIn(senco, 'child');
  isIn(parent, 'child');
  await told(parent);
  isIn(senco, null, null);
  expect(await rows()).toBe(before);
  await senco.write(run(doc, newPen(), [set(1, 'preferred_name', 'Zo')]));
  expect(await rows()).not.toBe(before);
});
