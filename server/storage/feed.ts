/** The order of commits: one row an authority, locked till commit, so that commit order is seq order without gaps. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import { note } from './notes.ts';
import { isIn, onceEach, prepared, preparedInsert, preparedOne } from './prepared.ts';
import type { FeedHeadTable, FeedTable, Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;
export type FeedHead = Selectable<FeedHeadTable>;
export type FeedRow = Selectable<FeedTable>;

export const feedHead = (db: Db, authorityId: string): Promise<FeedHead | undefined> => headOf(db, { authorityId });
const headOf = preparedOne((db, { authorityId }: { authorityId: string }) =>
  db.selectFrom('feed_head').selectAll().where('authority_id', '=', authorityId),
);

/** Takes `count` numbers and the lock. Nothing but rows that carry these numbers may be written after it. */
export async function takeSeq(
  tx: Tx,
  authorityId: string,
  count: number,
  fresh: { mark: number; epoch: number },
): Promise<FeedHead> {
  const take = count > 0 ? takeNumbers : takeLock;
  let head = await take(tx, { authorityId, count, mark: fresh.mark });
  if (head === undefined) {
    // The first commit of all.
    await tx
      .insertInto('feed_head')
      .values({ authority_id: authorityId, seq: 0, mark: 0, epoch: fresh.epoch, audit_hash: '' })
      .onConflict((o) => o.column('authority_id').doNothing())
      .execute();
    head = await take(tx, { authorityId, count, mark: fresh.mark });
  }
  if (head === undefined) throw new Error('an authority has no head of its feed');
  if (count > 0) {
    await insertMark(tx, { authority_id: authorityId, seq: head.seq, mark: fresh.mark });
    note(tx, { is: 'commit', of: authorityId, seq: head.seq, mark: head.mark, epoch: head.epoch });
  }
  return head;
}
interface Taking {
  readonly authorityId: string;
  readonly count: number;
  readonly mark: number;
}
const takeNumbers = preparedOne((db, { authorityId, count, mark }: Taking) =>
  db
    .updateTable('feed_head')
    .set((e) => ({ seq: e('seq', '+', count), mark }))
    .where('authority_id', '=', authorityId)
    .returningAll(),
);
const takeLock = preparedOne((db, { authorityId }: Taking) =>
  db
    .updateTable('feed_head')
    .set((e) => ({ seq: e('seq', '+', 0) }))
    .where('authority_id', '=', authorityId)
    .returningAll(),
);
const insertMark = preparedInsert('feed_mark');

export async function setAuditHash(tx: Tx, authorityId: string, hash: string): Promise<void> {
  await auditHashIs(tx, { authorityId, hash });
}
const auditHashIs = prepared((db, { authorityId, hash }: { authorityId: string; hash: string }) =>
  db.updateTable('feed_head').set({ audit_hash: hash }).where('authority_id', '=', authorityId),
);

export const insertFeed: (tx: Tx, row: FeedRow) => Promise<void> = preparedInsert('feed');

/** Whose news it is: of all documents of the authority, or of those alone that ever concerned the person by themselves. */
export interface FeedReader {
  readonly authorityId: string;
  readonly personId: string;
  readonly hasLists: boolean;
}

/**
 * After `since`, as far as it can concern the reader: at most about `limit` rows, and the rest of the last one's commit.
 * Who is nearly up to date is given the same rows as everyone else, which are read once for all of a moment.
 */
export async function feedSince(
  db: Db,
  reader: FeedReader,
  since: number,
  head: number,
  limit: number,
): Promise<FeedRow[]> {
  if (head <= since) return [];
  if (head - since < limit) return concerning(db, reader, await feedOfAll(db, { ...reader, since, until: head }));
  const rows = await feedOfReader(db, { ...reader, since, until: head, limit });
  const last = rows.at(-1);
  if (last === undefined || rows.length < limit) return rows;
  const end = await commitEnd(db, reader.authorityId, last.seq);
  return [...rows, ...(await feedOfReader(db, { ...reader, since: last.seq, until: end.seq, limit: end.seq }))];
}

async function concerning(db: Db, { personId, hasLists }: FeedReader, rows: readonly FeedRow[]) {
  const mine = rows.filter((row) => row.person_id === null || row.person_id === personId);
  if (hasLists || mine.length === 0) return mine;
  // The same for everyone who is told of these rows, so it is asked once.
  const documents = JSON.stringify([...new Set(rows.map((row) => row.document_id))]);
  const own = documentsByPerson(await peopleIn(db, { documents })).get(personId);
  return own === undefined ? [] : mine.filter((row) => own.has(row.document_id));
}

const peopleIn = prepared((db, { documents }: { documents: string }) =>
  db
    .selectFrom('document')
    .select(['id as document_id', 'starter_id as person_id'])
    .where((e) => isIn(db, e.ref('id'), documents))
    .unionAll(
      db
        .selectFrom('share')
        .select(['document_id', 'person_id'])
        .where((e) => isIn(db, e.ref('document_id'), documents)),
    ),
);
const documentsByPerson = onceEach((rows: readonly { document_id: string; person_id: string }[]) => {
  const documents = new Map<string, Set<string>>();
  for (const { document_id, person_id } of rows)
    documents.set(person_id, (documents.get(person_id) ?? new Set()).add(document_id));
  return documents;
});

interface FeedRange {
  readonly authorityId: string;
  readonly since: number;
  readonly until: number;
}
const rangeOf = (db: Db, { authorityId, since, until }: FeedRange) =>
  db
    .selectFrom('feed')
    .selectAll()
    .where('authority_id', '=', authorityId)
    .where('seq', '>', since)
    .where('seq', '<=', until)
    .orderBy('seq');
const feedOfAll = prepared(rangeOf);

const feedOfReader = (db: Db, range: FeedReader & FeedRange & { readonly limit: number }): Promise<FeedRow[]> =>
  (range.hasLists ? feedOfLists : feedOfOwn)(db, range);
const feedOfLists = prepared((db, range: FeedRange & { readonly personId: string; readonly limit: number }) =>
  rangeOf(db, range)
    .where((e) => e.or([e('person_id', 'is', null), e('person_id', '=', range.personId)]))
    .limit(range.limit),
);
const feedOfOwn = prepared((db, range: FeedRange & { readonly personId: string; readonly limit: number }) =>
  rangeOf(db, range)
    .where((e) => e.or([e('person_id', 'is', null), e('person_id', '=', range.personId)]))
    .where((e) => e('document_id', 'in', documentsOf(db, range)))
    .limit(range.limit),
);

const documentsOf = (db: Db, { authorityId, personId }: { readonly authorityId: string; readonly personId: string }) =>
  db
    .selectFrom('document')
    .select('id as document_id')
    .where('authority_id', '=', authorityId)
    .where('starter_id', '=', personId)
    .union(db.selectFrom('share').select('document_id').where('person_id', '=', personId));

export const markAt = async (db: Db, authorityId: string, seq: number): Promise<number | undefined> =>
  (await markOf(db, { authorityId, seq }))?.mark;
const markOf = preparedOne((db, { authorityId, seq }: { authorityId: string; seq: number }) =>
  db.selectFrom('feed_mark').select('mark').where('authority_id', '=', authorityId).where('seq', '=', seq),
);

/** The end of the commit that `seq` belongs to: only there may a cursor stand. */
export async function commitEnd(db: Db, authorityId: string, seq: number): Promise<{ seq: number; mark: number }> {
  const end = await endOf(db, { authorityId, seq });
  if (end === undefined) throw new Error('a number of the feed belongs to no commit');
  return end;
}
const endOf = preparedOne((db, { authorityId, seq }: { authorityId: string; seq: number }) =>
  db
    .selectFrom('feed_mark')
    .select(['seq', 'mark'])
    .where('authority_id', '=', authorityId)
    .where('seq', '>=', seq)
    .orderBy('seq')
    .limit(1),
);
