/** What both databases promise of reading, of writing, and of the order of commits. */
import type { Kysely } from 'kysely';
import { describe, expect, test } from 'vitest';
import { logRow, lay } from '#tests/hub/rows.ts';
import { newId } from '#tests/hub/sync-hub.ts';
import type { Storage } from './database.ts';
import * as feed from './feed.ts';
import { insertLog } from './log.ts';
import { insertSetting, settingValue } from './people.ts';
import { prepared, preparedOne } from './prepared.ts';
import type { Tables } from './schema.ts';

const authorityNamed = preparedOne((db, { id }: { id: string }) =>
  db.selectFrom('authority').select('name').where('id', '=', id),
);
const rename = prepared((db, { id, name }: { id: string; name: string }) =>
  db.updateTable('authority').set({ name }).where('id', '=', id),
);

/** `storage` and `other` are two openings of one database, as two server processes have. */
export function transactionsSuite(storage: () => Storage, other: () => Storage): void {
  const set = async (key: string, value: string) => {
    await storage().write((tx) => tx.deleteFrom('setting').where('key', '=', key).execute());
    await storage().write((tx) => insertSetting(tx, key, value));
  };

  describe('reading', () => {
    test('is of one moment, however long it takes and whatever is written meanwhile', async () => {
      const key = newId<string>();
      await set(key, 'before');
      const seen = await other().read(async (db) => {
        const first = await settingValue(db, key);
        await set(key, 'after');
        return [first, await settingValue(db, key)];
      });
      expect(seen).toEqual(['before', 'before']);
      expect(await settingValue(other().db, key)).toBe('after');
    });

    test('for now is answered by no moment that began before, and by no write that is not done', async () => {
      const { authority } = await lay(storage());
      const named = async (db: Kysely<Tables>) => (await authorityNamed(db, { id: authority }))?.name;
      const rename = (name: string) =>
        storage().write((tx) => tx.updateTable('authority').set({ name }).where('id', '=', authority).execute());
      await rename('before');
      await storage().read(async (db) => {
        expect(await named(db)).toBe('before');
        await rename('after');
        expect(await named(storage().db)).toBe('after');
      });
      await storage().write(async (tx) => {
        await tx.updateTable('authority').set({ name: 'half' }).where('id', '=', authority).execute();
        expect([await named(tx), await named(storage().db)]).toEqual(['half', 'after']);
      });
      expect(await named(storage().db)).toBe('half');
    });

    test('writes nothing', async () => {
      const key = newId<string>();
      const attempt = storage().read((db) => db.insertInto('setting').values({ key, value: 'x' }).execute());
      await expect(attempt).rejects.toThrow(/read-?only/);
      expect(await settingValue(storage().db, key)).toBeUndefined();
    });
  });

  describe('writing', () => {
    test('is there for every other connection when it has been acknowledged', async () => {
      const key = newId<string>();
      await storage().write((tx) => insertSetting(tx, key, 'kept'));
      expect(await settingValue(other().db, key)).toBe('kept');
    });

    test('that throws leaves nothing, and the next one goes through', async () => {
      const key = newId<string>();
      const failing = storage().write(async (tx) => {
        await insertSetting(tx, key, 'half');
        throw new Error('a bug');
      });
      await expect(failing).rejects.toThrow('a bug');
      expect(await settingValue(storage().db, key)).toBeUndefined();
      await set(key, 'whole');
      expect(await settingValue(storage().db, key)).toBe('whole');
    });

    test('ends with its transaction: what comes later than that is refused', async () => {
      const { authority } = await lay(storage());
      const late: ((name: string) => Promise<unknown>)[] = [];
      await storage().write((tx) => Promise.resolve(late.push((name) => rename(tx, { id: authority, name }))));
      await expect(late[0]?.('late')).rejects.toThrow(/transaction/i);
      expect((await authorityNamed(storage().db, { id: authority }))?.name).not.toBe('late');
    });

    test('what cannot stand is refused as what it is, not as a fault of the disk', async () => {
      const key = newId<string>();
      await set(key, 'first');
      const twice = storage().write((tx) => insertSetting(tx, key, 'second'));
      await expect(twice).rejects.toMatchObject({ code: expect.stringMatching(/UNIQUE|PRIMARYKEY|23505/) as string });
      const ground = await lay(storage());
      const orphan = storage().write((tx) => insertLog(tx, logRow(ground, { document_id: 'none' })));
      await expect(orphan).rejects.toMatchObject({ code: expect.stringMatching(/FOREIGNKEY|23503/) as string });
    });

    test('happens one by one over all processes: nobody writes over what they have not read', async () => {
      const key = newId<string>();
      await set(key, '0');
      const raise = (at: Storage) =>
        at.write(async (tx) => {
          const count = Number(await settingValue(tx, key));
          await tx
            .updateTable('setting')
            .set({ value: String(count + 1) })
            .where('key', '=', key)
            .execute();
        });
      await Promise.all(Array.from({ length: 20 }, (_, n) => raise(n % 2 === 0 ? storage() : other())));
      expect(await settingValue(storage().db, key)).toBe('20');
    });
  });

  describe('the feed', () => {
    const commit = (at: Storage, authority: string, docs: readonly string[], fresh: { mark: number; epoch: number }) =>
      at.write(async (tx) => {
        const head = await feed.takeSeq(tx, authority, docs.length, fresh);
        for (const [index, document_id] of docs.entries())
          await feed.insertFeed(tx, {
            ...{ authority_id: authority, document_id, person_id: null, what: 'change' },
            seq: head.seq - docs.length + 1 + index,
          });
        return head;
      }, 'side-by-side');

    test('numbers commits in their order without gaps, whichever process they come from', async () => {
      const { authority } = await lay(storage());
      const commits = Array.from({ length: 30 }, (_, n) => ({ docs: [`${String(n)}a`, `${String(n)}b`], mark: n + 1 }));
      let isWriting = true;
      const writing = Promise.all(
        commits.map(({ docs, mark }, n) =>
          commit(n % 2 === 0 ? storage() : other(), authority, docs, { mark, epoch: 7 }),
        ),
      ).finally(() => (isWriting = false));
      // Whoever follows meanwhile sees all of them once, in order, and each commit whole.
      const followed: feed.FeedRow[] = [];
      const follow = async () => {
        const since = followed.at(-1)?.seq ?? 0;
        const rows = await other().read(async (db) => {
          const head = await feed.feedHead(db, authority);
          const anyone = { authorityId: authority, personId: 'anyone', hasLists: true };
          const news = await feed.feedSince(db, anyone, since, head?.seq ?? 0, 5);
          if (head !== undefined && news.length < 5) expect(news.at(-1)?.seq ?? since).toBe(head.seq);
          return news;
        });
        followed.push(...rows);
        return rows.length;
      };
      while (isWriting) await follow();
      await writing;
      while ((await follow()) > 0) expect(followed.length).toBeLessThanOrEqual(60);
      expect(followed.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
      for (let at = 0; at < 60; at += 2)
        expect(followed[at + 1]?.document_id).toBe(followed[at]?.document_id.replace('a', 'b'));
      const [first] = followed;
      const mark = 1 + Number(first?.document_id.slice(0, -1));
      expect(await feed.markAt(storage().db, authority, 2)).toBe(mark);
      expect(await feed.markAt(storage().db, authority, 1)).toBeUndefined();
      expect(await feed.commitEnd(storage().db, authority, 1)).toEqual({ seq: 2, mark });
    });

    test('keeps whole numbers of 48 bits, and gives each person what concerns them', async () => {
      const { authority } = await lay(storage());
      const mark = 2 ** 48 - 1;
      await commit(storage(), authority, ['a'], { mark, epoch: 2 ** 32 - 1 });
      await storage().write(async (tx) => {
        const head = await feed.takeSeq(tx, authority, 1, { mark: 5, epoch: 0 });
        const row = { authority_id: authority, document_id: 'b', what: 'mine' };
        await feed.insertFeed(tx, { ...row, person_id: 'one', seq: head.seq });
        await feed.setAuditHash(tx, authority, 'chain');
      });
      expect(await feed.markAt(storage().db, authority, 1)).toBe(mark);
      expect(await feed.feedHead(storage().db, authority)).toEqual({
        ...{ authority_id: authority, seq: 2, mark: 5, epoch: 2 ** 32 - 1, audit_hash: 'chain', restored_at: null },
      });
      const told = async (person: string) =>
        (await feed.feedSince(storage().db, { authorityId: authority, personId: person, hasLists: true }, 0, 2, 9)).map(
          (row) => row.document_id,
        );
      expect([await told('one'), await told('other')]).toEqual([['a', 'b'], ['a']]);
      // Nothing to tell: the lock is taken, and no number.
      const quiet = await storage().write((tx) => feed.takeSeq(tx, authority, 0, { mark: 9, epoch: 9 }));
      expect([quiet.seq, quiet.mark]).toEqual([2, 5]);
    });
  });
}
