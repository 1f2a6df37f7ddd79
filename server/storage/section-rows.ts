/** What changed in a document, as rows: for whoever is told of it. */
import type { Kysely } from 'kysely';
import type { Holder, ItemId, SectionKey } from '#sync/model/ids.ts';
import type { Tables } from './schema.ts';

type Db = Kysely<Tables>;

/** Which entries there are, and when those that are gone went. */
export const itemPlaces = (db: Db, documentId: string) =>
  db
    .selectFrom('item')
    .select(['id', 'holder', 'section', 'gone', 'at', 'seq'])
    .where('document_id', '=', documentId)
    .execute();

/**
 * What changed in the named sections after `since`; every question names the sections that may be seen. `whole` are
 * holders of which everything is wanted, whenever it changed.
 */
export const sectionRows = (db: Db, documentId: string) =>
  db.selectFrom('section').selectAll().where('document_id', '=', documentId).execute();
export const fieldRows = (
  db: Db,
  documentId: string,
  sections: readonly SectionKey[],
  since: number,
  whole: readonly Holder[] = [],
) =>
  db
    .selectFrom('field')
    .selectAll()
    .where('document_id', '=', documentId)
    .where('section', 'in', sections)
    .where((e) => (whole.length === 0 ? e('seq', '>', since) : e.or([e('seq', '>', since), e('holder', 'in', whole)])))
    .execute();
export const itemRows = (
  db: Db,
  documentId: string,
  sections: readonly SectionKey[],
  since: number,
  whole: readonly ItemId[] = [],
) =>
  db
    .selectFrom('item')
    .selectAll()
    .where('document_id', '=', documentId)
    .where('section', 'in', sections)
    .where((e) => (whole.length === 0 ? e('seq', '>', since) : e.or([e('seq', '>', since), e('id', 'in', whole)])))
    .execute();
export const textRows = (
  db: Db,
  documentId: string,
  sections: readonly SectionKey[],
  since: number,
  whole: readonly Holder[] = [],
) =>
  db
    .selectFrom('text')
    .selectAll()
    .where('document_id', '=', documentId)
    .where('section', 'in', sections)
    .where((e) => (whole.length === 0 ? e('seq', '>', since) : e.or([e('seq', '>', since), e('holder', 'in', whole)])))
    .execute();
export const attachmentRows = (db: Db, documentId: string, sections: readonly SectionKey[], since: number) =>
  db
    .selectFrom('attachment')
    .selectAll()
    .where('document_id', '=', documentId)
    .where('section', 'in', sections)
    .where('seq', '>', since)
    .execute();

/** A few values by name: what a list shows before the contents are there. */
export const namedFields = (db: Db, documentIds: readonly string[], holder: string, fields: readonly string[]) =>
  db
    .selectFrom('field')
    .select(['document_id', 'field', 'value'])
    .where('document_id', 'in', documentIds)
    .where('holder', '=', holder)
    .where('field', 'in', fields)
    .execute();
