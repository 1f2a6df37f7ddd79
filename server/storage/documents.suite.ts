/** What both databases keep of documents: their state, their log, and what people are told of their words. */
import { describe, expect, test } from 'vitest';
import { addressOf, type DeviceId, type Holder, type ItemId, type PersonId, type SectionKey } from '#sync/model/ids.ts';
import { emptyDocumentState, type DocumentState } from '#sync/model/state.ts';
import { attachmentRow, documentRow, lay, logRow, mineRow, now, type Ground } from '#tests/hub/rows.ts';
import { newId } from '#tests/hub/sync-hub.ts';
import * as attachments from './attachments.ts';
import * as bin from './bin.ts';
import type { Storage } from './database.ts';
import * as documents from './documents.ts';
import * as events from './events.ts';
import * as log from './log.ts';
import * as mine from './mine.ts';
import * as rows from './section-rows.ts';
import * as sections from './sections.ts';
import * as shares from './shares.ts';

const child = 'child' as SectionKey & Holder;
const views = 'views' as SectionKey & Holder;

export function documentsSuite(storage: () => Storage): void {
  const write: Storage['write'] = (work, order) => storage().write(work, order);
  const db = () => storage().db;

  describe('documents', () => {
    test('are found by authority, by starter and share, and by kind and stage', async () => {
      const ground = await lay(storage());
      const { authority, doc, person } = ground;
      const [shared, left] = [newId<string>(), newId<string>()];
      const other = (await lay(storage())).person;
      const share = (document_id: string, ended_at: number | null) => ({
        ...{ id: newId<string>(), authority_id: authority, document_id, person_id: person, access: 'edit' },
        ...{ shared_by: other, shared_at: now, ended_at, seq: 1 },
      });
      const ended = share(left, null);
      await write(async (tx) => {
        for (const id of [shared, left])
          await documents.insertDocument(tx, documentRow(ground, id, { starter_id: other, stage: 'submitted' }));
        await shares.saveShare(tx, share(shared, null));
        await shares.saveShare(tx, ended);
        await shares.saveShare(tx, { ...ended, ended_at: now, seq: 2 });
        await documents.lockDocuments(tx, [shared, doc]);
        await documents.updateDocument(tx, documentRow(ground, doc, { case_number: 'EHC/26/0001', seq: 5 }));
      });
      expect(await documents.documentById(db(), authority, doc)).toMatchObject({ case_number: 'EHC/26/0001', seq: 5 });
      expect(await documents.documentById(db(), 'another', doc)).toBeUndefined();
      expect([await documents.isDocumentKnown(db(), doc), await documents.isDocumentKnown(db(), 'none')]).toEqual([
        true,
        false,
      ]);
      const own = await documents.documentsOfPerson(db(), authority, person);
      expect(own.map(({ id }) => id).sort()).toEqual([doc, shared].sort());
      const sent = await documents.documentsInStages(db(), authority, 'request', ['submitted']);
      expect(sent.map(({ id }) => id).sort()).toEqual([shared, left].sort());
      expect(await shares.sharesOf(db(), left)).toEqual([{ ...ended, ended_at: now, seq: 2 }]);
    });

    test('have pens, whose Yjs clients are unique in them, and are kept whole on devices', async () => {
      const { authority, doc, pen, device } = await lay(storage());
      const standing = await documents.penById(db(), pen);
      expect(standing).toMatchObject({ client_id: 2 ** 32 - 1, n: 0 });
      if (standing === undefined) throw new Error('the pen was just made');
      await write((tx) => documents.savePen(tx, { ...standing, n: 7 }));
      expect((await documents.penById(db(), pen))?.n).toBe(7);
      expect(await documents.isClientIdTaken(db(), doc, 2 ** 32 - 1)).toBe(true);
      expect(await documents.isClientIdTaken(db(), doc, 1)).toBe(false);
      await expect(write((tx) => documents.savePen(tx, { ...standing, id: newId() }))).rejects.toThrow();
      const holding = { device_id: device, document_id: doc, authority_id: authority, since: now };
      for (const since of [now, now + 1]) await write((tx) => documents.insertHolding(tx, { ...holding, since }));
      expect(await documents.heldDocuments(db(), device, [doc, 'none'])).toEqual(new Set([doc]));
      expect(await documents.heldDocuments(db(), device, [])).toEqual(new Set());
    });

    test('get case numbers of which none is given twice, also at the same moment', async () => {
      const { authority } = await lay(storage());
      const numbers = Array.from({ length: 8 }, () =>
        write((tx) => documents.nextCaseNumber(tx, authority, 2026), 'side-by-side'),
      );
      expect((await Promise.all(numbers)).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await write((tx) => documents.nextCaseNumber(tx, authority, 2027))).toBe(1);
    });
  });

  describe('the state of a document', () => {
    test('comes back as it was written: fields, conflicts, items, texts and their bytes', async () => {
      const ground = await lay(storage());
      const { state, touched, item } = stateOf(ground);
      const place = { documentId: ground.doc, authorityId: ground.authority, seq: 3, at: now };
      await write((tx) => sections.saveState(tx, place, state, touched));
      const loaded = await sections.loadState(db(), ground.doc);
      expect({ ...loaded.state, texts: undefined }).toEqual({ ...state, texts: undefined });
      const address = addressOf(views, 'working');
      const text = loaded.state.texts.get(address);
      expect(Buffer.from(text?.state ?? []).equals(Buffer.from([0, 1, 255, 0]))).toBe(true);
      expect({ ...text, state: undefined }).toEqual({ ...state.texts.get(address), state: undefined });
      expect(loaded.textAt).toEqual(new Map([[address, now]]));
      expect(Buffer.from((await sections.storedText(db(), ground.doc, views, 'working')) ?? [])).toEqual(
        Buffer.from([0, 1, 255, 0]),
      );
      expect(await sections.storedText(db(), ground.doc, views, 'nothing')).toBeUndefined();
      const wishes = await sections.loadWishes(db(), ground.doc, ['first_name'], ['views']);
      expect([[...wishes.fields.keys()], [...wishes.items.keys()]]).toEqual([[addressOf(child, 'first_name')], [item]]);

      const keys = [child, views];
      expect((await rows.sectionRows(db(), ground.doc)).map(({ section, ver }) => [section, ver]).sort()).toEqual([
        ['child', 4],
        ['views', 1],
      ]);
      expect(await rows.fieldRows(db(), ground.doc, keys, 3)).toEqual([]);
      expect(await rows.fieldRows(db(), ground.doc, keys, 3, [child])).toHaveLength(2);
      expect(await rows.fieldRows(db(), ground.doc, [views], 0)).toEqual([]);
      expect((await rows.itemRows(db(), ground.doc, keys, 0)).map(({ id }) => id)).toEqual([item]);
      expect(await rows.itemRows(db(), ground.doc, keys, 3, [item])).toHaveLength(1);
      expect(await rows.textRows(db(), ground.doc, keys, 3, [views])).toHaveLength(1);
      expect(await rows.namedFields(db(), ground.doc, 'child', ['first_name'])).toEqual([
        { document_id: ground.doc, field: 'first_name', value: '"A\\u0000B"' },
      ]);
    });

    test('has other names after an upgrade, also where two texts change places', async () => {
      const ground = await lay(storage());
      const { state, touched } = stateOf(ground);
      const [one, two] = [addressOf(views, 'working'), addressOf(views, 'worries')];
      state.texts.set(two, { ...state.texts.get(one), tree: [] } as never);
      const place = { documentId: ground.doc, authorityId: ground.authority, seq: 3, at: now };
      await write(async (tx) => {
        await sections.saveState(tx, place, state, { ...touched, texts: new Set([one, two]) });
        await events.insertVersion(tx, {
          ...{ document_id: ground.doc, authority_id: ground.authority, section: 'views', holder: 'views' },
          ...{ field: 'working', tree: '[]', person_id: ground.person, at: now },
        });
        await sections.removeFields(tx, ground.doc, new Set([addressOf(child, 'first_name')]));
        const names = new Map([[one, two] as const, [two, one] as const]);
        await sections.renameTexts(tx, ground.doc, names);
      });
      const loaded = await sections.loadState(db(), ground.doc);
      expect([...loaded.state.fields.keys()]).toEqual(
        [...state.fields.keys()].filter((address) => address !== addressOf(child, 'first_name')),
      );
      expect(loaded.state.texts.get(one)?.tree).toEqual([]);
      expect(loaded.state.texts.get(two)?.tree).toEqual(state.texts.get(one)?.tree);
      expect(await events.versionsOf(db(), ground.doc, 'views', 'worries')).toHaveLength(1);
    });

    test('keeps when an item first went, whatever comes late for it', async () => {
      const ground = await lay(storage());
      const { state, touched, item } = stateOf(ground);
      const place = { documentId: ground.doc, authorityId: ground.authority, seq: 3, at: now };
      const saveItem = (gone: boolean, at: number) => {
        const there = state.items.get(item);
        if (there === undefined) throw new Error('the item is in the state');
        const mark = { ver: 2, device: ground.device as DeviceId, person: ground.person as PersonId };
        const changed: DocumentState = {
          ...state,
          items: new Map([[item, { ...there, ...(gone && { gone: mark }) }]]),
        };
        return write((tx) => sections.saveState(tx, { ...place, at }, changed, touched));
      };
      const at = async () => (await rows.itemPlaces(db(), ground.doc)).map((one) => one.at);
      await saveItem(false, now);
      await saveItem(true, now + 1);
      await saveItem(true, now + 2);
      expect(await at()).toEqual([now + 1]);
      await saveItem(false, now + 3);
      expect(await at()).toEqual([now + 3]);
    });
  });

  describe('the log', () => {
    test('gives a pen’s edits in order, refuses the same trial twice, and knows commands', async () => {
      const ground = await lay(storage());
      const { doc, pen } = ground;
      await write((tx) => log.insertLog(tx, logRow(ground)));
      await write((tx) => log.insertLog(tx, logRow(ground, { n_first: 3, n_last: 9 })));
      await write((tx) => log.insertLog(tx, logRow(ground, { trial: 1, seq: 2 })));
      await expect(write((tx) => log.insertLog(tx, logRow(ground)))).rejects.toThrow();
      expect((await log.logOf(db(), doc)).map((row) => [row.n_first, row.trial])).toEqual([
        [1, 0],
        [3, 0],
        [1, 1],
      ]);
      expect((await log.loggedByPen(db(), pen, 2, 2)).map(({ trial }) => trial)).toEqual([0, 1]);
      const command = {
        ...{ id: newId<string>(), authority_id: ground.authority, document_id: doc, person_id: ground.person },
        ...{ device_id: ground.device, name: 'submit', body: '{}', verdict: '{}', at: now },
      };
      await write((tx) => log.insertCommand(tx, command));
      expect(await log.commandById(db(), command.id)).toEqual(command);
      const opening = { ...command, id: newId<string>(), name: 'note-opening', verdict: '{"is":"done","result":{}}' };
      const refused = { ...opening, id: newId<string>(), verdict: '{"is":"refused","reason":"not-found"}' };
      for (const one of [opening, refused]) await write((tx) => log.insertCommand(tx, one));
      const { person_id, body, at } = opening;
      expect(await log.openingsIn(db(), command.document_id)).toEqual([{ person_id, body, at }]);
    });
  });

  describe('what people are told of their own words', () => {
    test('is theirs, in order, until it is done', async () => {
      const ground = await lay(storage());
      const { authority, person, doc, pen } = ground;
      const [first, second] = [mineRow(ground, { seq: 4 }), mineRow(ground, { seq: 2, reason: 'newer-app' })];
      for (const row of [first, second]) await write((tx) => mine.saveMine(tx, row));
      expect(await mine.mineById(db(), person, first.id)).toEqual(first);
      expect(await mine.mineById(db(), 'somebody', first.id)).toBeUndefined();
      expect((await mine.mineSince(db(), authority, person, 1, 4)).map(({ seq }) => seq)).toEqual([2, 4]);
      expect((await mine.documentsAwaitingUpdate(db())).map((row) => row.document_id)).toContain(doc);
      expect((await mine.awaitingUpdate(db(), doc)).map(({ id }) => id)).toEqual([second.id]);
      expect((await mine.parkedText(db(), person, doc, 'child', 'first_name', pen))?.id).toBe(first.id);
      expect(await mine.parkedText(db(), person, doc, 'child', 'first_name', 'another')).toBeUndefined();
      await write((tx) => mine.saveMine(tx, { ...first, done: 'taken', seq: 9 }));
      expect((await mine.mineOpen(db(), authority, person)).map(({ id }) => id)).toEqual([second.id]);
      expect(await mine.parkedIn(db(), person, doc)).toHaveLength(2);
      const overtaken = mineRow(ground, { what: 'overtaken', reason: null });
      await write((tx) => mine.saveMine(tx, overtaken));
      expect((await mine.judgedIn(db(), doc)).map(({ id }) => id)).toEqual([overtaken.id]);
    });
  });

  describe('events, versions and snapshots', () => {
    test('are kept in order, and a receipt is written once', async () => {
      const { authority, doc, person } = await lay(storage());
      const event = (id: string, seq: number, at: number) => ({
        ...{ id, authority_id: authority, document_id: doc, what: 'started', person_id: person, args: '{}', at, seq },
      });
      const [early, late] = [newId<string>(), newId<string>()];
      await write(async (tx) => {
        await events.insertEvent(tx, event(late, 2, now + 1));
        await events.insertEvent(tx, event(early, 3, now));
        for (const tree of ['[1]', '[2]'])
          await events.insertVersion(tx, {
            ...{ document_id: doc, authority_id: authority, section: 'views', holder: 'views', field: 'working' },
            ...{ tree, person_id: person, at: now },
          });
        await events.insertSnapshot(tx, {
          ...{ id: doc, document_id: doc, authority_id: authority, reason: 'submit', outline: '[]', content: '{}' },
          ...{ hash: 'h', receipt: null, made_by: person, made_at: now },
        });
      });
      expect((await events.eventsSince(db(), doc, 0)).map(({ id }) => id)).toEqual([early, late]);
      expect((await events.eventsSince(db(), doc, 2)).map(({ id }) => id)).toEqual([early]);
      expect((await events.versionsOf(db(), doc, 'views', 'working')).map(({ tree }) => tree)).toEqual(['[2]', '[1]']);
      for (const receipt of ['first', 'second']) await write((tx) => events.setReceipt(tx, doc, receipt));
      expect(await events.snapshotByHash(db(), doc, 'h')).toEqual({ id: doc, receipt: 'first' });
    });
  });

  describe('files', () => {
    test('are known by their state, and their bytes are counted', async () => {
      const ground = await lay(storage());
      const { doc, person } = ground;
      const [arriving, picture] = [
        attachmentRow(ground),
        attachmentRow(ground, { state: 'ready', type: 'image/png', at: now + 1, size_bytes: 5 }),
      ];
      for (const row of [arriving, picture]) await write((tx) => attachments.saveAttachment(tx, row));
      const ids = (found: readonly { id: string }[]) => found.map(({ id }) => id);
      const look = async () =>
        ids(await attachments.attachmentsToLookAt(db())).filter((id) => [arriving.id, picture.id].includes(id));
      expect(await look()).toEqual([arriving.id, picture.id]);
      expect(await attachments.bytesOfPerson(db(), person, now - 1)).toBe(2 ** 33 + 5);
      expect(await attachments.bytesOfPerson(db(), person, now + 1)).toBe(0);
      await write((tx) => attachments.saveAttachment(tx, { ...picture, copy_bytes: 3, received_bytes: 5 }));
      expect(await look()).toEqual([arriving.id]);
      expect(await attachments.attachmentById(db(), picture.id)).toEqual({
        ...picture,
        copy_bytes: 3,
        received_bytes: 5,
      });
      await write((tx) => attachments.setSpare(tx, picture.id, 'spare'));
      expect(ids(await attachments.attachmentsWithSpare(db()))).toContain(picture.id);
      expect(ids(await attachments.attachmentsOf(db(), doc)).sort()).toEqual([arriving.id, picture.id].sort());
      expect(await rows.attachmentRows(db(), doc, ['documents' as SectionKey], 0)).toHaveLength(2);
      expect(await rows.attachmentRows(db(), doc, ['documents' as SectionKey], 1)).toEqual([]);
    });
  });

  describe('the bin', () => {
    test('is emptied of every word, and keeps that and when something was written', async () => {
      const ground = await lay(storage());
      const { authority, doc, person } = ground;
      const { state, touched } = stateOf(ground);
      const file = attachmentRow(ground, { state: 'ready' });
      const gone = (at: number) => ({
        ...{ id: newId<string>(), authority_id: authority, document_id: doc, what: 'deleted' },
        ...{ person_id: person, args: '{"to":"somebody"}', at, seq: 1 },
      });
      await write(async (tx) => {
        await sections.saveState(tx, { documentId: doc, authorityId: authority, seq: 1, at: now }, state, touched);
        await log.insertLog(tx, logRow(ground));
        await mine.saveMine(tx, mineRow(ground));
        await attachments.saveAttachment(tx, file);
        for (const at of [now, now + 10]) await events.insertEvent(tx, gone(at));
        await documents.updateDocument(tx, documentRow(ground, doc, { stage: 'deleted' }));
      });
      const inBin = async (before: number) => (await bin.documentsInBinSince(db(), before)).map(({ id }) => id);
      expect([(await inBin(now + 10)).includes(doc), (await inBin(now + 11)).includes(doc)]).toEqual([false, true]);
      expect(await bin.mineBefore(db(), doc, now + 1)).toHaveLength(1);
      await write(async (tx) => {
        await documents.updateDocument(tx, documentRow(ground, doc, { stage: 'purged' }));
      });
      const withWords = async () => (await bin.purgedWithWords(db(), now + 1)).map(({ id }) => id).includes(doc);
      expect(await withWords()).toBe(true);
      await write((tx) => bin.eraseWords(tx, doc, now + 1));
      expect(await withWords()).toBe(false);
      expect((await log.logOf(db(), doc)).map(({ edits }) => edits)).toEqual(['[[1,0]]']);
      const left = await sections.loadState(db(), doc);
      expect([left.state.fields.size, left.state.items.size, left.state.texts.size]).toEqual([0, 0, 0]);
      expect((await events.eventsSince(db(), doc, 0)).map(({ args }) => args)).toEqual(['{}', '{}']);
      const files = async () => (await bin.attachmentsToPurge(db())).filter(({ id }) => id === file.id);
      expect(await files()).toEqual([{ id: file.id, stored_as: 'stored', spare_as: null }]);
      await write((tx) => bin.setPurged(tx, file.id));
      expect(await files()).toEqual([]);
      expect(await attachments.attachmentById(db(), file.id)).toMatchObject({
        state: 'purged',
        name: '',
        gone_at: now,
      });
    });
  });
}

/** One of everything that a document can hold, with what only one of the databases might mistake. */
function stateOf({ device, person, pen }: Ground) {
  const item = newId<ItemId>();
  const by = { device: device as DeviceId, person: person as PersonId };
  const side = (value: string, ver: number) => ({ ...by, pen, n: ver, value, stamp: now + ver, ver });
  const state = emptyDocumentState();
  state.vers.set(child, 4).set(views, 1);
  const name = { section: child, value: 'A\0B', base: null, sides: [side('A\0B', 1)] };
  const other = { section: child, value: '😀 Łucja', base: { a: [1] }, sides: [side('x', 2), side('y', 3)] };
  state.fields.set(addressOf(child, 'first_name'), name);
  state.fields.set(addressOf(child, 'dob'), { ...other, conflict: `${pen}.3` });
  state.items.set(item, {
    ...{ id: item, section: child, holder: child, list: 'contacts', order: 'a0' },
    ...{ ver: 4, ...by, otherVer: 0 },
  });
  const bytes = { state: new Uint8Array([0, 1, 255, 0]), tree: [] };
  const text = { section: views, ...bytes, ver: 1, device: undefined, person: undefined, otherVer: 0 };
  state.texts.set(addressOf(views, 'working'), text as never);
  const touched = {
    sections: new Set(state.vers.keys()),
    fields: new Set(state.fields.keys()),
    items: new Set(state.items.keys()),
    texts: new Set(state.texts.keys()),
  };
  return { state, touched, item };
}
