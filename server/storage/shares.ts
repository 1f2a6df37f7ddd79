/** With whom a starter shared a draft, and since when. A share that ended is kept: it says who could write once. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import { note } from './notes.ts';
import { prepared } from './prepared.ts';
import type { ShareTable, Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;
export type ShareRow = Selectable<ShareTable>;

/** Oldest first. */
export const sharesOf = (db: Db, documentId: string): Promise<ShareRow[]> => sharesIn(db, { documentId });
const sharesIn = prepared((db, { documentId }: { documentId: string }) =>
  db.selectFrom('share').selectAll().where('document_id', '=', documentId).orderBy('shared_at').orderBy('id'),
);

export async function saveShare(tx: Tx, row: ShareRow): Promise<void> {
  await tx
    .insertInto('share')
    .values(row)
    .onConflict((o) => o.column('id').doUpdateSet({ ended_at: row.ended_at, seq: row.seq }))
    .execute();
  if (row.ended_at !== null) note(tx, { is: 'ended', what: 'share', id: row.id, at: row.ended_at });
}
