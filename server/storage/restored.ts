/** What is written when a backup was put back, and what is asked of it afterwards. */
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Ended, Note } from './notes.ts';
import type { Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;

export const feedHeads = (db: Db) => db.selectFrom('feed_head').selectAll().execute();

/** Another history begins: nothing that was told under the old one counts. */
export async function setEpoch(tx: Tx, authorityId: string, epoch: number, at: number): Promise<void> {
  await tx.updateTable('feed_head').set({ epoch, restored_at: at }).where('authority_id', '=', authorityId).execute();
}

/** `isWrittenOn`: since it was put back, somebody wrote, so nobody can say how far a section had come then. */
export async function keepVersAsRestored(tx: Tx, isWrittenOn: boolean): Promise<void> {
  await tx
    .updateTable('section')
    .set({ restored_ver: isWrittenOn ? 0 : sql<number>`case when restored_ver < ver then restored_ver else ver end` })
    .execute();
}

export async function restoredVers(db: Db, documentId: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('section')
    .select(['section', 'restored_ver'])
    .where('document_id', '=', documentId)
    .execute();
  return new Map(rows.map((row) => [row.section, row.restored_ver ?? 0]));
}

/** Beyond every number that may have been given in the time that is lost. */
export async function jumpCounter(tx: Tx, authorityId: string, year: number, known: number): Promise<void> {
  const row = await tx
    .selectFrom('case_counter')
    .select('last')
    .where('authority_id', '=', authorityId)
    .where('year', '=', year)
    .executeTakeFirst();
  const last = Math.max(row?.last ?? 0, known) + 100;
  await tx
    .insertInto('case_counter')
    .values({ authority_id: authorityId, year, last })
    .onConflict((o) => o.columns(['authority_id', 'year']).doUpdateSet({ last }))
    .execute();
}
export const counterYears = (db: Db, authorityId: string) =>
  db.selectFrom('case_counter').select(['year', 'last']).where('authority_id', '=', authorityId).execute();

/** A right that ended stays ended; of a row that is not here it is remembered, because its device may bring it again. */
export async function endAgain(tx: Tx, { what, id, at }: Extract<Note, { is: 'ended' }>): Promise<void> {
  const isEnded: Record<Ended, () => Promise<unknown>> = {
    share: () =>
      tx.updateTable('share').set({ ended_at: at }).where('id', '=', id).where('ended_at', 'is', null).execute(),
    membership: () =>
      tx.updateTable('membership').set({ ended_at: at }).where('id', '=', id).where('ended_at', 'is', null).execute(),
    account: () => tx.updateTable('person').set({ is_active: 0 }).where('id', '=', id).execute(),
    device: () =>
      tx.updateTable('device').set({ revoked_at: at }).where('id', '=', id).where('revoked_at', 'is', null).execute(),
    session: () =>
      tx
        .updateTable('session')
        .set({ ended_at: at })
        .where('token_hash', '=', id)
        .where('ended_at', 'is', null)
        .execute(),
    sessions: () =>
      tx
        .updateTable('session')
        .set({ ended_at: at })
        .where('person_id', '=', id)
        .where('created_at', '<=', at)
        .where('ended_at', 'is', null)
        .execute(),
  };
  await isEnded[what]();
  if (what === 'share' || what === 'device') await remember(tx, { what, id, detail: '', at });
}

/** A letter that went does not go again, whether its row is here or will be made anew. */
export async function sentAgain(tx: Tx, id: string, at: number): Promise<void> {
  await tx
    .updateTable('message')
    .set({ state: 'sent', sent_at: at })
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'sending'])
    .execute();
  await remember(tx, { what: 'sent', id, detail: '', at });
}

export async function remember(
  tx: Tx,
  row: { what: 'share' | 'device' | 'sent' | 'edit'; id: string; detail: string; at: number },
): Promise<void> {
  await tx
    .insertInto('second_place')
    .values(row)
    .onConflict((o) => o.columns(['what', 'id']).doUpdateSet({ detail: row.detail, at: row.at }))
    .execute();
}

export const remembered = (db: Db, what: 'share' | 'device' | 'sent' | 'edit', id: string) =>
  db
    .selectFrom('second_place')
    .select(['detail', 'at'])
    .where('what', '=', what)
    .where('id', '=', id)
    .executeTakeFirst();

/** Rights that ended after this point of the feed; of those that do not count in it, all that ever ended. */
export async function rightsEndedSince(
  db: Db,
  authorityId: string,
  seq: number,
): Promise<{ readonly what: Ended; readonly id: string; readonly at: number }[]> {
  const shares = await db
    .selectFrom('share')
    .select(['id', 'ended_at as at'])
    .where('authority_id', '=', authorityId)
    .where('seq', '>', seq)
    .where('ended_at', 'is not', null)
    .execute();
  const memberships = await db
    .selectFrom('membership')
    .select(['id', 'ended_at as at'])
    .where('authority_id', '=', authorityId)
    .where('ended_at', 'is not', null)
    .execute();
  const devices = await db
    .selectFrom('device')
    .select(['id', 'revoked_at as at'])
    .where('authority_id', '=', authorityId)
    .where('revoked_at', 'is not', null)
    .execute();
  const accounts = await db
    .selectFrom('person')
    .select('id')
    .where('authority_id', '=', authorityId)
    .where('is_active', '=', 0)
    .execute();
  const all = { share: shares, membership: memberships, device: devices, account: accounts };
  return (Object.entries(all) as [Ended, { id: string; at?: number | null }[]][]).flatMap(([what, rows]) =>
    rows.map(({ id, at }) => ({ what, id, at: at ?? 0 })),
  );
}
