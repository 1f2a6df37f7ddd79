/**
 * The lines of an authority's lists as everybody reads them who sees them for a role's sake alone, many at once. They
 * are made by the same functions as the line that one person is told.
 */
import type { Kysely } from 'kysely';
import { declaredKey, type SectionKey } from '#sync/model/ids.ts';
import { emptyDocumentState } from '#sync/model/state.ts';
import { documentsAmong, fieldsAmong, itemsAmong, sectionsAmong } from '#server/storage/list-rows.ts';
import type { Tables } from '#server/storage/schema.ts';
import { childFields, childSection, listLine } from './changes-since-line.ts';
import { peopleAmong } from './changes-since-people.ts';
import { removalsAmong } from './changes-since-removed.ts';
import { visibleAmong } from './changes-since-sections.ts';
import { formOfDocument, type Forms } from './forms.ts';
import type { ListedRow } from './list-pages.ts';
import { listedStages, maySee, sectionRights, type Reader, type SectionRights } from './viewer.ts';

/** Those of `ids` that stand in the list. */
export async function listedRows(
  db: Kysely<Tables>,
  forms: Forms,
  reader: Reader,
  ids: readonly string[],
): Promise<Map<string, ListedRow>> {
  const among = { authorityId: reader.authority, ids };
  const stages = listedStages(reader);
  const documents = await documentsAmong(db, among);
  const starters = documents.map(({ starter_id }) => starter_id);
  const people = await peopleAmong(db, reader.authority, starters);
  const rightsByStage = new Map<string, SectionRights>();
  const sections = grouped(await sectionsAmong(db, among));
  const items = grouped(await itemsAmong(db, among));
  const children = grouped(await fieldsAmong(db, among, childSection, childFields));
  const rows = new Map<string, ListedRow>();
  for (const row of documents) {
    if (stages.get(row.kind)?.has(row.stage) !== true || !maySee(reader, row, [])) continue;
    const form = formOfDocument(forms, row);
    const view = { row, shares: [], form, state: emptyDocumentState() };
    const removals = removalsAmong(reader, view, items.get(row.id) ?? []);
    const alike = `${row.kind} ${row.stage} ${String(row.form)}`;
    const rights = rightsByStage.get(alike) ?? once(sectionRights(reader, view));
    rightsByStage.set(alike, rights);
    const visible = visibleAmong(reader, view, removals, sections.get(row.id) ?? [], rights);
    const child = visible.has(childSection) ? (children.get(row.id) ?? []) : [];
    const line = await listLine({ reader, people }, view, visible, child, false);
    rows.set(row.id, { at: row.submitted_at ?? 0, row: line });
  }
  return rows;
}

/** Where nothing that a person wrote can hide a section, rights are the same in all documents of a stage. */
function once(rights: SectionRights): SectionRights {
  const known = new Map<SectionKey, readonly ('see' | 'write')[]>();
  return (section) => {
    const key = declaredKey(section) as SectionKey;
    const may = known.get(key) ?? rights(section);
    known.set(key, may);
    return may;
  };
}

function grouped<Row extends { readonly document_id: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.document_id);
    if (group === undefined) groups.set(row.document_id, [row]);
    else group.push(row);
  }
  return groups;
}
