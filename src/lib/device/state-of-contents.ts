/** What the Hub sent of a document, in the shape that the fold works on. Apart, because a list needs none of it. */
import type { PenId } from '#sync/model/ids.ts';
import { emptyDocumentState, type DocumentState, type FieldState, type Side } from '#sync/model/state.ts';
import type { FieldChange } from '#sync/protocol/changes.ts';
import type { Contents } from './document-state.ts';

/** Texts are left out: they are merged only where their field is open. */
export function stateOfContents(contents: Contents): DocumentState {
  const state = emptyDocumentState();
  for (const { section, ver } of contents.sections.values()) state.vers.set(section, ver);
  for (const item of contents.items.values()) {
    const written = { ver: item.ver, device: unknownDevice, person: unknownPerson, otherVer: 0 };
    const { id, section, holder, list, order } = item;
    state.items.set(id, { id, section, holder, list, order, ...written, ...(item.gone && { gone: written }) });
  }
  for (const [address, field] of contents.fields) state.fields.set(address, fieldState(field));
  return state;
}

function fieldState({ section, value, ver, by, at, device, conflict }: FieldChange): FieldState {
  const side = (one: Pick<FieldChange, 'value' | 'by' | 'at' | 'device'>): Side => ({
    device: one.device,
    person: one.by.id,
    pen: unknownPen,
    n: 0,
    value: one.value,
    stamp: one.at,
    ver,
  });
  if (conflict === undefined) return { section, value, base: null, sides: [side({ value, by, at, device })] };
  return { section, value, base: conflict.base, sides: conflict.sides.map(side), conflict: conflict.id };
}

// Items travel without who made them, and fields without their pen: on a device nothing is decided by it.
const unknownDevice = '' as Side['device'];
const unknownPerson = '' as Side['person'];
const unknownPen = '' as PenId;
