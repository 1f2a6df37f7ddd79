/** What changed in a document, as rows: for whoever is told of it. */
import type { Kysely } from 'kysely';
import type { Holder, ItemId, SectionKey } from '#sync/model/ids.ts';
import { isIn, prepared } from './prepared.ts';
import type { Tables } from './schema.ts';

type Db = Kysely<Tables>;

/** Which entries there are, and when those that are gone went. */
export const itemPlaces = (db: Db, documentId: string) => placesIn(db, { documentId });
const placesIn = prepared((db, { documentId }: { documentId: string }) =>
  db.selectFrom('item').select(['id', 'holder', 'section', 'gone', 'at', 'seq']).where('document_id', '=', documentId),
);

export const sectionRows = (db: Db, documentId: string) => sectionsIn(db, { documentId });
const sectionsIn = prepared((db, { documentId }: { documentId: string }) =>
  db.selectFrom('section').selectAll().where('document_id', '=', documentId),
);

/**
 * What changed in the named sections after `since`; every question names the sections that may be seen. `whole` are
 * holders of which everything is wanted, whenever it changed; without any, the index leads to what changed alone.
 */
export const fieldRows = (
  db: Db,
  documentId: string,
  sections: readonly SectionKey[],
  since: number,
  whole: readonly Holder[] = [],
) => (whole.length > 0 ? fieldsIn : fieldsAfter)(db, rangeOf(documentId, sections, since, whole));
const fieldsIn = prepared((db, { documentId, sections, since, whole }: Range) =>
  db
    .selectFrom('field')
    .selectAll()
    .where('document_id', '=', documentId)
    .where((e) => isIn(db, e.ref('section'), sections))
    .where((e) => e.or([e('seq', '>', since), isIn(db, e.ref('holder'), whole)])),
);
const fieldsAfter = prepared((db, { documentId, sections, since }: Range) =>
  db
    .selectFrom('field')
    .selectAll()
    .where('document_id', '=', documentId)
    .where((e) => isIn(db, e.ref('section'), sections))
    .where('seq', '>', since),
);

export const itemRows = (
  db: Db,
  documentId: string,
  sections: readonly SectionKey[],
  since: number,
  whole: readonly ItemId[] = [],
) => (whole.length > 0 ? itemsIn : itemsAfter)(db, rangeOf(documentId, sections, since, whole));
const itemsIn = prepared((db, { documentId, sections, since, whole }: Range) =>
  db
    .selectFrom('item')
    .selectAll()
    .where('document_id', '=', documentId)
    .where((e) => isIn(db, e.ref('section'), sections))
    .where((e) => e.or([e('seq', '>', since), isIn(db, e.ref('id'), whole)])),
);
const itemsAfter = prepared((db, { documentId, sections, since }: Range) =>
  db
    .selectFrom('item')
    .selectAll()
    .where('document_id', '=', documentId)
    .where((e) => isIn(db, e.ref('section'), sections))
    .where('seq', '>', since),
);

export const textRows = (
  db: Db,
  documentId: string,
  sections: readonly SectionKey[],
  since: number,
  whole: readonly Holder[] = [],
) => (whole.length > 0 ? textsIn : textsAfter)(db, rangeOf(documentId, sections, since, whole));
const textsIn = prepared((db, { documentId, sections, since, whole }: Range) =>
  db
    .selectFrom('text')
    .selectAll()
    .where('document_id', '=', documentId)
    .where((e) => isIn(db, e.ref('section'), sections))
    .where((e) => e.or([e('seq', '>', since), isIn(db, e.ref('holder'), whole)])),
);
const textsAfter = prepared((db, { documentId, sections, since }: Range) =>
  db
    .selectFrom('text')
    .selectAll()
    .where('document_id', '=', documentId)
    .where((e) => isIn(db, e.ref('section'), sections))
    .where('seq', '>', since),
);

export const attachmentRows = (db: Db, documentId: string, sections: readonly SectionKey[], since: number) =>
  attachmentsIn(db, rangeOf(documentId, sections, since, []));
const attachmentsIn = prepared((db, { documentId, sections, since }: Omit<Range, 'whole'>) =>
  db
    .selectFrom('attachment')
    .selectAll()
    .where('document_id', '=', documentId)
    .where((e) => isIn(db, e.ref('section'), sections))
    .where('seq', '>', since),
);

interface Range {
  readonly documentId: string;
  readonly sections: string;
  readonly since: number;
  readonly whole: string;
}
const rangeOf = (documentId: string, sections: readonly string[], since: number, whole: readonly string[]): Range => ({
  documentId,
  sections: JSON.stringify(sections),
  since,
  whole: JSON.stringify(whole),
});

/** A few values of one document by name: what a list shows before the contents are there. */
export const namedFields = (db: Db, documentId: string, holder: string, fields: readonly string[]) =>
  fieldsNamed(db, { documentId, holder, fields: JSON.stringify(fields) });
const fieldsNamed = prepared(
  (db, { documentId, holder, fields }: { documentId: string; holder: string; fields: string }) =>
    db
      .selectFrom('field')
      .select(['document_id', 'field', 'value'])
      .where('document_id', '=', documentId)
      .where('holder', '=', holder)
      .where((e) => isIn(db, e.ref('field'), fields)),
);
