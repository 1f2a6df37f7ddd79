/** What a person must be told about their own words. A row stays when it was dealt with: `done` says how. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import { prepared, preparedInsert } from './prepared.ts';
import type { MineTable, Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;
export type MineRow = Selectable<MineTable>;

export const mineById = (db: Db, personId: string, id: string): Promise<MineRow | undefined> =>
  db.selectFrom('mine').selectAll().where('person_id', '=', personId).where('id', '=', id).executeTakeFirst();

export const mineSince = (
  db: Db,
  authorityId: string,
  personId: string,
  since: number,
  until: number,
): Promise<MineRow[]> => mineBetween(db, { authorityId, personId, since, until });
interface MineRange {
  readonly authorityId: string;
  readonly personId: string;
  readonly since: number;
  readonly until: number;
}
const mineBetween = prepared((db, { authorityId, personId, since, until }: MineRange) =>
  db
    .selectFrom('mine')
    .selectAll()
    .where('authority_id', '=', authorityId)
    .where('person_id', '=', personId)
    .where('seq', '>', since)
    .where('seq', '<=', until)
    .orderBy('seq')
    .orderBy('at'),
);

/** All that waits to be dealt with: for a device that starts afresh. */
export const mineOpen = (db: Db, authorityId: string, personId: string): Promise<MineRow[]> =>
  mineWaiting(db, { authorityId, personId });
const mineWaiting = prepared((db, { authorityId, personId }: { authorityId: string; personId: string }) =>
  db
    .selectFrom('mine')
    .selectAll()
    .where('authority_id', '=', authorityId)
    .where('person_id', '=', personId)
    .where('done', 'is', null)
    .orderBy('seq')
    .orderBy('at'),
);

/** The pieces of one pen's late words in one text are kept as one thing to deal with. */
export async function parkedText(
  db: Db,
  personId: string,
  documentId: string,
  holder: string,
  field: string,
  pen: string,
): Promise<MineRow | undefined> {
  const rows = await db
    .selectFrom('mine')
    .selectAll()
    .where('person_id', '=', personId)
    .where('document_id', '=', documentId)
    .where('holder', '=', holder)
    .where('field', '=', field)
    .where('what', '=', 'parked')
    .where('done', 'is', null)
    .orderBy('seq', 'desc')
    .execute();
  return rows.find((row) => row.edit.startsWith(`${pen}.`));
}

/** Documents in which words wait: for a server that knows their form, or for others' that they were written into. */
export const documentsAwaitingUpdate = (db: Db): Promise<Pick<MineRow, 'document_id' | 'authority_id'>[]> =>
  db
    .selectFrom('mine')
    .select(['document_id', 'authority_id'])
    .distinct()
    .where('reason', 'in', ['newer-app', 'gap'])
    .where('done', 'is', null)
    .orderBy('document_id')
    .execute();

export const awaitingUpdate = (db: Db, documentId: string): Promise<MineRow[]> =>
  db
    .selectFrom('mine')
    .selectAll()
    .where('document_id', '=', documentId)
    .where('reason', 'in', ['newer-app', 'gap'])
    .where('done', 'is', null)
    .execute();

/** What people still have to deal with, and what was judged: words that still wait to be are kept as they were sent. */
export const judgedIn = (db: Db, documentId: string): Promise<MineRow[]> =>
  db
    .selectFrom('mine')
    .selectAll()
    .where('document_id', '=', documentId)
    .where((e) => e.or([e('reason', 'is', null), e('reason', 'not in', ['newer-app', 'gap'])]))
    .where('done', 'is', null)
    .execute();

/** All late words of a person in one document, whatever became of them. */
export const parkedIn = (db: Db, personId: string, documentId: string): Promise<MineRow[]> =>
  db
    .selectFrom('mine')
    .selectAll()
    .where('person_id', '=', personId)
    .where('document_id', '=', documentId)
    .where('what', '=', 'parked')
    .execute();

export const saveMine: (tx: Tx, row: MineRow) => Promise<void> = preparedInsert('mine', ['id']);
