/** A document as it lies on this device: what the Hub sent. */
import { addressOf, type Address, type Holder, type ItemId, type SectionKey } from '#sync/model/ids.ts';
import type {
  AttachmentChange,
  EventChange,
  FieldChange,
  ItemChange,
  SectionChange,
  TextChange,
} from '#sync/protocol/changes.ts';
import { documentTables } from './account-database.ts';
import type { MineView } from './hub.ts';
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

export const mineViews = ({ mine }: Pick<Contents, 'mine'>): readonly MineView[] =>
  mine.filter((one) => !one.done).map(({ edit, isText: _, ...one }) => ({ ...one, isHere: edit !== undefined }));

/** The fields that a line of the list shows, as far as its person may see them. */
export const summaryHolder = 'child' as Holder;
export const summaryFields: readonly string[] = ['first_name', 'last_name', 'dob'];
export const isInSummary = ({ holder, field }: { readonly holder: Holder; readonly field: string }): boolean =>
  holder === summaryHolder && summaryFields.includes(field);
