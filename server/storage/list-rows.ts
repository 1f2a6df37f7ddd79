/** What the lines of an authority's lists are made of, for many documents at once. */
import type { Kysely } from 'kysely';
import type { DocumentRow } from './documents.ts';
import { isIn, prepared } from './prepared.ts';
import type { Tables } from './schema.ts';

type Db = Kysely<Tables>;

interface Listed {
  readonly authorityId: string;
  readonly kind: string;
  readonly stages: readonly string[];
}
export const documentsListed = (db: Db, { authorityId, kind, stages }: Listed) =>
  listed(db, { authorityId, kind, stages: JSON.stringify(stages) });
const listed = prepared((db, { authorityId, kind, stages }: Omit<Listed, 'stages'> & { readonly stages: string }) =>
  db
    .selectFrom('document')
    .select(['id', 'submitted_at'])
    .where('authority_id', '=', authorityId)
    .where('kind', '=', kind)
    .where((e) => isIn(db, e.ref('stage'), stages)),
);

interface Among {
  readonly authorityId: string;
  readonly ids: readonly string[];
}
const among =
  <Row>(ask: (db: Db, given: { authorityId: string; ids: string }) => Promise<Row[]>) =>
  (db: Db, { authorityId, ids }: Among): Promise<Row[]> =>
    ask(db, { authorityId, ids: JSON.stringify(ids) });

/** By their ids alone: with the authority beside them SQLite reads all of its documents. */
export const documentsAmong = async (db: Db, { authorityId, ids }: Among): Promise<DocumentRow[]> =>
  (await documentsOfIds(db, { ids: JSON.stringify(ids) })).filter((row) => row.authority_id === authorityId);
const documentsOfIds = prepared((db, { ids }: { ids: string }) =>
  db
    .selectFrom('document')
    .selectAll()
    .where((e) => isIn(db, e.ref('id'), ids)),
);
export const sectionsAmong = among(
  prepared((db, { authorityId, ids }) =>
    db
      .selectFrom('section')
      .select(['document_id', 'section', 'ver', 'seq', 'updated_at'])
      .where('authority_id', '=', authorityId)
      .where((e) => isIn(db, e.ref('document_id'), ids)),
  ),
);
export const itemsAmong = among(
  prepared((db, { authorityId, ids }) =>
    db
      .selectFrom('item')
      .select(['document_id', 'id', 'holder', 'section', 'gone', 'at', 'seq'])
      .where('authority_id', '=', authorityId)
      .where((e) => isIn(db, e.ref('document_id'), ids)),
  ),
);
/** The named fields of one section. */
export const fieldsAmong = (db: Db, { authorityId, ids }: Among, holder: string, fields: readonly string[]) =>
  namedAmong(db, { authorityId, ids: JSON.stringify(ids), holder, fields: JSON.stringify(fields) });
const namedAmong = prepared((db, given: { authorityId: string; ids: string; holder: string; fields: string }) =>
  db
    .selectFrom('field')
    .select(['document_id', 'field', 'value'])
    .where('authority_id', '=', given.authorityId)
    .where('holder', '=', given.holder)
    .where((e) => isIn(db, e.ref('document_id'), given.ids))
    .where((e) => isIn(db, e.ref('field'), given.fields)),
);

/** Documents that changed in (since, until], no more than `limit`. */
export const documentsChanged = prepared(
  (db, given: { authorityId: string; since: number; until: number; limit: number }) =>
    db
      .selectFrom('feed')
      .select('document_id')
      .distinct()
      .where('authority_id', '=', given.authorityId)
      .where('seq', '>', given.since)
      .where('seq', '<=', given.until)
      .limit(given.limit),
);

export const heldOnDevice = async (db: Db, deviceId: string): Promise<string[]> =>
  (await heldBy(db, { deviceId })).map((row) => row.document_id);
const heldBy = prepared((db, { deviceId }: { deviceId: string }) =>
  db.selectFrom('holding').select('document_id').where('device_id', '=', deviceId),
);
