import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import type { TestDevice, TestHub } from '#tests/hub/sync-hub.ts';
import { verifyAudit } from './audit.ts';
import { openingsOf } from './openings.ts';
import { readerOf } from './viewer.ts';

const day = 24 * 60 * 60_000;
let hub: TestHub;
let senco: TestDevice;
let parent: TestDevice;
let coOrdinator: TestDevice;
let doc: DocumentId;
beforeEach(async () => {
  ({ hub, senco, parent, coOrdinator, doc } = await openDraftHub());
  await senco.command('share', doc, { email: await parent.email(), access: 'view' });
});
afterEach(() => hub.close());

const opens = (device: TestDevice, at = hub.clock.now) => device.command('note-opening', doc, { at });
const told = (device: TestDevice) =>
  openingsOf(hub.sync, readerOf(device.session, device.session.deviceId!), doc).then((openings) =>
    openings?.map(({ by, last, days }) => [by.id, last, days]),
  );

test('a parent reads who has opened the request, the last first, and on how many days', async () => {
  const start = hub.clock.now;
  expect(await told(parent)).toEqual([]);
  expect(await opens(senco)).toMatchObject({ is: 'done' });
  hub.clock.now += day;
  await opens(parent);
  hub.clock.now += day;
  await opens(senco);
  // Later the same day, on another device.
  await opens(senco, hub.clock.now + 1);
  expect(await told(parent)).toEqual([
    [senco.person, start + 2 * day, 2],
    [parent.person, start + day, 1],
  ]);
});

test('a clock that is wrong opens nothing before it was there, or later than the Hub heard of it', async () => {
  const start = hub.clock.now;
  hub.clock.now += 3 * day;
  await opens(senco, start - 1000 * day);
  expect(await told(parent)).toEqual([[senco.person, start, 1]]);
  await opens(senco, start + 1000 * day);
  expect(await told(parent)).toEqual([[senco.person, hub.clock.now, 2]]);
});

test('who works for the authority or a setting is not told, nor whoever may not see the request', async () => {
  await opens(senco);
  expect(await told(senco)).toBeUndefined();
  expect(await told(coOrdinator)).toBeUndefined();
  await senco.command('unshare', doc, { person: parent.person });
  expect(await told(parent)).toBeUndefined();
});

test('an opening stands in the record of what was done, and nobody notes one of what they may not see', async () => {
  await opens(senco);
  expect(await opens(coOrdinator)).toMatchObject({ is: 'refused', reason: 'not-found' });
  const noted = await hub.sync.storage.db
    .selectFrom('audit')
    .select(['actor', 'document_id'])
    .where('action', '=', 'command.note-opening')
    .orderBy('id')
    .execute();
  expect(noted).toEqual([
    { actor: senco.person, document_id: doc },
    { actor: coOrdinator.person, document_id: null },
  ]);
  expect(await verifyAudit(hub.sync.storage.db, hub.authority)).toMatchObject({ ok: true });
});
