/** An open document as the state that the outline reads: only what the viewer was given is in it. */
import type { DocumentView } from '#lib/screen/document-view.ts';
import { isItems, type Fields } from '#sync/forms/define.ts';
import { addressOf, type DeviceId, type Holder, type PenId, type PersonId, type SectionKey } from '#sync/model/ids.ts';
import { emptyDocumentState, type DocumentState, type Side } from '#sync/model/state.ts';
import { isEmptyTree } from './tree-lines.ts';

export function stateOfView(document: DocumentView): DocumentState {
  const state = emptyDocumentState();
  for (const [key, section] of Object.entries(document.form.sections))
    take(document, state, key as SectionKey, key as SectionKey, section.fields);
  return state;
}

// The outline looks at values alone; who wrote them on which device is left out.
const nobody = { device: '' as DeviceId, person: '' as PersonId };

function take(document: DocumentView, state: DocumentState, holder: Holder, section: SectionKey, fields: Fields): void {
  for (const [name, field] of Object.entries(fields)) {
    const address = addressOf(holder, name);
    if (isItems(field)) {
      for (const item of document.items(holder, name)) {
        state.items.set(item.id, {
          id: item.id,
          section: item.section,
          holder,
          list: name,
          order: item.order,
          ver: 0,
          otherVer: 0,
          ...nobody,
        });
        take(document, state, item.id, item.section, field.fields);
      }
      continue;
    }
    const { tree } = document.text(holder, name);
    if (!isEmptyTree(tree))
      state.texts.set(address, {
        section,
        state: new Uint8Array(),
        tree,
        ver: 0,
        device: undefined,
        person: undefined,
        otherVer: 0,
      });
    const { value, conflict } = document.value(holder, name);
    if (value === null && conflict === undefined) continue;
    const sides = (conflict?.sides ?? []).map((side): Side => ({
      ...nobody,
      pen: '' as PenId,
      n: 0,
      value: side.value,
      stamp: side.at,
      ver: 0,
    }));
    state.fields.set(address, {
      section,
      value,
      base: null,
      sides,
      ...(conflict !== undefined && { conflict: conflict.id }),
    });
  }
}
