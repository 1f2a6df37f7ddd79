/** The order of commits: one row an authority, locked till commit, so that commit order is seq order without gaps. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { FeedHeadTable, FeedTable, Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;
export type FeedHead = Selectable<FeedHeadTable>;
export type FeedRow = Selectable<FeedTable>;

export const feedHead = (db: Db, authorityId: string): Promise<FeedHead | undefined> =>
  db.selectFrom('feed_head').selectAll().where('authority_id', '=', authorityId).executeTakeFirst();

/** Takes `count` numbers and the lock. Nothing but rows that carry these numbers may be written after it. */
export async function takeSeq(
  tx: Tx,
  authorityId: string,
  count: number,
  fresh: { mark: number; epoch: number },
): Promise<FeedHead> {
  await tx
    .insertInto('feed_head')
    .values({ authority_id: authorityId, seq: 0, mark: 0, epoch: fresh.epoch, audit_hash: '' })
    .onConflict((o) => o.column('authority_id').doNothing())
    .execute();
  const head = await tx
    .updateTable('feed_head')
    .set((e) => (count > 0 ? { seq: e('seq', '+', count), mark: fresh.mark } : { seq: e('seq', '+', 0) }))
    .where('authority_id', '=', authorityId)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (count > 0)
    await tx.insertInto('feed_mark').values({ authority_id: authorityId, seq: head.seq, mark: fresh.mark }).execute();
  return head;
}

export async function setAuditHash(tx: Tx, authorityId: string, hash: string): Promise<void> {
  await tx.updateTable('feed_head').set({ audit_hash: hash }).where('authority_id', '=', authorityId).execute();
}

export async function insertFeed(tx: Tx, row: FeedRow): Promise<void> {
  await tx.insertInto('feed').values(row).execute();
}

/** After `since`, as far as it concerns everyone or this person: `limit` rows, and the rest of the last one's commit. */
export async function feedSince(
  db: Db,
  authorityId: string,
  personId: string,
  since: number,
  limit: number,
): Promise<FeedRow[]> {
  const rows = await feedBetween(db, authorityId, personId, since, Number.MAX_SAFE_INTEGER, limit);
  const last = rows.at(-1);
  if (last === undefined || rows.length < limit) return rows;
  const end = await commitEnd(db, authorityId, last.seq);
  return [...rows, ...(await feedBetween(db, authorityId, personId, last.seq, end.seq, Number.MAX_SAFE_INTEGER))];
}

const feedBetween = (
  db: Db,
  authorityId: string,
  personId: string,
  since: number,
  until: number,
  limit: number,
): Promise<FeedRow[]> =>
  db
    .selectFrom('feed')
    .selectAll()
    .where('authority_id', '=', authorityId)
    .where('seq', '>', since)
    .where('seq', '<=', until)
    .where((e) => e.or([e('person_id', 'is', null), e('person_id', '=', personId)]))
    .orderBy('seq')
    .limit(limit)
    .execute();

export const markAt = async (db: Db, authorityId: string, seq: number): Promise<number | undefined> =>
  (
    await db
      .selectFrom('feed_mark')
      .select('mark')
      .where('authority_id', '=', authorityId)
      .where('seq', '=', seq)
      .executeTakeFirst()
  )?.mark;

/** The end of the commit that `seq` belongs to: only there may a cursor stand. */
export const commitEnd = (db: Db, authorityId: string, seq: number) =>
  db
    .selectFrom('feed_mark')
    .select(['seq', 'mark'])
    .where('authority_id', '=', authorityId)
    .where('seq', '>=', seq)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirstOrThrow();
