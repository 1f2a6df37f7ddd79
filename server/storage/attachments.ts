/** Files that go with documents: what is known of each. Their bytes lie elsewhere, under `stored_as`. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { AttachmentTable, Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;
export type AttachmentRow = Selectable<AttachmentTable>;

export const attachmentById = (db: Db, id: string): Promise<AttachmentRow | undefined> =>
  db.selectFrom('attachment').selectAll().where('id', '=', id).executeTakeFirst();

export const attachmentsOf = (db: Db, documentId: string): Promise<AttachmentRow[]> =>
  db.selectFrom('attachment').selectAll().where('document_id', '=', documentId).orderBy('id').execute();

/** All of it is here, and nobody has said yet whether it may stay. */
export const attachmentsIn = (db: Db, states: readonly string[]): Promise<AttachmentRow[]> =>
  db.selectFrom('attachment').selectAll().where('state', 'in', states).where('gone_at', 'is', null).execute();

/** Bytes that a person has announced since an instant, whatever became of them. */
export async function bytesOfPerson(db: Db, personId: string, since: number): Promise<number> {
  const row = await db
    .selectFrom('attachment')
    .select((e) => e.fn.sum<number | string | null>('size_bytes').as('bytes'))
    .where('person_id', '=', personId)
    .where('at', '>', since)
    .executeTakeFirst();
  return Number(row?.bytes ?? 0);
}

export async function saveAttachment(tx: Tx, row: AttachmentRow): Promise<void> {
  const { category, dated_on, state, reason, received_bytes, gone_at, seq } = row;
  await tx
    .insertInto('attachment')
    .values(row)
    .onConflict((o) => o.column('id').doUpdateSet({ category, dated_on, state, reason, received_bytes, gone_at, seq }))
    .execute();
}
