/** What both databases do when a backup was put back. */
import { describe, expect, test } from 'vitest';
import { emptyDocumentState } from '#sync/model/state.ts';
import type { SectionKey } from '#sync/model/ids.ts';
import { documentRow, lay, now } from '#tests/hub/rows.ts';
import { newId } from '#tests/hub/sync-hub.ts';
import type { Storage } from './database.ts';
import { insertDocument, isNumberTaken } from './documents.ts';
import { takeSeq } from './feed.ts';
import * as people from './people.ts';
import * as restored from './restored.ts';
import { saveState } from './sections.ts';
import { saveShare, sharesOf } from './shares.ts';

export function restoredSuite(storage: () => Storage): void {
  const write: Storage['write'] = (work, order) => storage().write(work, order);
  const db = () => storage().db;

  describe('a database that was put back', () => {
    test('begins another history, keeps how far each section had come, and jumps beyond every number', async () => {
      const ground = await lay(storage());
      const { authority, doc } = ground;
      const child = 'child' as SectionKey;
      const touched = {
        sections: new Set([child]),
        fields: new Set<never>(),
        items: new Set<never>(),
        texts: new Set<never>(),
      };
      const save = (ver: number) =>
        write((tx) =>
          saveState(
            tx,
            { documentId: doc, authorityId: authority, seq: ver, at: now },
            { ...emptyDocumentState(), vers: new Map([[child, ver]]) },
            touched,
          ),
        );
      await save(7);
      await write(async (tx) => {
        await takeSeq(tx, authority, 1, { mark: 3, epoch: 4 });
        await restored.setEpoch(tx, authority, 2 ** 32 - 2, now);
        await restored.keepVersAsRestored(tx, false);
        await restored.jumpCounter(tx, authority, 2026, 17);
        await restored.jumpCounter(tx, authority, 2026, 5);
      });
      const heads = await restored.feedHeads(db());
      expect(heads.find((head) => head.authority_id === authority)).toMatchObject({
        epoch: 2 ** 32 - 2,
        restored_at: now,
      });
      await save(9);
      expect((await restored.restoredVers(db(), doc)).get(child)).toBe(7);
      await write((tx) => restored.keepVersAsRestored(tx, true));
      expect((await restored.restoredVers(db(), doc)).get(child)).toBe(0);
      expect(await restored.counterYears(db(), authority)).toEqual([{ year: 2026, last: 217 }]);
      const numbered = newId<string>();
      await write((tx) => insertDocument(tx, documentRow(ground, numbered, { case_number: 'EHC/26/0017' })));
      expect(await isNumberTaken(db(), authority, 'EHC/26/0017')).toBe(true);
      expect(await isNumberTaken(db(), authority, 'EHC/26/0018')).toBe(false);
    });

    test('ends again what had ended, and remembers what is not there yet', async () => {
      const { authority, doc, person } = await lay(storage());
      const other = (await lay(storage())).person;
      const [share, letter, unknown] = [newId<string>(), newId<string>(), newId<string>()];
      await write(async (tx) => {
        await saveShare(tx, {
          ...{ id: share, authority_id: authority, document_id: doc, person_id: other, access: 'edit' },
          ...{ shared_by: person, shared_at: now, ended_at: null, seq: 5 },
        });
        await restored.endAgain(tx, { is: 'ended', what: 'share', id: share, at: now + 1 });
        await restored.endAgain(tx, { is: 'ended', what: 'device', id: unknown, at: now + 2 });
        await restored.sentAgain(tx, letter, now + 3);
        await restored.remember(tx, { what: 'edit', id: `${unknown}.1`, detail: 'hash', at: now + 4 });
        await restored.remember(tx, { what: 'edit', id: `${unknown}.1`, detail: 'later', at: now + 5 });
      });
      expect((await sharesOf(db(), doc)).map((row) => row.ended_at)).toEqual([now + 1]);
      expect(await restored.rightsEndedSince(db(), authority, 4)).toEqual([{ what: 'share', id: share, at: now + 1 }]);
      expect(await restored.rightsEndedSince(db(), authority, 5)).toEqual([]);
      expect(await restored.remembered(db(), 'device', unknown)).toEqual({ detail: '', at: now + 2 });
      expect(await restored.remembered(db(), 'sent', letter)).toEqual({ detail: '', at: now + 3 });
      expect(await restored.remembered(db(), 'edit', `${unknown}.1`)).toEqual({ detail: 'later', at: now + 5 });
      expect(await restored.remembered(db(), 'edit', share)).toBeUndefined();
    });

    test('knows every right that ended for a person as a whole, and ends it once', async () => {
      const { authority, person, device } = await lay(storage());
      const [kept, ended] = [newId<string>(), newId<string>()];
      const membership = (id: string, role: string) => ({
        ...{ id, authority_id: authority, person_id: person, role },
        ...{ organisation_id: null, created_at: now, ended_at: null },
      });
      await write(async (tx) => {
        await tx
          .insertInto('membership')
          .values([membership(kept, 'parent'), membership(ended, 'senco')])
          .execute();
      });
      expect(await restored.rightsEndedSince(db(), authority, 0)).toEqual([]);
      const whose = { authorityId: authority, personId: person };
      const times = async () =>
        write(async (tx) => {
          await people.closePerson(tx, authority, person, now + 1);
          return [
            await people.endMemberships(tx, { ...whose, role: 'senco' }, now + 2),
            await people.revokeDevices(tx, authority, person, now + 3),
          ];
        });
      expect([await times(), await times()]).toEqual([
        [1, 1],
        [0, 0],
      ]);
      expect(await restored.rightsEndedSince(db(), authority, 0)).toEqual([
        { what: 'membership', id: ended, at: now + 2 },
        { what: 'device', id: device, at: now + 3 },
        { what: 'account', id: person, at: 0 },
      ]);
      expect(await people.activePersonById(db(), authority, person)).toBeUndefined();
      expect(await people.rolesOf(db(), authority, person)).toEqual(['parent']);
    });
  });
}
