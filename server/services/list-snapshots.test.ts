import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import type { DocumentChange, Frame } from '#sync/protocol/changes.ts';
import { openTestHub, newId, newPen, run, set, TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';
import { insertFeed, takeSeq } from '#server/storage/feed.ts';
import { setRightsSeq } from '#server/storage/viewers.ts';
import { changesSince } from './changes-since.ts';
import { rowsPerGroup } from './list-pages.ts';
import { readerOf } from './viewer.ts';

let hub: TestHub;
let senco: TestDevice;
beforeEach(async () => {
  hub = await openTestHub();
  senco = await (await hub.person('senco')).device();
});
afterEach(() => hub.close());

const officer = async () => (await hub.person('co-ordinator')).device();
async function received(name: string): Promise<DocumentId> {
  hub.clock.now += 61_000;
  const doc = await senco.start();
  await send(senco, doc, name);
  return doc;
}
async function send(by: TestDevice, doc: DocumentId, name: string): Promise<void> {
  const needed = [set(1, 'first_name', name), set(2, 'last_name', 'Nowak'), set(3, 'dob', '2018-02-03')];
  await by.write(run(doc, newPen(), needed));
  expect((await by.command('submit', doc)).is).toBe('done');
}
async function takeOut(doc: DocumentId): Promise<void> {
  await hub.sync.storage.write(async (tx) => {
    await tx.updateTable('document').set({ stage: 'purged' }).where('id', '=', doc).execute();
    const { seq } = await takeSeq(tx, hub.authority, 1, { mark: 7, epoch: 1 });
    await insertFeed(tx, {
      seq,
      authority_id: hub.authority,
      document_id: doc,
      person_id: null,
      what: 'stage:received',
    });
  });
}
const lines = (frame: Frame) => frame.changes.filter((change) => change.t === 'doc');
const named = (frame: Frame) => lines(frame).map(({ summary }) => summary.name);
/** As an app of the second version is told. */
async function byLine(device: TestDevice): Promise<DocumentChange[]> {
  const reader = readerOf(device.session, device.session.deviceId!);
  return lines(await changesSince(hub.sync, reader, { cursor: null, byPage: false }));
}

test('a new device is told the same by page as by line, but for the id of whoever sent it', async () => {
  await received('Zofia');
  await received('Ben');
  const device = await officer();
  const frame = await device.pull();
  expect(named(frame)).toEqual(['Zofia Nowak', 'Ben Nowak']);
  expect(frame.manifest?.length).toBe(2);
  const before = (await byLine(device)).map((line) => ({ ...line, starter: { ...line.starter, id: '' } }));
  expect(lines(frame)).toEqual(before);
  expect(await device.pullAll()).toEqual([]);
});

test('what was received, changed hands or was taken out since the last device came is told rightly to the next one', async () => {
  const gone = await received('Zofia');
  await received('Ben');
  expect(named(await (await officer()).pull())).toEqual(['Zofia Nowak', 'Ben Nowak']);
  await received('Amina');
  expect(named(await (await officer()).pull())).toEqual(['Zofia Nowak', 'Ben Nowak', 'Amina Nowak']);
  await takeOut(gone);
  expect(named(await (await officer()).pull())).toEqual(['Ben Nowak', 'Amina Nowak']);
});

test('who has no list is told of none, and a person’s own documents come to them as their own', async () => {
  const doc = await received('Zofia');
  const parent = await (await hub.person('parent')).device();
  expect((await parent.pull()).changes).toEqual([]);
  const manager = await (await hub.person('authority-manager')).device();
  const own = await manager.start();
  await send(manager, own, 'Own');
  const second = new TestDevice(hub, manager.session);
  const last = new Map(lines(await second.pull()).map((line) => [line.doc, line]));
  expect(last.get(own)).toMatchObject({ full: true, starter: { id: manager.person } });
  expect(last.get(doc)).toMatchObject({ full: false, starter: { id: '' } });
});

test('a list of another history is never handed out', async () => {
  await received('Zofia');
  await (await officer()).pull();
  await hub.sync.storage.write(async (tx) => {
    await tx.updateTable('feed_mark').set({ mark: 99 }).execute();
    await tx.updateTable('feed_head').set({ mark: 99 }).execute();
    await tx
      .updateTable('field')
      .set({ value: JSON.stringify('Other') })
      .where('field', '=', 'first_name')
      .execute();
  });
  expect(named(await (await officer()).pull())).toEqual(['Other Nowak']);
});

test('a long list comes in pages that go on where a lost line ended, and what changed meanwhile comes after them', async () => {
  await received('Zofia');
  const count = rowsPerGroup + 300;
  await fill(hub, senco, count);
  const device = await officer();
  const one = await device.pull();
  expect([one.more, lines(one).length]).toEqual([true, rowsPerGroup]);
  await received('Meanwhile');
  const out = lines(one)[3]?.doc ?? ('' as DocumentId);
  await takeOut(out);
  // The reply is lost once: the same cursor brings the same again.
  const at = device.cursor;
  const two = await device.pull();
  device.cursor = at;
  const again = await device.pull();
  expect(lines(again).map(({ doc }) => doc)).toEqual(lines(two).map(({ doc }) => doc));
  const held = new Map([...lines(one), ...lines(again)].map((line) => [line.doc, line]));
  let more = again.more;
  for (let tries = 0; more && tries < 10; tries += 1) {
    const next = await device.pull();
    for (const line of lines(next)) held.set(line.doc, line);
    for (const change of next.changes) if (change.t === 'gone') held.delete(change.doc);
    more = next.more;
  }
  expect([more, held.size, held.has(out)]).toEqual([false, count + 1, false]);
  expect([...held.values()].map(({ summary }) => summary.name)).toContain('Meanwhile Nowak');
});

test('whose rights changed in the middle of a long list begins anew', async () => {
  await received('Zofia');
  await fill(hub, senco, rowsPerGroup + 10);
  const device = await officer();
  expect((await device.pull()).more).toBe(true);
  await hub.sync.storage.write((tx) => setRightsSeq(tx, device.person, 2 ** 40));
  expect((await device.pull()).manifest).toBeDefined();
});

/** Received long ago, by the row. */
async function fill(hub: TestHub, senco: TestDevice, count: number): Promise<void> {
  await hub.sync.storage.write(async (tx) => {
    for (let from = 0; from < count; from += 500) {
      const documents = Array.from({ length: Math.min(500, count - from) }, (_, at) => ({
        ...{ id: newId<DocumentId>(), authority_id: hub.authority, kind: 'request', form: 1, stage: 'received' },
        ...{ starter_id: senco.person, case_number: `EHC/20/${String(from + at).padStart(4, '0')}` },
        ...{ received_on: '2020-01-06', submitted_at: 1_578_300_000_000 + (from + at) * 5_000 },
        ...{ submitted_by: senco.person, created_at: 1_578_200_000_000, updated_at: 1_578_300_000_000, seq: 1 },
      }));
      await tx.insertInto('document').values(documents).execute();
    }
  });
}
