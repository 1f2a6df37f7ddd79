/** A document as it lies on this device: what the Hub sent, and what the fold makes of it. */
import { addressOf, type Address, type ItemId, type PenId, type SectionKey } from '#sync/model/ids.ts';
import { emptyDocumentState, type DocumentState, type FieldState, type Side } from '#sync/model/state.ts';
import type {
  AttachmentChange,
  EventChange,
  FieldChange,
  ItemChange,
  SectionChange,
  TextChange,
} from '#sync/protocol/changes.ts';
import { documentTables } from './account-database.ts';
import type { KeptDocument, KeptMine } from './records.ts';
import type { LoadedRow } from './sealed-reading.ts';

/** The rows of one document, opened. */
export interface Contents {
  readonly facts: KeptDocument | undefined;
  readonly sections: ReadonlyMap<SectionKey, SectionChange>;
  readonly fields: ReadonlyMap<Address, FieldChange>;
  readonly texts: ReadonlyMap<Address, TextChange>;
  readonly items: ReadonlyMap<ItemId, ItemChange>;
  readonly mine: readonly KeptMine[];
  readonly events: readonly EventChange[];
  readonly attachments: readonly AttachmentChange[];
}

export const wholeDocument = { tables: documentTables } as const;

export function contentsOf(rows: readonly LoadedRow[]): Contents {
  const of = <T>(table: string) => rows.filter((one) => one.table === table).map((one) => one.value as T);
  const byTime = (a: { at: number }, b: { at: number }) => a.at - b.at;
  return {
    facts: of<KeptDocument>('documents')[0],
    sections: new Map(of<SectionChange>('sections').map((one) => [one.section, one])),
    fields: new Map(of<FieldChange>('fields').map((one) => [addressOf(one.holder, one.field), one])),
    texts: new Map(of<TextChange>('texts').map((one) => [addressOf(one.holder, one.field), one])),
    items: new Map(of<ItemChange>('items').map((one) => [one.id, one])),
    mine: of<KeptMine>('mine').sort(byTime),
    events: of<EventChange>('events').sort(byTime),
    attachments: of<AttachmentChange>('attachments').sort(byTime),
  };
}

/** A line of a list is no document: opened empty, it would be written over by what was never read. */
export const hasContents = ({ facts, sections }: Contents): boolean =>
  facts !== undefined && facts.full && (facts.isLocal === true || sections.size > 0);

/** What each section counts: the base of the next edit. Nobody has seen what is hidden from them. */
export const versOf = ({ sections }: Contents): Record<SectionKey, number> =>
  Object.fromEntries(
    [...sections].flatMap(([section, { ver, may }]) => (may.length === 0 ? [] : [[section, ver]])),
  ) as Record<SectionKey, number>;

/** The Hub's state in the fold's own shape. Texts are left out: they are merged only where their field is open. */
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
