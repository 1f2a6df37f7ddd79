/** Documents, the pens that write in them, and which of them a device keeps whole. */
import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import { isPostgres } from './dialect.ts';
import { note } from './notes.ts';
import { prepared, preparedInsert, preparedOne } from './prepared.ts';
import type { DocumentTable, PenTable, Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;
export type DocumentRow = Selectable<DocumentTable>;
export type PenRow = Selectable<PenTable>;

/**
 * In the order of their ids, so that two transactions never wait for each other. Rows that name a document can be added
 * meanwhile: its key does not change. SQLite has one writer anyway.
 */
export async function lockDocuments(tx: Tx, ids: readonly string[]): Promise<void> {
  if (!isPostgres(tx) || ids.length === 0) return;
  await tx.selectFrom('document').select('id').where('id', 'in', ids).orderBy('id').forNoKeyUpdate().execute();
}

export const documentById = (db: Db, authorityId: string, id: string): Promise<DocumentRow | undefined> =>
  documentOfId(db, { authorityId, id });
const documentOfId = preparedOne((db, { authorityId, id }: { authorityId: string; id: string }) =>
  db.selectFrom('document').selectAll().where('authority_id', '=', authorityId).where('id', '=', id),
);

/** Whether the id is in use at all: ids are random, so only a hostile or copied device meets one of another authority. */
export const isDocumentKnown = async (db: Db, id: string): Promise<boolean> =>
  (await db.selectFrom('document').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;

export async function insertDocument(tx: Tx, row: Insertable<DocumentTable>): Promise<void> {
  await tx.insertInto('document').values(row).execute();
}

export async function updateDocument(tx: Tx, row: DocumentRow): Promise<void> {
  const { id, authority_id: _authority, created_at: _created, ...change } = row;
  await tx.updateTable('document').set(change).where('id', '=', id).execute();
}

/** Documents that concern a person by themselves: started, or shared with them now. */
export const documentsOfPerson = (db: Db, authorityId: string, personId: string): Promise<DocumentRow[]> =>
  documentsOf(db, { authorityId, personId });
const documentsOf = prepared((db, { authorityId, personId }: { authorityId: string; personId: string }) =>
  db
    .selectFrom('document')
    .selectAll()
    .where('authority_id', '=', authorityId)
    .where((e) =>
      e.or([
        e('starter_id', '=', personId),
        e(
          'id',
          'in',
          e.selectFrom('share').select('document_id').where('person_id', '=', personId).where('ended_at', 'is', null),
        ),
      ]),
    ),
);

export const documentsInStages = (
  db: Db,
  authorityId: string,
  kind: string,
  stages: readonly string[],
): Promise<DocumentRow[]> =>
  db
    .selectFrom('document')
    .selectAll()
    .where('authority_id', '=', authorityId)
    .where('kind', '=', kind)
    .where('stage', 'in', stages)
    .execute();

export const penById = (db: Db, id: string): Promise<PenRow | undefined> => penOfId(db, { id });
const penOfId = preparedOne((db, { id }: { id: string }) => db.selectFrom('pen').selectAll().where('id', '=', id));

export const isClientIdTaken = async (db: Db, documentId: string, clientId: number): Promise<boolean> =>
  (await penOfClient(db, { documentId, clientId })) !== undefined;
const penOfClient = preparedOne((db, { documentId, clientId }: { documentId: string; clientId: number }) =>
  db.selectFrom('pen').select('id').where('document_id', '=', documentId).where('client_id', '=', clientId),
);

export const savePen: (tx: Tx, pen: PenRow) => Promise<void> = preparedInsert('pen', ['id']);

export const heldDocuments = async (db: Db, deviceId: string, documentIds: readonly string[]): Promise<Set<string>> => {
  if (documentIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('holding')
    .select('document_id')
    .where('device_id', '=', deviceId)
    .where('document_id', 'in', documentIds)
    .execute();
  return new Set(rows.map((row) => row.document_id));
};

export async function insertHolding(
  tx: Tx,
  row: { device_id: string; document_id: string; authority_id: string; since: number },
): Promise<void> {
  await tx
    .insertInto('holding')
    .values(row)
    .onConflict((o) => o.columns(['device_id', 'document_id']).doNothing())
    .execute();
}

/** The next number of a year's cases: never given twice, because the row is locked until the commit. */
export async function nextCaseNumber(tx: Tx, authorityId: string, year: number): Promise<number> {
  const row = await tx
    .insertInto('case_counter')
    .values({ authority_id: authorityId, year, last: 1 })
    .onConflict((o) =>
      o.columns(['authority_id', 'year']).doUpdateSet((e) => ({ last: e('case_counter.last', '+', 1) })),
    )
    .returning('last')
    .executeTakeFirstOrThrow();
  note(tx, { is: 'number', of: authorityId, year, last: row.last });
  return row.last;
}

export const isNumberTaken = async (db: Db, authorityId: string, caseNumber: string): Promise<boolean> =>
  (await db
    .selectFrom('document')
    .select('id')
    .where('authority_id', '=', authorityId)
    .where('case_number', '=', caseNumber)
    .executeTakeFirst()) !== undefined;
