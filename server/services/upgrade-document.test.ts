import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DocumentId, Holder } from '#sync/model/ids.ts';
import type { Change, DocumentChange } from '#sync/protocol/changes.ts';
import type { Run, WireEdit } from '#sync/protocol/push.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { nextRequest, toNextRequest } from '#tests/hub/next-request.ts';
import { edit, newId, newPen, run, set, typed, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';
import { historyOf } from './history.ts';
import { tryAgainAfterUpdate } from './try-again.ts';
import { readerOf } from './viewer.ts';

let hub: TestHub;
let senco: TestDevice;
let parent: TestDevice;
let doc: DocumentId;
const mum = newId<string>();
beforeEach(async () => {
  ({ hub, senco, parent, doc } = await openDraftHub());
  await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
  await senco.write(
    drawn(1, [
      set(1, 'preferred_name', 'Bo'),
      edit(2, 'add', 'contacts', 'contacts', { item: mum, order: 'a0' }),
      edit(3, 'set', mum, 'full_name', 'Anna Maria Kowalska'),
      edit(4, 'set', mum, 'keep_private', 'yes'),
      edit(5, 'set', mum, 'address', '1 Hidden Lane'),
    ]),
  );
  await senco.write(text(1, 'working', 'going well'));
  await Promise.all([senco.pullAll([doc]), parent.pullAll([doc])]);
});
afterEach(() => hub.close());

const update = () => hub.restart(nextRequest, toNextRequest);
const drawn = (form: number, edits: readonly WireEdit[], base: Record<string, number> = {}): Run => ({
  ...run(doc, newPen(), edits, base),
  form,
});
function text(form: number, field: string, words: string): Run {
  const pen = newPen();
  return { ...run(doc, pen, [edit(1, 'text', 'views', field, typed(pen, words))]), form };
}
/** What stands in the database, by `holder field`. */
async function stored(): Promise<Record<string, unknown>> {
  const { db } = hub.sync.storage;
  const fields = await db.selectFrom('field').selectAll().where('document_id', '=', doc).execute();
  const texts = await db.selectFrom('text').selectAll().where('document_id', '=', doc).execute();
  const name = (holder: string) => (holder === mum ? 'mum' : holder);
  return Object.fromEntries([
    ...fields.map((row) => [`${name(row.holder)} ${row.field}`, JSON.parse(row.value) as unknown]),
    ...texts.map((row) => [`${name(row.holder)} ${row.field}`, row.tree.includes('going well')]),
  ]);
}
const formIn = (changes: readonly Change[]) => changes.find((one): one is DocumentChange => one.t === 'doc')?.form;
const told = (changes: readonly Change[]) => JSON.stringify(changes);
const verdicts = async (of: TestDevice, ...runs: Run[]) =>
  (await of.write(...runs)).map(([, , is, , reason]) => (reason === undefined ? is : `${is} ${reason}`));

const old = { 'child preferred_name': 'Bo', 'mum full_name': 'Anna Maria Kowalska', 'mum keep_private': 'yes' };
const upgraded = {
  'child known_as': 'Bo',
  'mum given_name': 'Anna',
  'mum family_name': 'Maria Kowalska',
  'mum hides_address': 'hide',
  'mum address': '1 Hidden Lane',
  'views going_well': true,
};

test('older apps write on as ever until a newer one writes; then the document goes on in its version, whole, and the audit says so', async () => {
  await update();
  expect(await verdicts(senco, drawn(1, [set(1, 'preferred_name', 'Bo')]))).toEqual(['applied']);
  expect(await stored()).toMatchObject(old);
  expect(formIn(await parent.pullAll())).toBe(1);

  expect(await verdicts(senco, drawn(2, [set(1, 'dob', '2015-03-27')]))).toEqual(['applied']);
  expect(await stored()).toEqual({ ...upgraded, 'child dob': '2015-03-27' });
  const news = await parent.pullAll();
  expect(formIn(news)).toBe(2);
  for (const words of ['Bo', 'Anna', 'Maria Kowalska', 'going well']) expect(told(news)).toContain(words);
  const audit = await hub.sync.storage.db
    .selectFrom('audit')
    .selectAll()
    .where('action', '=', 'document.upgraded')
    .execute();
  expect(audit.map(({ actor, detail }) => [actor, JSON.parse(detail) as unknown])).toEqual([
    [senco.person, { from: 1, to: 2 }],
  ]);
});

test('whoever hid an address hides it in the newer version too', async () => {
  await update();
  await senco.write(drawn(2, [set(1, 'dob', '2015-03-27')]));
  expect(told(await parent.pullAll([doc]))).not.toContain('Hidden Lane');
  // An older app that changes its mind is understood.
  expect(await verdicts(senco, drawn(1, [edit(1, 'set', mum, 'keep_private', 'no')], { contacts: 99 }))).toEqual([
    'applied',
  ]);
  expect(told(await parent.pullAll([doc]))).toContain('Hidden Lane');
});

test('what an older app still holds is upgraded as it arrives, kept in the log as it was sent, and known again', async () => {
  await update();
  await senco.write(drawn(2, [set(1, 'dob', '2015-03-27')]));
  const queued = drawn(1, [
    set(1, 'preferred_name', 'Bobbin', hub.clock.now),
    edit(2, 'set', mum, 'full_name', 'Ania Kowalska'),
    edit(3, 'set', mum, 'full_name', { not: 'a name' }),
  ]);
  const first = await parent.write(queued);
  expect(first.map(([, , is, , reason]) => [is, reason])).toEqual([
    ['merged', undefined],
    ['conflict', undefined],
    ['refused', 'invalid-value'],
  ]);
  expect(await stored()).toMatchObject({ 'child known_as': 'Bobbin' });
  const kept = await hub.sync.storage.db.selectFrom('log').selectAll().where('pen', '=', queued.pen).execute();
  expect(kept.map(({ form, edits }) => [form, JSON.parse(edits) as unknown])).toEqual([[1, queued.edits]]);
  expect(await parent.write(queued)).toEqual(first);
  // One name was written, so the section counts one answer more.
  const counts = await hub.sync.storage.db
    .selectFrom('section')
    .selectAll()
    .where('section', '=', 'contacts')
    .execute();
  expect(counts.map(({ ver }) => ver)).toEqual([4]);
});

test('words of an older app go into the text under its new name, also more of them than are worked at in the transaction', async () => {
  await update();
  await senco.write(drawn(2, [set(1, 'dob', '2015-03-27')]));
  const long = randomBytes(12_000).toString('hex');
  expect(await verdicts(parent, text(1, 'working', 'short'), text(1, 'working', long))).toEqual(['merged', 'merged']);
  const rows = await hub.sync.storage.db.selectFrom('text').selectAll().where('document_id', '=', doc).execute();
  expect(rows.map(({ field }) => field)).toEqual(['going_well']);
  for (const words of ['going well', 'short', long]) expect(rows[0]?.tree).toContain(words);
});

test('the history of a question shows what was answered when it had another name', async () => {
  await update();
  await senco.write(drawn(2, [edit(1, 'set', mum, 'given_name', 'Hanna', hub.clock.now)], { contacts: 3 }));
  const history = (holder: string, field: string) =>
    historyOf(hub.sync, readerOf(senco.session, senco.session.deviceId!), doc, holder as Holder, field);
  expect((await history(mum, 'given_name'))?.map(({ value }) => value)).toEqual(['Hanna', 'Anna']);
  expect((await history(mum, 'family_name'))?.map(({ value }) => value)).toEqual(['Maria Kowalska']);
  expect((await history('child', 'known_as'))?.map(({ value }) => value)).toEqual(['Bo']);
  expect(await history('child', 'preferred_name')).toBeUndefined();
});

test('a draft that was begun in one version and gone on with in the next comes whole in one push', async () => {
  await update();
  doc = newId<DocumentId>();
  const begun = drawn(1, [set(1, 'preferred_name', 'Bo')]);
  const wentOn = drawn(2, [set(1, 'known_as', 'Bobbin')]);
  const start = { id: newId<never>(), doc, name: 'start' as const, args: { kind: 'request', form: 1 }, seen: {} };
  const reply = await senco.push({ commands: [start], runs: [begun, wentOn] });
  expect(reply.commands.map(({ verdict }) => verdict.is)).toEqual(['done']);
  expect(reply.verdicts.map(([, , is]) => is)).toEqual(['applied', 'applied']);
  expect(await stored()).toEqual({ 'child known_as': 'Bobbin' });
});

test('what was sent keeps its version, and what a newer app writes after that is kept for its author', async () => {
  for (const [n, field, value] of [
    [1, 'first_name', 'B'],
    [1, 'last_name', 'C'],
    [1, 'dob', '2015-03-27'],
  ] as const)
    await senco.write(drawn(1, [set(n, field, value)]));
  const seen = Object.fromEntries(
    (await hub.sync.storage.db.selectFrom('section').selectAll().execute()).map(({ section, ver }) => [section, ver]),
  );
  expect(await senco.command('submit', doc, {}, { seen: seen as never })).toMatchObject({ is: 'done' });
  await update();
  expect(await verdicts(senco, drawn(2, [set(1, 'known_as', 'Bobbin'), set(2, 'dob', '2015-03-28')]))).toEqual([
    'parked section-closed',
    'parked section-closed',
  ]);
  expect(formIn(await senco.pullAll([doc]))).toBe(1);
  expect(await stored()).toMatchObject(old);
});

test('whoever sends what they see in a newer version sends it in that version', async () => {
  for (const [field, value] of [
    ['first_name', 'B'],
    ['last_name', 'C'],
    ['dob', '2015-03-27'],
  ] as const)
    await senco.write(drawn(1, [set(1, field, value)]));
  await update();
  const rows = await hub.sync.storage.db.selectFrom('section').selectAll().execute();
  const seen = Object.fromEntries(rows.map(({ section, ver }) => [section, ver])) as never;
  expect(await senco.command('submit', doc, { form: 3 }, { seen })).toEqual({ is: 'refused', reason: 'newer-app' });
  expect(await senco.command('submit', doc, { form: 2 }, { seen })).toMatchObject({ is: 'done' });
  const [snapshot] = await hub.sync.storage.db.selectFrom('snapshot').selectAll().execute();
  expect(JSON.parse(snapshot!.content)).toMatchObject({ form: 2, fields: { 'child known_as': 'Bo' } });
});

test('parked words are told by the names that their questions have now, and those of a newer app wait as they were sent', async () => {
  await senco.command('unshare', doc, { person: parent.person });
  expect(
    await verdicts(parent, drawn(1, [set(1, 'preferred_name', 'B'), edit(2, 'set', mum, 'full_name', 'A K')])),
  ).toEqual(['parked access-ended', 'parked access-ended']);
  expect(await verdicts(senco, drawn(2, [set(1, 'known_as', 'Bobbin')]))).toEqual(['parked newer-app']);
  await update();
  await senco.write(drawn(2, [set(1, 'dob', '2015-03-27')]));
  const mine = async () =>
    (await hub.sync.storage.db.selectFrom('mine').selectAll().orderBy('field').execute()).map((row) => [
      ...[row.field, JSON.parse(row.value) as unknown, row.done],
    ]);
  const own = [
    ['family_name', 'K', null],
    ['given_name', 'A', null],
  ];
  expect(await mine()).toEqual([...own, ['known_as', 'B', null], ['known_as', 'Bobbin', null]]);
  await tryAgainAfterUpdate(hub.sync, (line) => expect(line).toBeUndefined());
  expect((await mine()).filter(([, , done]) => done === 'taken')).toEqual([['known_as', 'Bobbin', 'taken']]);
});

test('a server that does not know the version in which a newer one beside it writes answers: come again', async () => {
  await hub.sync.storage.write((tx) => tx.updateTable('document').set({ form: 2 }).where('id', '=', doc).execute());
  await expect(senco.write(drawn(1, [set(1, 'preferred_name', 'Bo')]))).rejects.toMatchObject({
    code: 'database-newer',
  });
  await expect(parent.pull([doc])).rejects.toMatchObject({ code: 'database-newer' });
});
