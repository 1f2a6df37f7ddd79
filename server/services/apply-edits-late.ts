/**
 * Words in an entry that itself came too late: the entry was parked, so the document does not know it, and its words
 * are parked with it. Refused as unknown, they would stand on one device only.
 */
import { idPattern, type DeviceId, type Holder, type ItemId, type PersonId, type SectionKey } from '#sync/model/ids.ts';
import type { PlacedEdit } from '#sync/model/edit.ts';
import type { ItemState } from '#sync/model/state.ts';
import { locate } from '#sync/forms/locate.ts';
import type { Reason } from '#sync/reasons.ts';
import { parkedIn } from '#server/storage/mine.ts';
import type { Batch, OpenDocument } from './group-commit-batch.ts';
import { closedFor, type Reader } from './viewer.ts';

export async function lateIn(
  batch: Batch,
  document: OpenDocument,
  reader: Reader,
  { holder, field }: PlacedEdit,
  drawn: number,
): Promise<{ reason: Reason; section: SectionKey } | undefined> {
  const newer = drawn > document.form.version ? batch.forms.formOf(document.row.kind, drawn) : undefined;
  const known = newer && locate(newer, document.state, holder, field);
  if (known !== undefined) {
    // A question that the document never asked, because it was closed in the version before.
    const reason = closedFor(reader, document, known.section);
    return reason && { reason, section: known.section };
  }
  if (!idPattern.test(holder) || document.state.items.has(holder as ItemId)) return undefined;
  const items = new Map(document.state.items);
  for (const row of [...(await parkedIn(batch.tx, reader.person, document.row.id)), ...document.mine.values()]) {
    const item = row.person_id === reader.person && row.what === 'parked' ? itemIn(row.value) : undefined;
    if (item !== undefined && !items.has(item)) items.set(item, lateItem(item, row));
  }
  const place = locate(document.form, { ...document.state, items }, holder, field);
  const reason = place && closedFor(reader, document, place.section);
  return place && reason && { reason, section: place.section };
}

/** The entry that a parked `add` would have brought. */
function itemIn(value: string): ItemId | undefined {
  const added: unknown = JSON.parse(value);
  if (typeof added !== 'object' || added === null || !('item' in added) || !('order' in added)) return undefined;
  return typeof added.item === 'string' && idPattern.test(added.item) ? (added.item as ItemId) : undefined;
}

const lateItem = (id: ItemId, row: { section: string; holder: string; field: string }): ItemState => ({
  id,
  section: row.section as SectionKey,
  holder: row.holder as Holder,
  list: row.field,
  order: '',
  ver: 0,
  otherVer: 0,
  device: '' as DeviceId,
  person: '' as PersonId,
});
