import { afterEach, beforeEach, expect, test } from 'vitest';
import { formLoaders } from '#sync/forms/index.ts';
import { formPasts } from '#sync/forms/past.ts';
import type { DocumentId, Holder, ItemId, SectionKey } from '#sync/model/ids.ts';
import type { Change, FieldChange, ItemChange, TextChange } from '#sync/protocol/changes.ts';
import { nextRequest, toNextRequest } from '#tests/hub/next-request.ts';
import { smallRequest } from '#tests/hub/small-request.ts';
import type { Account } from './account.ts';
import { contentsOf, wholeDocument } from './document-state.ts';
import type { OpenDocument } from './hub.ts';
import { openDocument } from './open-document.ts';
import { readSettings } from './outbox.ts';
import { docRefOf } from './records.ts';
import { startSyncLoop, type SyncLoop } from './sync-loop.ts';
import { testAccount, testDevice, type TestDevice } from './testing/device.ts';
import { documentOf, fieldChange, scriptedHub, sectionChange, type ScriptedHub } from './testing/scripted-hub.ts';

const doc = 'document-0000001' as DocumentId;
const mum = 'contact-00000001' as ItemId;
const child = 'child' as Holder;
const contacts = 'contacts' as SectionKey;
const tree: TextChange['tree'] = [{ type: 'paragraph', runs: [{ text: 'going well' }] }];
const item: ItemChange = {
  t: 'item',
  doc,
  section: contacts,
  id: mum,
  holder: contacts,
  list: 'contacts',
  order: 'a0',
  ver: 1,
  gone: false,
};
const inMum = { section: contacts, holder: mum };
const text = (field: string): TextChange => ({
  t: 'text',
  doc,
  section: 'views' as SectionKey,
  holder: 'views' as Holder,
  field,
  tree,
  ver: 1,
  at: 1,
});
const clash: NonNullable<FieldChange['conflict']> = {
  id: 'pen.1',
  base: null,
  sides: ['Anna Kowalska', 'Ania Kowalska'].map((value, at) => ({
    value,
    by: fieldChange(doc, '', null, 0).by,
    at,
    device: `d${String(at)}` as never,
  })),
};
const first: readonly Change[] = [
  documentOf(doc),
  sectionChange(doc, 1),
  sectionChange(doc, 1, { section: contacts }),
  sectionChange(doc, 1, { section: 'views' as SectionKey }),
  fieldChange(doc, 'preferred_name', 'Bo', 1),
  item,
  fieldChange(doc, 'full_name', 'Anna Kowalska', 1, { ...inMum, conflict: clash }),
  text('working'),
];

let hub: ScriptedHub;
let device: TestDevice;
let account: Account;
let loop: SyncLoop;
let answersLeft: number;
const loaders = formLoaders as { request: unknown };
const pasts = formPasts as { request?: unknown };
const { request } = loaders;
/** The app that this device has: the release before the form changed, or the one after. */
function release(version: 1 | 2): void {
  loaders.request = () => Promise.resolve(version === 1 ? smallRequest : nextRequest);
  if (version === 1) delete pasts.request;
  else pasts.request = () => Promise.resolve({ definitions: [smallRequest], upgrades: [toNextRequest] });
}
beforeEach(async () => {
  release(1);
  hub = scriptedHub();
  hub.tell(...first);
  answersLeft = Infinity;
  device = testDevice((input, init) => {
    if (input === '/api/sync') answersLeft -= 1;
    return answersLeft < 0 ? Promise.reject(new TypeError('offline')) : hub.fetch(input, init);
  });
  const opened = await testAccount(device);
  account = opened.account;
  loop = startSyncLoop(account, opened.line);
  device.busy.push(() => loop.settled());
  await device.clock.pass(1_000);
});
afterEach(async () => {
  await loop.stop();
  loaders.request = request;
  delete pasts.request;
});

async function open(): Promise<OpenDocument> {
  const opened = await openDocument(account, doc);
  if (!opened.ok) throw new Error(opened.reason);
  return opened.value;
}
const write = (document: OpenDocument, field: string, value: string, holder: Holder = child) =>
  document.write({ kind: 'set', holder, field, value });
const rows = async () => contentsOf((await account.store.read(await docRefOf(account.store, doc), wholeDocument)).rows);
const fieldsKept = async () => [...(await rows()).fields.values()].map(({ field }) => field).sort();

test('after an update of the app its person finds every answer under the question as it is now, without a connection', async () => {
  hub.next.push(...Array<'no-line'>(200).fill('no-line'));
  const before = await open();
  await write(before, 'preferred_name', 'Bobbin');
  const { id, saved } = before.addItem(contacts, 'contacts');
  await saved;
  await write(before, 'full_name', 'Jan Nowak', id);
  before.close();

  release(2);
  const document = await open();
  expect([document.form.version, document.isKnownForm]).toEqual([2, true]);
  expect(document.value(child, 'known_as')).toMatchObject({ value: 'Bobbin', isUnsent: true });
  expect(document.value(mum, 'family_name')).toMatchObject({ value: 'Kowalska', isUnsent: false });
  expect(document.value(mum, 'given_name').conflict?.sides.map(({ value }) => value)).toEqual(['Anna', 'Ania']);
  expect([document.value(id, 'given_name').value, document.value(id, 'family_name').value]).toEqual(['Jan', 'Nowak']);
  expect(document.text('views' as Holder, 'going_well').tree).toEqual(tree);
});

test('what waited is sent as it was written, and what is written now in the version that is drawn now', async () => {
  hub.next.push(...Array<'no-line'>(50).fill('no-line'));
  const before = await open();
  await write(before, 'preferred_name', 'Bobbin');
  before.close();
  release(2);
  const document = await open();
  await write(document, 'known_as', 'Bobbie');
  hub.next.length = 0;
  device.wake();
  await device.clock.until(() => hub.applied.size === 2, 'both at the Hub');
  const sent = hub.pushes
    .flatMap(({ runs }) => runs)
    .map(({ form, edits }) => [form, edits.map(([, , , field]) => field)]);
  expect(sent).toEqual([
    [1, ['preferred_name']],
    [2, ['known_as']],
  ]);
});

test('an upgrade by the Hub comes with all answers, and nothing stays under an old name', async () => {
  release(2);
  const document = await open();
  hub.tell(
    documentOf(doc, { form: 2 }),
    sectionChange(doc, 1),
    sectionChange(doc, 1, { section: contacts }),
    fieldChange(doc, 'known_as', 'Bo', 1),
    item,
    fieldChange(doc, 'given_name', 'Anna', 1, inMum),
    text('going_well'),
  );
  device.wake();
  await device.clock.until(() => document.facts().form === 2, 'the upgrade');
  expect(await fieldsKept()).toEqual(['given_name', 'known_as']);
  expect([...(await rows()).texts.values()].map(({ field }) => field)).toEqual(['going_well']);
  expect(document.value(child, 'known_as').value).toBe('Bo');
});

test('what tells of an upgrade without all the answers changes nothing here; they are asked for', async () => {
  release(2);
  const document = await open();
  hub.tell(documentOf(doc, { form: 2 }), sectionChange(doc, 2), fieldChange(doc, 'known_as', 'Bobbin', 2));
  // It comes, and the answer to the question for the rest does not.
  answersLeft = 1;
  device.wake();
  await device.clock.pass(2_000);
  expect((await readSettings(account.store)).want).toEqual([doc]);
  expect(document.value(child, 'known_as').value).toBe('Bo');
  expect(await fieldsKept()).toEqual(['full_name', 'preferred_name']);
});

test('an app that lacks the version shows the document, lets nobody write in it, and sends what it holds', async () => {
  hub.next.push(...Array<'no-line'>(3).fill('no-line'));
  const document = await open();
  await write(document, 'preferred_name', 'Bobbin');
  hub.tell(documentOf(doc, { form: 2 }), sectionChange(doc, 2), fieldChange(doc, 'known_as', 'Bo', 1));
  device.wake();
  await device.clock.until(() => hub.applied.size === 1 && document.facts().form === 2, 'the words at the Hub');
  expect(document.isKnownForm).toBe(false);
  expect(document.may(child as SectionKey)).toEqual(['see']);
});

test('what was sent is drawn by the version in which it was sent', async () => {
  hub.tell(documentOf(doc, { stage: 'received', may: ['see'] }));
  device.wake();
  await device.clock.until(() => hub.pushes.length > 1, 'the news');
  await device.clock.pass(1_000);
  release(2);
  const document = await open();
  expect(document.form.version).toBe(1);
  expect(document.value(child, 'preferred_name').value).toBe('Bo');
});
