import { IDBObjectStore } from 'fake-indexeddb';
import { expect, test, vi } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import { foldReply } from './fold-reply.ts';
import { openDocument, type HeldDocument } from './open-document.ts';
import { readOutbox } from './outbox.ts';
import { freezeBatch } from './push-batch.ts';
import { documentOf, fieldChange, scriptedHub, section, sectionChange } from './testing/scripted-hub.ts';
import {
  freshId,
  settle,
  testAccount,
  testDevice,
  until,
  type TestAccount,
  type TestDevice,
} from './testing/device.ts';
import type { Change } from '#sync/protocol/changes.ts';

const doc = 'document-0000001' as DocumentId;

async function opened(
  device: TestDevice = testDevice(scriptedHub().fetch),
): Promise<TestAccount & { document: HeldDocument; device: TestDevice }> {
  const one = await testAccount(device);
  await receive(one, null, documentOf(doc), sectionChange(doc, 0));
  return { ...one, device, document: await reopen(one) };
}
async function reopen({ account }: Pick<TestAccount, 'account'>): Promise<HeldDocument> {
  const result = await openDocument(account, doc);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}
let cursors = 0;
async function receive(
  { account }: Pick<TestAccount, 'account'>,
  from: string | null,
  ...changes: Change[]
): Promise<string> {
  const to = String((cursors += 1)).padStart(22, '0');
  await foldReply(account, { verdicts: [], commands: [], wanted: [], frame: { from, to, changes, more: false } });
  return to;
}
const type = (document: HeldDocument, value: string, field = 'first_name') =>
  document.write({ kind: 'set', holder: section, field, value });
const rows = async ({ account }: Pick<TestAccount, 'account'>) =>
  (await readOutbox(account.store)).edits.map(({ state, value }) => [value.edit.n, state, value.edit.value]);
const wishes = { pull: false, limit: 500, hasJumped: false };

test('typing on in one field stays one edit while it waits, with its first number and base', async () => {
  const one = await opened();
  for (const words of ['R', 'Ro', 'Rob'])
    expect(await type(one.document, words)).toEqual({ ok: true, value: undefined });
  await type(one.document, 'Example', 'last_name');
  await type(one.document, 'Robin');
  expect(await rows(one)).toEqual([
    [1, 'waiting', 'Robin'],
    [2, 'waiting', 'Example'],
  ]);
  expect(one.document.value(section, 'first_name')).toMatchObject({ value: 'Robin', isUnsent: true });
});

test('an edit that was put into a request never changes again: typing on makes the next one', async () => {
  const one = await opened();
  await type(one.document, 'Ro');
  const batch = await freezeBatch(one.account, wishes);
  await type(one.document, 'Robin');
  expect(await rows(one)).toEqual([
    [1, 'sent', 'Ro'],
    [2, 'waiting', 'Robin'],
  ]);
  const again = await freezeBatch(one.account, wishes);
  expect(again.push.runs[0]?.edits[0]).toEqual(batch.push.runs[0]?.edits[0]);
});

test('for any order of freezing and typing, no frozen row is touched', async () => {
  const one = await opened();
  const frozen = new Map<string, string>();
  const typing: Promise<unknown>[] = [];
  for (let at = 0; at < 60; at += 1) {
    typing.push(type(one.document, `words ${at}`));
    if (at % 7 === 6)
      for (const { key, value } of (await freezeBatch(one.account, wishes)).edits)
        frozen.set(key, frozen.get(key) ?? JSON.stringify(value));
    await settle(at % 4);
  }
  await Promise.all(typing);
  const after = new Map(
    (await readOutbox(one.account.store)).edits.map(({ key, value }) => [key, JSON.stringify(value)]),
  );
  expect(frozen.size).toBeGreaterThan(0);
  for (const [key, value] of frozen) expect(after.get(key)).toBe(value);
});

test("others' words coming in end a run: what is typed then is based on them", async () => {
  const one = await opened();
  await type(one.document, 'Ro');
  const seen = vi.fn();
  one.document.subscribe(seen);
  const { cursor } = await readSettingsOf(one);
  await receive(one, cursor, sectionChange(doc, 4), fieldChange(doc, 'last_name', 'Other', 4));
  await until(() => one.document.value(section, 'last_name').value === 'Other', "the other one's words");
  await type(one.document, 'Robin');
  const edits = (await readOutbox(one.account.store)).edits.map(({ value }) => [value.edit.n, value.base[section]]);
  expect(edits).toEqual([
    [1, 0],
    [2, 4],
  ]);
  expect(one.document.value(section, 'first_name').value).toBe('Robin');
});
const readSettingsOf = async ({ account }: Pick<TestAccount, 'account'>) => {
  const { readSettings } = await import('./outbox.ts');
  return { cursor: (await readSettings(account.store)).cursor ?? null };
};

test('a field is not joined across a settlement or a removal', async () => {
  const one = await opened();
  const { id, saved } = one.document.addItem('contacts' as never, 'contacts');
  await saved;
  await one.document.write({ kind: 'set', holder: id, field: 'full_name', value: 'A' });
  await one.document.write({ kind: 'remove', holder: id, field: '~gone', value: null });
  await one.document.write({ kind: 'restore', holder: id, field: '~gone', value: null });
  await one.document.write({ kind: 'set', holder: id, field: 'full_name', value: 'B' });
  expect((await rows(one)).map(([n]) => n)).toEqual([1, 2, 3, 4, 5]);
  expect(one.document.items('contacts' as never, 'contacts').map((item) => item.id)).toEqual([id]);
  expect(one.document.value(id, 'full_name').value).toBe('B');
});

test('items keep their order, and one is put before another', async () => {
  const one = await opened();
  const add = (before?: string) => one.document.addItem('contacts' as never, 'contacts', before as never).id;
  const [first, second] = [add(), add()];
  const between = add(second);
  await one.document.flush();
  expect(one.document.items('contacts' as never, 'contacts').map((item) => item.id)).toEqual([first, between, second]);
});

test('an entry that is moved stands at its new place at once, and its move is kept', async () => {
  const one = await opened();
  const add = () => one.document.addItem('contacts' as never, 'contacts').id;
  const [first, second, third] = [add(), add(), add()];
  const order = () => one.document.items('contacts' as never, 'contacts').map((item) => item.id);
  expect(await one.document.moveItem('contacts' as never, 'contacts', third, 'up')).toMatchObject({ ok: true });
  expect(order()).toEqual([first, third, second]);
  await one.document.moveItem('contacts' as never, 'contacts', first, 'down');
  expect(order()).toEqual([third, first, second]);
  const before = (await rows(one)).length;
  await one.document.moveItem('contacts' as never, 'contacts', second, 'down');
  expect((await rows(one)).length).toBe(before);
});

test('when the device is full, the failure is said by name, the words stay in memory and are stored when there is room', async () => {
  const one = await opened();
  await type(one.document, 'first');
  const quota = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  expect(await type(one.document, 'canary', 'last_name')).toEqual({ ok: false, reason: 'storage-full' });
  expect(one.document.value(section, 'last_name')).toMatchObject({ value: 'canary', isUnsent: true });
  expect(one.document.held().map(({ edit }) => edit.value)).toEqual(['canary']);
  expect(await type(one.document, 'more', 'preferred_name')).toEqual({ ok: false, reason: 'storage-full' });
  quota.mockRestore();
  await one.device.clock.pass(5_000);
  await until(() => one.document.held().length === 0, 'the words on disk');
  expect(await rows(one)).toEqual([
    [1, 'waiting', 'first'],
    [2, 'waiting', 'canary'],
    [3, 'waiting', 'more'],
  ]);
});

test('a browser that closed the database behind our back costs no letter', async () => {
  const one = await opened();
  await type(one.document, 'Ro');
  one.database.backendDB().close();
  expect(await type(one.document, 'Robin')).toEqual({ ok: true, value: undefined });
  expect((await rows(one)).at(-1)).toEqual([1, 'waiting', 'Robin']);
});

test('after the tab is killed, what was promised is there, under a new pen', async () => {
  const one = await opened();
  await type(one.document, 'Robin');
  const { pen } = one.document;
  one.account.store.kill();
  const again = await testAccount(one.device);
  const document = await reopen(again);
  expect(document.pen).not.toBe(pen);
  expect(document.value(section, 'first_name')).toMatchObject({ value: 'Robin', isUnsent: true });
  await type(document, 'Robyn');
  expect((await readOutbox(again.account.store)).edits.map(({ value }) => [value.pen, value.edit.n])).toEqual([
    [pen, 1],
    [document.pen, 1],
  ]);
});

test("one's own words stand on the screen while another answer is known, and both sides of a conflict are shown", async () => {
  const one = await opened();
  await type(one.document, 'Mine');
  const { cursor } = await readSettingsOf(one);
  const other = { id: 'person-other-0001' as never, name: 'Sam Example', role: 'parent' };
  const conflict = {
    id: 'pen.1',
    base: null,
    sides: [
      { value: 'Theirs', by: other, at: 2, device: 'other-device-0000' as never },
      { value: 'Mine before', by: { ...other, id: one.account.owner.person }, at: 1, device: one.account.device },
    ],
  };
  await receive(one, cursor, sectionChange(doc, 3), fieldChange(doc, 'first_name', null, 3, { conflict }));
  await until(() => one.document.value(section, 'first_name').conflict !== undefined, 'the conflict');
  const view = one.document.value(section, 'first_name');
  expect(view.value).toBe('Mine');
  expect(view.conflict?.sides.map((side) => [side.value, side.isOwn])).toEqual([
    ['Theirs', false],
    ['Mine', true],
  ]);
  await one.document.write({
    kind: 'settle',
    holder: section,
    field: 'first_name',
    value: { conflict: 'pen.1', value: 'Theirs' },
  });
  expect(one.document.value(section, 'first_name')).toMatchObject({ value: 'Theirs' });
  expect(one.document.value(section, 'first_name').conflict).toBeUndefined();
});

test('a line of a list is not opened as an empty document', async () => {
  const device = testDevice(scriptedHub().fetch);
  const one = await testAccount(device);
  await receive(one, null, documentOf(doc, { full: false }));
  expect(await openDocument(one.account, doc)).toEqual({ ok: false, reason: 'not-here' });
  expect(await openDocument(one.account, freshId<DocumentId>(device.ports.random))).toEqual({
    ok: false,
    reason: 'not-here',
  });
  await settle(1);
});
