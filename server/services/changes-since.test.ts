import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import type { Change } from '#sync/protocol/changes.ts';
import { cursorCipher } from './cursor.ts';
import { historyOf } from './history.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { edit, newId, newPen, run, set, typed, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';
import { readerOf } from './viewer.ts';

let hub: TestHub;
let senco: TestDevice;
let parent: TestDevice;
let coOrdinator: TestDevice;
let doc: DocumentId;
beforeEach(async () => {
  ({ hub, senco, parent, coOrdinator, doc } = await openDraftHub());
  for (const device of [senco, parent, coOrdinator]) await device.pullAll();
});
afterEach(() => hub.close());

const kinds = (changes: readonly Change[]) => changes.map(({ t }) => t);
const write = (device: TestDevice, ...edits: Parameters<typeof run>[2]) =>
  device.write(run(doc, newPen(), edits, { child: 99 }));
const shareWith = async (device: TestDevice, access: 'view' | 'edit') =>
  senco.command('share', doc, { email: await device.email(), access });
const allValues = (changes: readonly Change[]) => JSON.stringify(changes);

const historyFor = (device: TestDevice, field: string, holder = 'child') =>
  historyOf(hub.sync, readerOf(device.session, device.session.deviceId!), doc, holder as never, field);

describe('the feed', () => {
  test('brings each value that stands once, however often it changed', async () => {
    await write(senco, set(1, 'first_name', 'A'), set(2, 'first_name', 'B'));
    await write(senco, set(1, 'first_name', 'C'));
    const fields = (await senco.pullAll()).filter((change) => change.t === 'field');
    expect(fields.map(({ value, ver }) => [value, ver])).toEqual([['C', 3]]);
    expect(await senco.pullAll()).toEqual([]);
  });

  test('never gives what the viewer may not see: not the words, not that anything is there', async () => {
    const before = parent.cursor;
    await write(senco, set(1, 'first_name', 'Hidden'));
    const frame = await parent.pull();
    expect(frame.changes).toEqual([]);
    expect(frame.to).toBe(before);
    expect(kinds(await parent.pullAll([doc]))).toEqual(['gone']);
    expect(allValues(await coOrdinator.pullAll())).not.toContain('Hidden');
  });

  test('a share shows the whole document, its end takes it away again', async () => {
    await write(senco, set(1, 'first_name', 'A'));
    await shareWith(parent, 'edit');
    const shown = await parent.pullAll();
    expect(shown).toContainEqual(expect.objectContaining({ t: 'doc', doc, full: true, summary: { name: 'A' } }));
    expect(shown).toContainEqual(expect.objectContaining({ t: 'field', value: 'A' }));
    expect(shown).toContainEqual(expect.objectContaining({ t: 'section', section: 'child', may: ['see', 'write'] }));
    await senco.command('unshare', doc, { person: parent.person });
    expect(await parent.pullAll()).toEqual([{ t: 'gone', doc }]);
    await write(senco, set(1, 'first_name', 'After'));
    expect(await parent.pullAll()).toEqual([]);
  });

  test('a reader gets the tree of a text and never its inner state; a writer gets both', async () => {
    const pen = newPen();
    await senco.write(run(doc, pen, [edit(1, 'text', 'views', 'working', typed(pen, 'Words'))]));
    await shareWith(parent, 'view');
    const text = (await parent.pullAll()).find((change) => change.t === 'text');
    expect(text).toMatchObject({ tree: [{ type: 'paragraph', runs: [{ text: 'Words' }] }] });
    expect(text).not.toHaveProperty('state');
    await shareWith(parent, 'edit');
    expect((await parent.pullAll()).find((change) => change.t === 'text')).toHaveProperty('state');
  });

  test('sides of a conflict go to those who may write, and to nobody from before they could', async () => {
    const second = await (await hub.person('senco')).device();
    await shareWith(second, 'edit');
    await senco.write(run(doc, newPen(), [set(1, 'first_name', 'One')]));
    await second.write(run(doc, newPen(), [set(1, 'first_name', 'Two')]));
    hub.clock.now += 1000;
    await shareWith(parent, 'edit');
    expect(allValues(await parent.pullAll())).not.toMatch(/One|Two/);
    const conflict = (await senco.pullAll()).find((change) => change.t === 'field')?.conflict;
    expect(conflict?.sides.map(({ value }) => value).sort()).toEqual(['One', 'Two']);
  });

  test('an authority gets a received request as a line in its list, and the contents when it asks', async () => {
    await write(senco, set(1, 'first_name', 'A'), set(2, 'last_name', 'B'), set(3, 'dob', '2018-02-03'));
    await senco.command('submit', doc);
    const listed = await coOrdinator.pullAll();
    expect(listed).toMatchObject([
      {
        t: 'doc',
        doc,
        stage: 'received',
        full: false,
        summary: { name: 'A B', bornOn: '2018-02-03' },
        caseNumber: 'EHC/26/0001',
      },
    ]);
    expect(kinds(await coOrdinator.pullAll([doc]))).toContain('field');
    const delivered = await hub.sync.storage.db
      .selectFrom('audit')
      .select('actor')
      .where('action', '=', 'delivered')
      .execute();
    expect(delivered).toEqual([{ actor: coOrdinator.person }]);
  });

  test('who shared with whom is for those who may share', async () => {
    await shareWith(parent, 'edit');
    const third = await (await hub.person('senco')).device();
    await shareWith(third, 'edit');
    expect(allValues(await third.pullAll())).not.toContain(parent.person);
    expect(allValues(await senco.pullAll())).toContain(parent.person);
  });

  test('a private address goes from the devices that hold it when its owner asks for that, and comes back with a change of mind', async () => {
    await shareWith(parent, 'edit');
    const item = newId<string>();
    const pen = newPen();
    await parent.write(
      run(doc, pen, [
        edit(1, 'add', 'contacts', 'contacts', { item, order: 'a0' }),
        edit(2, 'set', item, 'address', 'Street 1'),
      ]),
    );
    expect(allValues(await senco.pullAll())).toContain('Street 1');
    await parent.write(run(doc, pen, [edit(3, 'set', item, 'keep_private', 'yes')]));
    const hidden = await senco.pullAll();
    expect(hidden).toContainEqual({ t: 'section', doc, section: `contact-private~${item}`, ver: 0, may: [] });
    expect(allValues(hidden)).not.toContain('Street 1');
    expect(await historyFor(senco, 'address', item)).toBeUndefined();
    // A device that asks for everything anew is told as well that nothing can be written there.
    const whole = await senco.pullAll([doc]);
    expect(whole).toContainEqual({ t: 'section', doc, section: `contact-private~${item}`, ver: 0, may: [] });
    const late = newPen();
    expect(await senco.write(run(doc, late, [edit(1, 'set', item, 'address', 'Street 2')]))).toEqual([
      [late, 1, 'parked', 0, 'access-ended'],
    ]);
    await parent.write(run(doc, pen, [edit(4, 'set', item, 'keep_private', 'no')]));
    expect(allValues(await senco.pullAll())).toContain('Street 1');
  });

  test('what one wrote alone stays one’s own to read when somebody else wishes it private, until they write there too', async () => {
    await shareWith(parent, 'edit');
    const item = newId<string>();
    const section = `contact-private~${item}`;
    const place = run(doc, newPen(), [edit(1, 'add', 'contacts', 'contacts', { item, order: 'a0' })]);
    await parent.write(place);
    await senco.write(run(doc, newPen(), [edit(1, 'set', item, 'address', 'Street 1')]));
    await senco.pullAll([doc]);
    await parent.write(run(doc, newPen(), [edit(1, 'set', item, 'keep_private', 'yes')]));
    const told = await senco.pullAll();
    expect(told).toContainEqual({ t: 'section', doc, section, ver: 1, may: ['see'] });
    expect(allValues(told)).toContain('Street 1');
    const late = newPen();
    expect(await senco.write(run(doc, late, [edit(1, 'set', item, 'address', 'Street 2')]))).toEqual([
      [late, 1, 'parked', 0, 'access-ended'],
    ]);
    await parent.write(run(doc, newPen(), [edit(1, 'set', item, 'address', 'Refuge 3')], { [section]: 1 }));
    const closed = await senco.pullAll();
    expect(closed).toContainEqual({ t: 'section', doc, section, ver: 0, may: [] });
    expect(allValues(closed)).not.toContain('Refuge 3');
    expect(allValues(await senco.pullAll([doc]))).not.toContain('Refuge 3');
  });

  test('a section for officers is not there for anyone else: not to read, not to write, not in the counts', async () => {
    const pen = newPen();
    expect(await senco.write(run(doc, pen, [edit(1, 'set', 'officers', 'note', 'x')]))).toEqual([
      [pen, 1, 'refused', 0, 'unknown-field'],
    ]);
    expect(allValues(await senco.pullAll([doc]))).not.toContain('officers');
    const invented = newPen();
    expect(
      (await senco.write(run(doc, invented, [edit(1, 'set', `child~${newId<string>()}`, 'first_name', 'x')])))[0]?.[4],
    ).toBe('unknown-field');
  });

  test('a draft that was deleted goes from everyone but its starter’s bin, and comes back whole when it is restored', async () => {
    await senco.write(run(doc, newPen(), [set(1, 'first_name', 'Zofia')]));
    await shareWith(parent, 'edit');
    await parent.pullAll();
    await senco.command('delete-draft', doc);
    expect(await parent.pullAll()).toEqual([{ t: 'gone', doc }]);
    // The starter keeps it in the bin, to read and to restore, and to do nothing else with.
    const [line] = await senco.pullAll();
    expect(line).toMatchObject({ t: 'doc', doc, stage: 'deleted', may: ['see', 'restore', 'download'] });
    await senco.command('restore-draft', doc);
    expect((await senco.pullAll())[0]).toMatchObject({ t: 'doc', doc, stage: 'draft' });
    const back = await parent.pullAll();
    expect(back[0]).toMatchObject({
      t: 'doc',
      doc,
      stage: 'draft',
      may: ['see', 'write', 'download', 'upload', 'see-openings'],
    });
    // Their device has dropped all of it, so that what did not change comes again too.
    expect(back.find(({ t }) => t === 'field')).toMatchObject({ field: 'first_name', value: 'Zofia' });
  });
});

describe('a cursor', () => {
  test('of another epoch, of a replaced history or made up gets the manifest', async () => {
    const { epoch, seq, mark } = hub.sync.cursors.open(senco.cursor ?? '');
    const others = [
      { epoch: epoch + 1, seq, mark },
      { epoch, seq, mark: mark + 1 },
      { epoch, seq: seq + 5, mark },
    ].map((position) => hub.sync.cursors.seal(position));
    for (const cursor of [
      ...others,
      'AAAAAAAAAAAAAAAAAAAAAA',
      cursorCipher('another secret').seal({ epoch, seq, mark }),
    ]) {
      senco.cursor = cursor;
      const frame = await senco.pull();
      expect(frame.manifest?.map((entry) => entry.doc)).toEqual([doc]);
      // A replaced history goes on under another epoch.
      expect(hub.sync.cursors.open(frame.to ?? '')).toMatchObject({ seq, mark });
    }
  });

  test('none at all gets the manifest and the list; contents come when they are asked for', async () => {
    await write(senco, set(1, 'first_name', 'A'));
    senco.cursor = null;
    const frame = await senco.pull();
    expect(frame.manifest).toEqual([{ doc, sections: { child: 1, contacts: 0, views: 0 } }]);
    expect(kinds(frame.changes)).toEqual(['doc']);
    expect(kinds((await senco.pull([doc])).changes)).toContain('field');
  });

  test('older than a change of the person’s own roles gets the manifest', async () => {
    await hub.sync.commits.commit([], (batch) => Promise.resolve(batch.raiseRights(hub.authority, senco.person)));
    expect((await senco.pull()).manifest).toBeDefined();
    expect((await senco.pull()).manifest).toBeUndefined();
    expect((await parent.pull()).manifest).toBeUndefined();
  });

  test('a long list comes in pages, each with a cursor to go on from, and nothing is left out', async () => {
    const others: DocumentId[] = [];
    for (let n = 0; n < 12; n += 1) others.push(await senco.start());
    const words = 'w'.repeat(100);
    for (const id of others) {
      const items = Array.from({ length: 190 }, () => newId<string>());
      await senco.write(
        run(
          id,
          newPen(),
          items.flatMap((item, index) => [
            edit(2 * index + 1, 'add', 'contacts', 'contacts', { item, order: 'a0' }),
            edit(2 * index + 2, 'set', item, 'full_name', words),
          ]),
        ),
      );
    }
    let frames = 0;
    const seen = new Set<string>();
    for (let more = true; more; frames += 1) {
      const frame = await senco.pull();
      frame.changes.forEach((change) => 'doc' in change && change.t === 'field' && seen.add(change.doc));
      more = frame.more;
    }
    expect(frames).toBeGreaterThan(1);
    expect([...seen].sort()).toEqual([...others].sort());
  });
});

describe('the history of a field', () => {
  test('has every value, newest first, with who and when', async () => {
    await write(senco, set(1, 'first_name', 'A'));
    hub.clock.now += 1000;
    await write(senco, set(1, 'first_name', 'B', hub.clock.now));
    expect((await historyFor(senco, 'first_name'))?.map(({ value, by }) => [value, by.id])).toEqual([
      ['B', senco.person],
      ['A', senco.person],
    ]);
  });

  test('hides what was typed before the draft was shared, except the value that stood', async () => {
    for (const value of ['Secret', 'Standing']) await write(senco, set(1, 'first_name', value));
    hub.clock.now += 1000;
    await shareWith(parent, 'edit');
    expect((await historyFor(parent, 'first_name'))?.map(({ value }) => value)).toEqual(['Standing']);
  });

  test('keeps earlier texts at each change of author', async () => {
    const pen = newPen();
    await senco.write(run(doc, pen, [edit(1, 'text', 'views', 'working', typed(pen, 'First'))]));
    await shareWith(parent, 'edit');
    const other = newPen();
    await parent.write(run(doc, other, [edit(1, 'text', 'views', 'working', typed(other, 'Second'))]));
    const trees = (await historyFor(senco, 'working', 'views'))?.map(({ tree }) => JSON.stringify(tree));
    expect(trees).toHaveLength(2);
    expect(trees?.[0]).toContain('Second');
    expect(trees?.[1]).not.toContain('Second');
  });

  test('is the same «nothing» for readers, for strangers and for fields that do not exist', async () => {
    await write(senco, set(1, 'first_name', 'A'));
    const stranger = await (await hub.person('senco')).device();
    await shareWith(parent, 'view');
    expect([
      await historyFor(parent, 'first_name'),
      await historyFor(stranger, 'first_name'),
      await historyFor(senco, 'unknown'),
    ]).toEqual([undefined, undefined, undefined]);
  });
});
