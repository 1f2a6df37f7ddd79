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

/** Those that nobody has judged yet or could judge, and pictures from before copies were made of them. */
export const attachmentsToLookAt = (db: Db): Promise<Pick<AttachmentRow, 'id'>[]> =>
  db
    .selectFrom('attachment')
    .select('id')
    .where('gone_at', 'is', null)
    .where((e) =>
      e.or([
        e('state', 'in', ['arriving', 'received', 'held']),
        e.and([e('state', '=', 'ready'), e('copy_bytes', 'is', null), e('type', 'like', 'image/%')]),
      ]),
    )
    .orderBy('at')
    .execute();

/** Something of it lies in the store that no file is any more, or is not yet. */
export const attachmentsWithSpare = (db: Db): Promise<Pick<AttachmentRow, 'id'>[]> =>
  db.selectFrom('attachment').select('id').where('spare_as', 'is not', null).execute();

/** It is nobody's news, so no device hears of it. */
export async function setSpare(tx: Tx, id: string, name: string | null): Promise<void> {
  await tx.updateTable('attachment').set({ spare_as: name }).where('id', '=', id).execute();
}

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
  const { category, dated_on, state, reason, stored_as, received_bytes, copy_bytes, spare_as, gone_at, seq } = row;
  const now = { category, dated_on, state, reason, stored_as, received_bytes, copy_bytes, spare_as, gone_at, seq };
  await tx
    .insertInto('attachment')
    .values(row)
    .onConflict((o) => o.column('id').doUpdateSet(now))
    .execute();
}
