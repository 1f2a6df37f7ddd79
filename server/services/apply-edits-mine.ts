/** What an author is told of their own words: those that came too late, and those that were taken but do not stand. */
import { goneField, type Json, type PlacedEdit } from '#sync/model/edit.ts';
import {
  addressOf,
  declaredKey,
  editId,
  itemOfSection,
  makeId,
  type ItemId,
  type SectionKey,
} from '#sync/model/ids.ts';
import type { Verdict } from '#sync/model/verdict.ts';
import type { Notice } from '#sync/fold/fold.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import { locate } from '#sync/forms/locate.ts';
import type { Reason } from '#sync/reasons.ts';
import { wordsOfTexts } from '#sync/fold/text-words.ts';
import { parkedText } from '#server/storage/mine.ts';
import type { Batch, OpenDocument } from './group-commit-batch.ts';
import { sectionRights, type Reader } from './viewer.ts';

/** `section` where the document itself cannot tell it: the entry that the words belong to came too late as well. */
export async function noteMine(
  batch: Batch,
  document: OpenDocument,
  edit: PlacedEdit,
  reason: Reason,
  section = sectionOf(document, edit),
): Promise<void> {
  const value = valueShown(edit);
  const earlier = edit.kind === 'text' ? await earlierPieces(batch, document, edit) : undefined;
  if (earlier !== undefined) {
    document.mine.set(earlier.id, {
      ...earlier,
      value: JSON.stringify(`${String(JSON.parse(earlier.value))}${String(value)}`),
    });
    return;
  }
  const id = makeId<string>(batch.ports.random);
  document.mine.set(id, {
    id,
    authority_id: document.row.authority_id,
    document_id: document.row.id,
    person_id: edit.person,
    what: 'parked',
    reason,
    section,
    holder: edit.holder,
    field: edit.field,
    edit: editId(edit.pen, edit.n),
    value: JSON.stringify(value),
    standing: null,
    by_person: null,
    at: edit.stamp,
    done: null,
  });
}

/**
 * The edit was taken, but not as its author meant it: another answer stands, or an entry was kept or came back. Whoever
 * arrives second is told as well as whoever was there first; the order of arrival is chance.
 */
export function noteOutcome(
  batch: Batch,
  document: OpenDocument,
  { reader, at }: { readonly reader: Reader; readonly at: number },
  edit: PlacedEdit,
  verdict: Verdict,
  others: readonly Notice[],
): void {
  const { reason } = verdict;
  if (verdict.is !== 'merged' || (reason !== 'overtaken' && reason !== 'item-kept' && reason !== 'item-revived'))
    return;
  const field = document.state.fields.get(addressOf(edit.holder, edit.field));
  const winner = field?.sides.find(
    (side) => side.device !== edit.device && JSON.stringify(side.value) === JSON.stringify(field.value),
  );
  const isOvertaken = reason === 'overtaken';
  const same = [...document.mine.values()].find(
    (row) =>
      row.what === reason &&
      row.person_id === edit.person &&
      row.holder === edit.holder &&
      row.field === edit.field &&
      row.done === null,
  );
  const id = same?.id ?? makeId<string>(batch.ports.random);
  document.mine.set(id, {
    id,
    authority_id: document.row.authority_id,
    document_id: document.row.id,
    person_id: edit.person,
    what: reason,
    reason: null,
    section: sectionOf(document, edit),
    holder: edit.holder,
    field: isOvertaken ? edit.field : goneField,
    edit: editId(edit.pen, edit.n),
    value: JSON.stringify(isOvertaken ? edit.value : null),
    standing: isOvertaken ? JSON.stringify(field?.value ?? null) : null,
    by_person: (isOvertaken ? winner?.person : writerSeen(reader, document, others)) ?? null,
    at,
    done: null,
  });
}

/** Who wrote in the entry, as far as the reader may see where: a name would tell who writes in what is hidden. */
function writerSeen(reader: Reader, document: OpenDocument, others: readonly Notice[]) {
  const rights = sectionRights(reader, document);
  const isSeen = ({ wroteIn, section }: Notice) => (wroteIn ?? [section]).some((one) => rights(one).includes('see'));
  return others.find(isSeen)?.person;
}

/** Whoever sees the document sees this section: no part is shut out of it, and no wish can hide it. */
export function isOpenToAll(form: FormDefinition, section: SectionKey): boolean {
  const declared = form.sections[declaredKey(section)];
  return declared !== undefined && declared.seenBy === undefined && declared.hiddenFrom === undefined;
}

/** Someone who writes on sends a piece every few letters; those are one text to deal with, not dozens. */
async function earlierPieces(batch: Batch, document: OpenDocument, edit: PlacedEdit) {
  const isEarlier = (row: {
    person_id: string;
    holder: string;
    field: string;
    what: string;
    done: string | null;
    edit: string;
  }) =>
    row.person_id === edit.person &&
    row.holder === edit.holder &&
    row.field === edit.field &&
    row.what === 'parked' &&
    row.done === null &&
    row.edit.startsWith(`${edit.pen}.`);
  return (
    [...document.mine.values()].find(isEarlier) ??
    (await parkedText(batch.tx, edit.person, document.row.id, edit.holder, edit.field, edit.pen))
  );
}

/** What the author reads again: plain words where the edit itself is an update to a text. */
const valueShown = (edit: PlacedEdit): Json => (edit.kind === 'text' ? wordsOfTexts([edit.value]) : edit.value);

export function sectionOf(document: OpenDocument, edit: PlacedEdit): SectionKey {
  // A field of an entry can live in a section that fewer people see than the entry itself.
  const place = locate(document.form, document.state, edit.holder, edit.field);
  return (
    place?.section ??
    document.state.items.get(edit.holder as ItemId)?.section ??
    (itemOfSection(edit.holder as SectionKey) === undefined ? (edit.holder as SectionKey) : ('' as SectionKey))
  );
}
