/**
 * The bin: drafts that were deleted and may still be taken out again. Emptying it takes the words from every table that
 * holds any; ids, hashes, the order of what happened and the audit stay.
 */
import { sql, type Kysely, type Transaction } from 'kysely';
import type { WireEdit } from '#sync/protocol/push.ts';
import type { DocumentRow } from './documents.ts';
import type { Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;

/** Those that were deleted last before this instant: one that was taken out of the bin and deleted again waits anew. */
export const documentsInBinSince = (db: Db, before: number): Promise<Pick<DocumentRow, 'id' | 'authority_id'>[]> =>
  db
    .selectFrom('document')
    .innerJoin('event', 'event.document_id', 'document.id')
    .select(['document.id', 'document.authority_id'])
    .where('document.stage', '=', 'deleted')
    .where('event.what', '=', 'deleted')
    .groupBy(['document.id', 'document.authority_id'])
    .having((e) => e(e.fn.max('event.at'), '<', before))
    .orderBy('document.id')
    .execute();

/** Where words came late for a document whose own are gone: they have had their time in the bin as well. */
export const purgedWithWords = async (db: Db, before: number): Promise<Pick<DocumentRow, 'id' | 'authority_id'>[]> =>
  db
    .selectFrom('document')
    .select(['id', 'authority_id'])
    .where('stage', '=', 'purged')
    .where('id', 'in', (e) =>
      e.selectFrom('log').select('document_id').where('at', '<', before).where('edits', 'like', '%"%'),
    )
    .orderBy('id')
    .execute();

export async function eraseWords(tx: Tx, documentId: string, before: number): Promise<void> {
  for (const table of ['field', 'item', 'text', 'version', 'section', 'snapshot'] as const)
    await tx.deleteFrom(table).where('document_id', '=', documentId).execute();
  await tx.updateTable('event').set({ args: '{}' }).where('document_id', '=', documentId).execute();
  await tx.updateTable('attachment').set({ name: '' }).where('document_id', '=', documentId).execute();
  // What was asked and answered once is not asked again after so long; it held addresses and names.
  await tx
    .updateTable('command')
    .set({ body: '', verdict: '{"is":"refused","reason":"not-found"}' })
    .where('document_id', '=', documentId)
    .where('at', '<', before)
    .execute();
  const logged = await tx
    .selectFrom('log')
    .select(['id', 'edits'])
    .where('document_id', '=', documentId)
    .where('at', '<', before)
    .execute();
  for (const { id, edits } of logged)
    await tx
      .updateTable('log')
      .set({ edits: withoutWords(edits) })
      .where('id', '=', id)
      .execute();
}

/** That it was written, when and by which pen stays; where and what goes. */
const withoutWords = (edits: string): string =>
  JSON.stringify((JSON.parse(edits) as WireEdit[]).map(([n, , , , , made]) => [n, made]));

export const mineBefore = (db: Db, documentId: string, before: number) =>
  db
    .selectFrom('mine')
    .selectAll()
    .where('document_id', '=', documentId)
    .where('at', '<', before)
    .where((e) => e.or([e('value', '<>', 'null'), e('done', 'is', null)]))
    .execute();

export const attachmentsToPurge = (db: Db) =>
  db
    .selectFrom('attachment')
    .innerJoin('document', 'document.id', 'attachment.document_id')
    .select(['attachment.id', 'attachment.stored_as', 'attachment.spare_as'])
    .where('document.stage', '=', 'purged')
    .where('attachment.state', '<>', 'purged')
    .execute();

export async function setPurged(tx: Tx, attachmentId: string): Promise<void> {
  await tx
    .updateTable('attachment')
    .set({ state: 'purged', gone_at: sql`coalesce(gone_at, at)` })
    .where('id', '=', attachmentId)
    .execute();
}
