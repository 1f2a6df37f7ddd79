import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommandVerdict } from '#sync/model/command.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import type { Push } from '#sync/protocol/push.ts';
import { noPlace, type SecondPlace } from '#server/adapters/second-place/second-place.ts';
import type { Note } from '#server/storage/notes.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { newId, newPen, run, set, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';
import { noticeReplacement } from './new-history.ts';

let hub: TestHub;
let senco: TestDevice;
let parent: TestDevice;
let doc: DocumentId;
beforeEach(async () => void ({ hub, senco, parent, doc } = await openDraftHub()));
afterEach(() => hub.close());

type AnyCommand = Push['commands'][number];
const command = (name: string, args: object = {}, more: object = {}) =>
  ({ id: newId(), doc, name, args, seen: {}, ...more }) as AnyCommand;
const say = async (device: TestDevice, one: AnyCommand): Promise<CommandVerdict | undefined> =>
  (await device.push({ commands: [one] })).commands[0]?.verdict;
const resultOf = (verdict: CommandVerdict | undefined) => (verdict?.is === 'done' ? verdict.result : {});
const fieldOf = async (name: string) =>
  hub.sync.storage.db.selectFrom('field').select(['value', 'conflict']).where('field', '=', name).executeTakeFirst();
const complete = () =>
  run(doc, newPen(), [set(1, 'first_name', 'A'), set(2, 'last_name', 'B'), set(3, 'dob', '2018-02-03')]);
const shareWith = async (device: TestDevice) => command('share', { email: await device.email(), access: 'edit' });

describe('a database that was put back by hand', () => {
  test('is noticed at the start: a device gets the list of what is there under another name of the history', async () => {
    const before = await senco.pull();
    const putBack = await hub.copy();
    expect((await senco.pull()).manifest).toBeUndefined();
    await senco.write(run(doc, newPen(), [set(1, 'first_name', 'Lost')]));
    await senco.pull();
    await putBack();
    const after = await senco.pull();
    expect(after.manifest).toMatchObject([{ doc, sections: { child: 0 } }]);
    expect(after.history).not.toBe(before.history);
    await senco.pull();
    await hub.restart();
    expect((await senco.pull()).manifest).toBeUndefined();
  });

  test('shows by the first cursor when the second place was put back with it, although others wrote meanwhile', async () => {
    await senco.pull();
    await parent.pull();
    const putBack = await hub.copy();
    const pen = newPen();
    await senco.write(run(doc, pen, [set(1, 'first_name', 'Lost')]));
    await senco.pull();
    await putBack({ withSecondPlace: true });
    // As many commits as were lost, and more.
    for (const kind of ['one', 'two', 'three']) if (kind !== '') await parent.start();
    const after = await senco.pull();
    expect(after.manifest?.map((one) => one.doc)).toEqual([doc]);
    expect(await senco.write(run(doc, pen, [set(1, 'first_name', 'Lost')]))).toEqual([[pen, 1, 'applied', 1]]);
  });

  test('what was accepted is taken again under the same name, once, and gets the first verdict where it is known', async () => {
    const pen = newPen();
    const kept = run(doc, pen, [set(1, 'first_name', 'Kept')]);
    const [first] = await senco.write(kept);
    const putBack = await hub.copy();
    const lost = run(doc, pen, [set(2, 'last_name', 'Lost')], { child: 1 });
    await senco.write(lost);
    await putBack();
    expect(await senco.write({ ...kept, past: true })).toEqual([first]);
    expect((await senco.write(run(doc, pen, [set(3, 'dob', '2018-02-03')]))).map(([, , is]) => is)).toEqual([
      'refused',
    ]);
    for (let times = 0; times < 2; times += 1)
      expect(await senco.write({ ...lost, past: true })).toEqual([[pen, 2, 'applied', 2]]);
    expect(await hub.sync.storage.db.selectFrom('log').select('n_first').execute()).toHaveLength(2);
  });

  test('nobody who had seen what is lost overwrites, unseen, what was written after it was put back', async () => {
    await say(senco, await shareWith(parent));
    await senco.write(run(doc, newPen(), [set(1, 'first_name', 'First')]));
    const putBack = await hub.copy();
    const lostPen = newPen();
    await senco.write(run(doc, lostPen, [set(1, 'last_name', 'a'), set(2, 'last_name', 'b')], { child: 1 }));
    await senco.pull();
    await putBack();
    // The parent comes first and writes what the other has never seen, under counts that the other has seen.
    await parent.pull();
    await parent.write(
      run(doc, newPen(), [set(1, 'first_name', 'Second'), set(2, 'preferred_name', 'P')], { child: 1 }),
    );
    const [verdict] = await senco.write(run(doc, newPen(), [set(1, 'first_name', 'Third')], { child: 3 }));
    expect(verdict?.[2]).toBe('conflict');
    expect((await fieldOf('first_name'))?.conflict).not.toBeNull();
    await senco.pull();
    const [marked] = await senco.write({
      ...run(doc, newPen(), [set(1, 'preferred_name', 'S')], { child: 3 }),
      past: true,
    });
    expect(marked?.[2]).toBe('merged');
  });

  test('a receipt brings back number and date, no number is given twice, and no letter goes twice', async () => {
    await senco.write(complete());
    const putBack = await hub.copy();
    const submit = command('submit');
    const first = resultOf(await say(senco, submit));
    expect(first.caseNumber).toBe('EHC/26/0001');
    const letters = await hub.sync.storage.db.selectFrom('message').select('id').execute();
    expect(letters.length).toBeGreaterThan(0);
    const { updateMessage } = await import('#server/storage/messages.ts');
    for (const { id } of letters) await hub.sync.storage.write((tx) => updateMessage(tx, id, { state: 'sent' }));
    await putBack();
    hub.clock.now += 40 * 86_400_000;
    const other = await senco.start();
    await senco.write({ ...complete(), doc: other });
    const second = resultOf(await senco.command('submit', other));
    expect(second.caseNumber).toBe('EHC/26/0102');
    const queued = await hub.sync.storage.db.selectFrom('message').select('id').execute();

    const again = resultOf(await say(senco, { ...submit, receipt: String(first.receipt) }));
    expect(again).toEqual(first);
    expect(await hub.sync.storage.db.selectFrom('message').select('id').execute()).toEqual(queued);
    const snapshot = await hub.sync.storage.db
      .selectFrom('snapshot')
      .select('hash')
      .where('document_id', '=', doc)
      .execute();
    expect(snapshot.map(({ hash }) => hash)).toEqual([first.snapshotHash]);
    // Asked once more without it, as a device that had no reply does.
    expect(resultOf(await say(senco, submit))).toEqual(first);
  });

  test('what was received comes out of the bin again, into which the older database let it go as a draft', async () => {
    await senco.write(complete());
    const putBack = await hub.copy();
    const submit = command('submit');
    const first = resultOf(await say(senco, submit));
    await putBack();
    // Queued before this device had heard of the older database; the Hub of before would have refused it.
    expect(await say(senco, command('delete-draft'))).toMatchObject({ is: 'done' });
    const again = { ...submit, receipt: String(first.receipt) };
    expect(await say(parent, { ...again, id: newId() })).toMatchObject({ is: 'refused' });
    expect(await say(senco, { ...command('submit') })).toMatchObject({ reason: 'already-submitted' });
    expect(resultOf(await say(senco, again))).toEqual(first);
    const row = await hub.sync.storage.db
      .selectFrom('document')
      .select('stage')
      .where('id', '=', doc)
      .executeTakeFirst();
    expect(row).toEqual({ stage: 'received' });
  });

  test('a receipt of another document, or with a changed word, brings back nothing', async () => {
    await senco.write(complete());
    const first = resultOf(await senco.command('submit', doc));
    const receipt = String(first.receipt);
    const other = await senco.start();
    expect(await senco.command('submit', other, {}, { receipt })).toMatchObject({
      is: 'refused',
      reason: 'incomplete',
    });
    const [header, statement = '', signature] = receipt.split('.');
    const said = JSON.parse(Buffer.from(statement, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...said, document: other })).toString('base64url');
    const changed = [header, forged, signature].join('.');
    expect(await senco.command('submit', other, {}, { receipt: changed })).toMatchObject({ reason: 'incomplete' });
  });

  test('a right that ended in the lost time stays ended, also when it is only given again afterwards', async () => {
    const standing = await shareWith(parent);
    await say(senco, standing);
    const colleague = await (await hub.person('setting-staff')).device();
    await colleague.pull();
    const putBack = await hub.copy();
    const later = await shareWith(colleague);
    await say(senco, later);
    for (const { person } of [parent, colleague]) await say(senco, command('unshare', { person }));
    await putBack();
    expect((await parent.pull()).manifest).toEqual([]);
    expect(await say(senco, later)).toMatchObject({ is: 'done' });
    expect((await colleague.pull()).manifest).toEqual([]);
    expect((await colleague.pull([doc])).changes).toEqual([{ t: 'gone', doc }]);
    // What is given anew is given.
    await say(senco, await shareWith(colleague));
    expect((await colleague.pull([doc])).changes.map(({ t }) => t)).toContain('doc');
  });

  test('words of others that were accepted before it was sent stand in what was sent, also when they come back later', async () => {
    await say(senco, await shareWith(parent));
    await senco.write(complete());
    const putBack = await hub.copy();
    const words = run(doc, newPen(), [set(1, 'preferred_name', 'Robbie')], { child: 3 });
    await parent.write(words);
    const submit = command('submit', {}, { seen: { child: 4 } });
    const first = resultOf(await say(senco, submit));
    await say(senco, command('unshare', { person: parent.person }));
    await putBack();
    await say(senco, { ...submit, receipt: String(first.receipt) });
    const hashes = async () =>
      (await hub.sync.storage.db.selectFrom('snapshot').select('hash').execute()).map(({ hash }) => hash);
    expect(await hashes()).not.toContain(first.snapshotHash);
    const forged = run(doc, words.pen, [set(1, 'preferred_name', 'Forged')], { child: 3 });
    expect((await parent.write({ ...forged, pen: newPen(), past: true }))[0]?.[2]).toBe('parked');
    expect((await parent.write({ ...words, past: true }))[0]?.[2]).toBe('applied');
    expect((await fieldOf('preferred_name'))?.value).toBe('"Robbie"');
    expect(await hashes()).toContain(first.snapshotHash);
  });

  test('lines of several processes stand in another order than their commits, and nothing of what is lost is missed', async () => {
    const lineAt = (seq: number, ...more: Note[]) =>
      JSON.stringify([{ is: 'commit', of: hub.authority, seq, mark: marks.get(seq) ?? 0, epoch }, ...more]);
    await say(senco, await shareWith(parent));
    const share = await hub.sync.storage.db.selectFrom('share').select('id').executeTakeFirstOrThrow();
    const rows = await hub.sync.storage.db.selectFrom('feed_mark').select(['seq', 'mark']).execute();
    const marks = new Map(rows.map(({ seq, mark }) => [seq, mark]));
    const { seq: last, epoch } = await hub.sync.storage.db
      .selectFrom('feed_head')
      .selectAll()
      .executeTakeFirstOrThrow();
    const ended: Note = { is: 'ended', what: 'share', id: share.id, at: 5 };
    // The database stands at `last`; the commit after it is lost, and its line was written before that of `last`.
    const lines = [lineAt(last - 1), lineAt(last + 1, ended), lineAt(last)];
    const place: SecondPlace = {
      ...noPlace,
      read: async function* () {
        for (const line of lines) yield await Promise.resolve(line);
      },
    };
    expect(await noticeReplacement(hub.sync.storage, place, hub.sync.ports)).toBe(true);
    expect(await hub.sync.storage.db.selectFrom('share').select('ended_at').execute()).toEqual([{ ended_at: 5 }]);
  });
});
