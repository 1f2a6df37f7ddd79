/** What both databases say of many documents at once: the lines of lists. */
import { expect, test } from 'vitest';
import { documentRow, lay, now } from '#tests/hub/rows.ts';
import { newId } from '#tests/hub/sync-hub.ts';
import type { Storage } from './database.ts';
import * as documents from './documents.ts';
import { insertFeed, takeSeq } from './feed.ts';
import * as lists from './list-rows.ts';
import { peopleShown } from './viewers.ts';

export function listsSuite(storage: () => Storage): void {
  const db = () => storage().db;

  test('lines of a list are asked for together, and nothing of another authority comes with them', async () => {
    const ground = await lay(storage());
    const foreign = await lay(storage());
    const { authority, doc, device, person } = ground;
    const received = newId<string>();
    const of = { document_id: received, authority_id: authority };
    await storage().write(async (tx) => {
      const row = documentRow(ground, received, { stage: 'received', submitted_at: now });
      await documents.insertDocument(tx, row);
      await tx
        .insertInto('section')
        .values({ ...of, section: 'child', ver: 3, updated_at: now, seq: 1 })
        .execute();
      await tx
        .insertInto('item')
        .values({
          ...{ ...of, id: newId<string>(), section: 'contacts', holder: 'contacts', list: 'contacts', item_order: 'a' },
          ...{ ver: 1, device_id: device, person_id: person, other_ver: 0, gone: null, at: now, seq: 1 },
        })
        .execute();
      for (const field of ['first_name', 'gender'])
        await tx
          .insertInto('field')
          .values({
            ...{ ...of, section: 'child', holder: 'child', field, value: '"A"', base: 'null', sides: '[]' },
            ...{ conflict: null, ver: 1, at: now, seq: 1 },
          })
          .execute();
      await documents.insertHolding(tx, { device_id: device, document_id: doc, authority_id: authority, since: now });
    });
    const listed = { authorityId: authority, kind: 'request', stages: ['received', 'closed'] };
    expect(await lists.documentsListed(db(), listed)).toEqual([{ id: received, submitted_at: now }]);
    const among = { authorityId: authority, ids: [received, doc, foreign.doc] };
    expect((await lists.documentsAmong(db(), among)).map(({ id }) => id).sort()).toEqual([received, doc].sort());
    const [section] = (await lists.sectionsAmong(db(), among)).filter((one) => one.document_id === received);
    expect(section).toMatchObject({ section: 'child', ver: 3, updated_at: now });
    expect((await lists.itemsAmong(db(), among)).filter((one) => one.document_id === received)).toHaveLength(1);
    const fields = await lists.fieldsAmong(db(), among, 'child', ['first_name', 'dob']);
    expect(fields.filter((one) => one.document_id === received)).toEqual([
      { document_id: received, field: 'first_name', value: '"A"' },
    ]);
    expect(await lists.heldOnDevice(db(), device)).toEqual([doc]);
    const people = await peopleShown(db(), authority, [person, foreign.person]);
    expect(people.map(({ id, name }) => [id, name])).toEqual([[person, 'A person']]);
  });

  test('which documents changed is told once each, and no more of them than are asked for', async () => {
    const { authority, doc } = await lay(storage());
    const other = newId<string>();
    const seqs: number[] = [];
    for (const id of [doc, other, doc])
      await storage().write(async (tx) => {
        const { seq } = await takeSeq(tx, authority, 1, { mark: 5, epoch: 1 });
        await insertFeed(tx, { seq, authority_id: authority, document_id: id, person_id: null, what: 'change' });
        seqs.push(seq);
      });
    const asked = { authorityId: authority, since: (seqs[0] ?? 0) - 1, until: seqs[2] ?? 0, limit: 10 };
    const found = async (given: Partial<typeof asked>) =>
      (await lists.documentsChanged(db(), { ...asked, ...given })).map((row) => row.document_id).sort();
    expect(await found({})).toEqual([doc, other].sort());
    expect(await found({ limit: 1 })).toHaveLength(1);
    expect(await found({ since: seqs[1] ?? 0 })).toEqual([doc]);
  });
}
