/** The state of a document as rows: sections, fields, items and texts. What stands here is what the fold left. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Json } from '#sync/model/edit.ts';
import {
  addressOf,
  partsOfAddress,
  type Address,
  type DeviceId,
  type Holder,
  type ItemId,
  type PersonId,
  type SectionKey,
} from '#sync/model/ids.ts';
import {
  emptyDocumentState,
  type DocumentState,
  type FieldState,
  type ItemState,
  type Side,
  type TextState,
  type TextTree,
} from '#sync/model/state.ts';
import { prepared, preparedInsert, preparedOne } from './prepared.ts';
import type { Tables } from './schema.ts';

type Db = Kysely<Tables>;
type Tx = Transaction<Tables>;

export interface Touched {
  readonly sections: ReadonlySet<SectionKey>;
  readonly fields: ReadonlySet<Address>;
  readonly items: ReadonlySet<ItemId>;
  readonly texts: ReadonlySet<Address>;
}
export interface Place {
  readonly documentId: string;
  readonly authorityId: string;
  readonly seq: number;
  readonly at: number;
}

/** `textAt` tells when each text was last written: the fold has no use for it, its history has. */
export interface LoadedState {
  readonly state: DocumentState;
  readonly textAt: Map<Address, number>;
}

export async function loadState(db: Db, documentId: string): Promise<LoadedState> {
  const state = emptyDocumentState();
  const textAt = new Map<Address, number>();
  for (const row of await sectionsIn(db, { documentId })) state.vers.set(row.section as SectionKey, row.ver);
  for (const row of await fieldsIn(db, { documentId }))
    state.fields.set(addressOf(row.holder as Holder, row.field), fieldOfRow(row));
  for (const row of await itemsIn(db, { documentId })) state.items.set(row.id as ItemId, itemOfRow(row));
  for (const row of await textsIn(db, { documentId })) {
    const address = addressOf(row.holder as Holder, row.field);
    state.texts.set(address, textOfRow(row));
    textAt.set(address, row.at);
  }
  return { state, textAt };
}
interface Whole {
  readonly documentId: string;
}
const sectionsIn = prepared((db, { documentId }: Whole) =>
  db.selectFrom('section').select(['section', 'ver']).where('document_id', '=', documentId),
);
const fieldsIn = prepared((db, { documentId }: Whole) =>
  db.selectFrom('field').selectAll().where('document_id', '=', documentId),
);
const itemsIn = prepared((db, { documentId }: Whole) =>
  db.selectFrom('item').selectAll().where('document_id', '=', documentId),
);
const textsIn = prepared((db, { documentId }: Whole) =>
  db.selectFrom('text').selectAll().where('document_id', '=', documentId),
);

/**
 * Only the answers of these names, those in these declared sections, and the items: what rights in a section can depend on.
 */
export async function loadWishes(
  db: Db,
  documentId: string,
  names: readonly string[],
  sections: readonly string[],
): Promise<DocumentState> {
  const state = emptyDocumentState();
  for (const row of await wishesOf(names, sections)(db, { documentId }))
    state.fields.set(addressOf(row.holder as Holder, row.field), fieldOfRow(row));
  for (const row of await itemsIn(db, { documentId })) state.items.set(row.id as ItemId, itemOfRow(row));
  return state;
}
/** Of one shape for each form. */
function wishesOf(names: readonly string[], sections: readonly string[]) {
  const key = JSON.stringify([names, sections]);
  const known =
    wishesByForm.get(key) ??
    prepared((db, { documentId }: Whole) =>
      db
        .selectFrom('field')
        .selectAll()
        .where('document_id', '=', documentId)
        .where((e) =>
          e.or([
            e('field', 'in', names),
            e('section', 'in', sections),
            ...sections.map((section) => e('section', 'like', `${section}~%`)),
          ]),
        ),
    );
  wishesByForm.set(key, known);
  return known;
}
const wishesByForm = new Map<string, ReturnType<typeof prepared<Whole, Selectable<Tables['field']>>>>();

/** Writes what was touched and nothing else; a row is never taken away. */
export async function saveState(tx: Tx, place: Place, state: DocumentState, touched: Touched): Promise<void> {
  const where = { document_id: place.documentId, authority_id: place.authorityId, seq: place.seq };
  for (const section of touched.sections) {
    await saveSection(tx, { ...where, section, ver: state.vers.get(section) ?? 0, updated_at: place.at });
  }
  for (const address of touched.fields) {
    const field = state.fields.get(address);
    if (field === undefined) continue;
    await saveField(tx, { ...where, ...partsOfAddress(address), ...rowOfField(field) });
  }
  for (const id of touched.items) {
    const item = state.items.get(id);
    if (item === undefined) continue;
    const row = { ...where, ...rowOfItem(item), at: place.at };
    // What is gone already went when it first did, whatever comes late for it.
    const wentAt = row.gone === null ? undefined : await itemGoneAt(tx, { documentId: place.documentId, id });
    await saveItem(tx, { ...row, at: wentAt?.at ?? row.at });
  }
  for (const address of touched.texts) {
    const text = state.texts.get(address);
    if (text === undefined) continue;
    await saveText(tx, { ...where, ...partsOfAddress(address), ...rowOfText(text), at: place.at });
  }
}
const saveSection = preparedInsert('section', ['document_id', 'section']);
const saveField = preparedInsert('field', ['document_id', 'holder', 'field']);
const saveItem = preparedInsert('item', ['document_id', 'id']);
const saveText = preparedInsert('text', ['document_id', 'holder', 'field']);
const itemGoneAt = preparedOne((db, { documentId, id }: { documentId: string; id: string }) =>
  db
    .selectFrom('item')
    .select('at')
    .where('document_id', '=', documentId)
    .where('id', '=', id)
    .where('gone', 'is not', null),
);

/** Answers that have other names since their document was upgraded. */
export async function removeFields(tx: Tx, documentId: string, addresses: ReadonlySet<Address>): Promise<void> {
  for (const { holder, field } of [...addresses].map(partsOfAddress))
    await tx
      .deleteFrom('field')
      .where('document_id', '=', documentId)
      .where('holder', '=', holder)
      .where('field', '=', field)
      .execute();
}

/** Texts and their earlier trees get the names that their questions have now. First all are taken out of each other's way. */
export async function renameTexts(tx: Tx, documentId: string, names: ReadonlyMap<Address, Address>): Promise<void> {
  const rename = async (table: 'text' | 'version', holder: Holder, from: string, to: string) =>
    tx
      .updateTable(table)
      .set({ field: to })
      .where('document_id', '=', documentId)
      .where('holder', '=', holder)
      .where('field', '=', from)
      .execute();
  const aside = (field: string) => `~${field}`;
  for (const table of ['text', 'version'] as const) {
    for (const { holder, field } of [...names.keys()].map(partsOfAddress))
      await rename(table, holder, field, aside(field));
    for (const [from, to] of names) {
      const { holder, field } = partsOfAddress(from);
      await rename(table, holder, aside(field), partsOfAddress(to).field);
    }
  }
}

/** One text as it stands, outside any transaction that changes it. */
export async function storedText(
  db: Db,
  documentId: string,
  holder: Holder,
  field: string,
): Promise<Uint8Array | undefined> {
  return (await stateOfText(db, { documentId, holder, field }))?.state;
}
const stateOfText = preparedOne(
  (db, { documentId, holder, field }: { documentId: string; holder: string; field: string }) =>
    db
      .selectFrom('text')
      .select('state')
      .where('document_id', '=', documentId)
      .where('holder', '=', holder)
      .where('field', '=', field),
);

interface FieldRow {
  section: string;
  value: string;
  base: string;
  sides: string;
  conflict: string | null;
}
export const fieldOfRow = (row: FieldRow): FieldState => ({
  section: row.section as SectionKey,
  value: JSON.parse(row.value) as Json,
  base: JSON.parse(row.base) as Json,
  sides: JSON.parse(row.sides) as Side[],
  ...(row.conflict !== null && { conflict: row.conflict }),
});
const rowOfField = (field: FieldState) => ({
  section: field.section,
  value: JSON.stringify(field.value),
  base: JSON.stringify(field.base),
  sides: JSON.stringify(field.sides),
  conflict: field.conflict ?? null,
  ver: Math.max(0, ...field.sides.map((side) => side.ver)),
  at: Math.max(0, ...field.sides.map((side) => side.stamp)),
});

interface ItemRow {
  id: string;
  section: string;
  holder: string;
  list: string;
  item_order: string;
  ver: number;
  device_id: string;
  person_id: string;
  other_ver: number;
  gone: string | null;
}
export const itemOfRow = (row: ItemRow): ItemState => ({
  id: row.id as ItemId,
  section: row.section as SectionKey,
  holder: row.holder as Holder,
  list: row.list,
  order: row.item_order,
  ver: row.ver,
  device: row.device_id as DeviceId,
  person: row.person_id as PersonId,
  otherVer: row.other_ver,
  ...(row.gone !== null && { gone: JSON.parse(row.gone) as NonNullable<ItemState['gone']> }),
});
const rowOfItem = (item: ItemState) => ({
  id: item.id,
  section: item.section,
  holder: item.holder,
  list: item.list,
  item_order: item.order,
  ver: item.ver,
  device_id: item.device,
  person_id: item.person,
  other_ver: item.otherVer,
  gone: item.gone === undefined ? null : JSON.stringify(item.gone),
});

interface TextRow {
  section: string;
  state: Uint8Array;
  tree: string;
  ver: number;
  other_ver: number;
  device_id: string | null;
  person_id: string | null;
}
export const textOfRow = (row: TextRow): TextState => ({
  section: row.section as SectionKey,
  state: row.state,
  tree: JSON.parse(row.tree) as TextTree,
  ver: row.ver,
  otherVer: row.other_ver,
  device: (row.device_id ?? undefined) as DeviceId | undefined,
  person: (row.person_id ?? undefined) as PersonId | undefined,
});
const rowOfText = (text: TextState) => ({
  section: text.section,
  state: text.state,
  tree: JSON.stringify(text.tree),
  ver: text.ver,
  other_ver: text.otherVer,
  device_id: text.device ?? null,
  person_id: text.person ?? null,
});
