/** Parked words: kept for their author, who is shown them and may send them on, copy them or drop them. */
import type { Json, PlacedEdit } from '#sync/model/edit.ts';
import { bytesOfBase64 } from '#sync/model/base64.ts';
import { editId, itemOfSection, makeId, type SectionKey } from '#sync/model/ids.ts';
import { locate } from '#sync/forms/locate.ts';
import type { Reason } from '#sync/reasons.ts';
import { parkedText } from '#server/storage/mine.ts';
import { wordsOfUpdate } from './apply-edits-text.ts';
import type { Batch, OpenDocument } from './group-commit-batch.ts';

export async function noteMine(batch: Batch, document: OpenDocument, edit: PlacedEdit, reason: Reason): Promise<void> {
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
    section: sectionOf(document, edit),
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
function valueShown(edit: PlacedEdit): Json {
  if (edit.kind !== 'text') return edit.value;
  const update = bytesOfBase64(edit.value);
  if (update === undefined) return '';
  try {
    return wordsOfUpdate(update);
  } catch (error) {
    // An update that cannot be read has no words to show; as it came, it stands in the log.
    if (error instanceof Error) return '';
    throw error;
  }
}

function sectionOf(document: OpenDocument, edit: PlacedEdit): SectionKey {
  const item = document.state.items.get(edit.holder as never);
  if (item !== undefined) return item.section;
  const place = locate(document.form, document.state, edit.holder, edit.field);
  return (
    place?.section ??
    (itemOfSection(edit.holder as SectionKey) === undefined ? (edit.holder as SectionKey) : ('' as SectionKey))
  );
}
