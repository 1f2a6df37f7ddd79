/** The timeline, the earlier trees of texts, and what people saw when they sent something. */
import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import { prepared, preparedInsert } from './prepared.ts';
import type { EventTable, SnapshotTable, Tables, VersionTable } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;
export type EventRow = Selectable<EventTable>;

export const eventsSince = (db: Db, documentId: string, since: number): Promise<EventRow[]> =>
  eventsAfter(db, { documentId, since });
const eventsAfter = prepared((db, { documentId, since }: { documentId: string; since: number }) =>
  db
    .selectFrom('event')
    .selectAll()
    .where('document_id', '=', documentId)
    .where('seq', '>', since)
    .orderBy('at')
    .orderBy('id'),
);

export async function insertEvent(tx: Tx, row: EventRow): Promise<void> {
  await tx.insertInto('event').values(row).execute();
}

export const versionsOf = (db: Db, documentId: string, holder: string, field: string) =>
  db
    .selectFrom('version')
    .selectAll()
    .where('document_id', '=', documentId)
    .where('holder', '=', holder)
    .where('field', '=', field)
    .orderBy('id', 'desc')
    .execute();

export const insertVersion: (tx: Tx, row: Insertable<VersionTable>) => Promise<void> = preparedInsert('version');

export async function insertSnapshot(tx: Tx, row: Insertable<SnapshotTable>): Promise<void> {
  await tx.insertInto('snapshot').values(row).execute();
}

export const snapshotByHash = (db: Db, documentId: string, hash: string) =>
  db
    .selectFrom('snapshot')
    .select(['id', 'receipt'])
    .where('document_id', '=', documentId)
    .where('hash', '=', hash)
    .executeTakeFirst();

export async function setReceipt(tx: Tx, snapshotId: string, receipt: string): Promise<void> {
  await tx.updateTable('snapshot').set({ receipt }).where('id', '=', snapshotId).where('receipt', 'is', null).execute();
}
