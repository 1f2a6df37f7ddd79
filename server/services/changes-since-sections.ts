/**
 * Which sections of a document exist for one person: those of the form and those that each item has of its own, as far
 * as their rights reach at this moment.
 */
import type { Kysely } from 'kysely';
import { sectionOf, type DocumentId, type ItemId, type SectionKey } from '#sync/model/ids.ts';
import type { DocumentState } from '#sync/model/state.ts';
import { isItems, type Fields, type FormDefinition } from '#sync/forms/define.ts';
import type { SectionChange } from '#sync/protocol/changes.ts';
import type { DocumentRow } from '#server/storage/documents.ts';
import type { Tables } from '#server/storage/schema.ts';
import { itemRows, sectionRows } from '#server/storage/section-rows.ts';
import type { ShareRow } from '#server/storage/shares.ts';
import type { People } from './changes-since-people.ts';
import type { Removals } from './changes-since-removed.ts';
import { ofForm } from '#sync/forms/of-form.ts';
import { hideableSections, isHideable, sectionRights, type Reader, type SectionRights } from './viewer.ts';

export interface DocumentView {
  readonly row: DocumentRow;
  readonly shares: readonly ShareRow[];
  readonly form: FormDefinition;
  /** As much of it as rights depend on. */
  readonly state: DocumentState;
}
export interface Reading {
  readonly db: Kysely<Tables>;
  readonly reader: Reader;
  readonly people: People;
  readonly views: Map<string, DocumentView | undefined>;
}

/** The sections that the person may see, each with the count that it stands at. */
export const visibleSections = async (
  { db, reader }: Pick<Reading, 'db' | 'reader'>,
  view: DocumentView,
  removals: Removals,
): Promise<Map<SectionKey, VisibleSection>> => visibleAmong(reader, view, removals, await sectionRows(db, view.row.id));

export function visibleAmong(
  reader: Reader,
  view: DocumentView,
  removals: Removals,
  rows: readonly SectionCount[],
  rights: SectionRights = sectionRights(reader, view),
): Map<SectionKey, VisibleSection> {
  const { form } = view;
  const visible = new Map<SectionKey, VisibleSection>();
  const add = (section: SectionKey, ver: number, seq: number, updatedAt: number) => {
    const may = rights(section);
    if (may.includes('see') && removals.isSectionShown(section)) visible.set(section, { ver, seq, updatedAt, may });
  };
  const inItems = sectionsInItems(form);
  for (const key of Object.keys(form.sections)) if (!inItems.has(key)) add(key as SectionKey, 0, 0, 0);
  for (const stored of rows) add(stored.section as SectionKey, stored.ver, stored.seq, stored.updated_at);
  return visible;
}
export type SectionCount = Pick<
  Awaited<ReturnType<typeof sectionRows>>[number],
  'section' | 'ver' | 'seq' | 'updated_at'
>;
export interface VisibleSection {
  readonly ver: number;
  readonly seq: number;
  readonly updatedAt: number;
  readonly may: readonly ('see' | 'write')[];
}

/** An item's own sections exist with the item, also while nothing is written in them. */
export function unwrittenSections(
  rights: SectionRights,
  doc: DocumentId,
  item: ItemId,
  keys: readonly string[],
  visible: Map<SectionKey, VisibleSection>,
): SectionChange[] {
  return keys
    .map((key) => sectionOf(key, item))
    .filter((section) => !visible.has(section))
    .flatMap((section): SectionChange[] => {
      const may = rights(section);
      return may.includes('see') ? [{ t: 'section', doc, section, ver: 0, may }] : [];
    });
}

/** Sections that a wish can hide, as far as they exist and this person may not see them now. */
export async function hiddenSections(
  { db, reader }: Reading,
  view: DocumentView,
  visible: Map<SectionKey, VisibleSection>,
  removals: Removals,
): Promise<SectionChange[]> {
  const { row, form } = view;
  if (!isHideable(reader, form)) return [];
  const inItems = sectionsInItems(form);
  const seen = (await itemRows(db, row.id, [...visible.keys()], 0)).filter(({ id }) => removals.isTold(id as ItemId));
  const keys = hideableSections(form).flatMap((key) =>
    inItems.has(key) ? seen.map(({ id }) => sectionOf(key, id as ItemId)) : [key as SectionKey],
  );
  const rights = sectionRights(reader, view);
  return keys
    .filter((section) => !visible.has(section) && !rights(section).includes('see'))
    .map((section) => ({ t: 'section', doc: row.id as DocumentId, section, ver: 0, may: [] }));
}

/** The declared keys of sections that exist once for each item. */
export const sectionsInItems = ofForm((form): ReadonlySet<string> => {
  const keys = new Set<string>();
  const visit = (fields: Fields, isInItem: boolean): void => {
    for (const field of Object.values(fields)) {
      if (isInItem && field.section !== undefined) keys.add(field.section);
      if (isItems(field)) visit(field.fields, true);
    }
  };
  for (const section of Object.values(form.sections)) visit(section.fields, false);
  return keys;
});
