/** Turns a frame into rows to write. Nothing is compared or merged here: a frame brings the state that stands. */
import type { DocumentId, SectionKey } from '#sync/model/ids.ts';
import type {
  AttachmentChange,
  Change,
  DocumentChange,
  FieldChange,
  Frame,
  ItemChange,
  MineChange,
  SectionChange,
  TextChange,
} from '#sync/protocol/changes.ts';
import { documentTables, type DocumentTable } from './account-database.ts';
import { docRefOf, placeOf, type KeptDocument, type KeptMine, type Settings } from './records.ts';
import type { LoadedRow } from './sealed-reading.ts';
import type { SealedStore, View, Write } from './sealed-store.ts';

interface Place {
  readonly vers: Map<SectionKey, number>;
  readonly hidden: Set<SectionKey>;
  readonly mine: KeptMine[];
  isGone: boolean;
}
export interface FoldedFrame {
  readonly writes: readonly Write[];
  readonly docRefs: readonly string[];
  /** Documents of the frame and of `asked`, as they stand after it. */
  readonly documents: ReadonlyMap<DocumentId, Place>;
  /** Documents that the frame spoke of. */
  readonly folded: ReadonlySet<DocumentId>;
}
type MutableSettings = { -readonly [K in keyof Settings]: Settings[K] };

/** Changes `settings` in place. Without a frame it only looks at what stands, and removes what was waiting to go. */
export async function foldFrame(
  store: SealedStore,
  view: View,
  frame: Frame | undefined,
  settings: MutableSettings,
  hasUnsent: (doc: DocumentId) => boolean,
  /** Begins there with what waits to be sent. */
  begins: (doc: DocumentId) => boolean,
  asked: ReadonlySet<DocumentId>,
  /** Documents that come whole in this frame, because they were asked for. */
  wanted: readonly DocumentId[] = [],
): Promise<FoldedFrame> {
  const folded = new Set((frame?.changes ?? []).map((change) => change.doc));
  const leaving = new Set(settings.gone ?? []);
  const lacking = new Set(settings.want ?? []);
  const stale = new Set(settings.stale ?? []);
  const isPutBack =
    frame?.history !== undefined && settings.history !== undefined && frame.history !== settings.history;
  if (frame?.history !== undefined) settings.history = frame.history;
  const isWhole = (doc: DocumentId) =>
    wanted.includes(doc) && frame?.changes.some((change) => change.t === 'section' && change.doc === doc);
  const shown = new Map<DocumentId, Shelf>();
  const shelfOf = async (doc: DocumentId): Promise<Shelf> => {
    const known = shown.get(doc) ?? (await loadShelf(store, view, doc));
    shown.set(doc, known);
    return known;
  };
  for (const docRef of isPutBack ? await store.scopes('documents') : []) {
    const facts = (await view.load(docRef, { tables: ['documents'] })).rows[0]?.value as KeptDocument | undefined;
    if (facts !== undefined && facts.isLocal !== true && (await shelfOf(facts.doc)).hasContents()) stale.add(facts.doc);
  }
  for (const change of frame?.changes ?? []) {
    if (change.t === 'gone') {
      leaving.add(change.doc);
      lacking.delete(change.doc);
      continue;
    }
    const shelf = await shelfOf(change.doc);
    if (change.t === 'doc') {
      leaving.delete(change.doc);
      if (shelf.isBehind(change)) stale.add(change.doc);
      if (stale.has(change.doc)) {
        // Rows that the Hub has lost would stand for ever among those that it still has.
        if (isWhole(change.doc)) await shelf.removeAll();
        else lacking.add(change.doc);
      } else if (change.full && settings.isListing === true && !shelf.hasContents()) {
        // What is lacking is taken off the list only by the answer to having asked for it: a frame can bring no more of
        // a document than what changed just now.
        lacking.add(change.doc);
      }
      if (isWhole(change.doc) && stale.delete(change.doc)) lacking.delete(change.doc);
    }
    await shelf.put(change, stale.has(change.doc) ? undefined : settings.history);
  }
  if (frame?.manifest !== undefined) {
    const listed = new Map(frame.manifest.map(({ doc, sections }) => [doc, sections]));
    for (const docRef of await store.scopes('documents')) {
      const facts = (await view.load(docRef, { tables: ['documents'] })).rows[0]?.value as KeptDocument | undefined;
      // A draft that the Hub never heard of is not in its list, and is nobody's to remove.
      if (facts === undefined) continue;
      if (!listed.has(facts.doc) && facts.isLocal !== true && !(isPutBack && begins(facts.doc))) leaving.add(facts.doc);
    }
    for (const [doc, sections] of listed) {
      leaving.delete(doc);
      const shelf = await shelfOf(doc);
      if (shelf.lacks(sections, frame.more) || (stale.has(doc) && shelf.hasContents())) lacking.add(doc);
      await shelf.keepOnly(new Set(Object.keys(sections) as SectionKey[]));
    }
  }
  for (const doc of asked) await shelfOf(doc);
  for (const doc of [...leaving]) {
    if (hasUnsent(doc)) continue;
    await (await shelfOf(doc)).removeAll();
    leaving.delete(doc);
    lacking.delete(doc);
    stale.delete(doc);
  }
  if (frame !== undefined) {
    settings.cursor = frame.to;
    settings.isListing = frame.more && (frame.manifest !== undefined || settings.isListing === true);
  }
  settings.gone = [...leaving];
  settings.want = [...lacking];
  if (stale.size > 0 || settings.stale !== undefined) settings.stale = [...stale];
  const shelves = [...shown.values()];
  return {
    writes: shelves.flatMap((shelf) => [...shelf.writes.values()]),
    docRefs: shelves.filter((shelf) => shelf.writes.size > 0).map((shelf) => shelf.docRef),
    documents: new Map([...shown].map(([doc, shelf]) => [doc, shelf.place])),
    folded,
  };
}

interface Shelf {
  readonly docRef: string;
  readonly writes: Map<string, Write>;
  readonly place: Place;
  /** `history`: which one of the Hub it comes from. */
  put(change: Exclude<Change, { t: 'gone' }>, history: string | undefined): Promise<void>;
  hasContents(): boolean;
  /**
   * Its contents are of another version of the form than this line: answers under names that an upgrade gave them do not
   * mix with what is here, so nothing more is put in until all of it comes.
   */
  isBehind(line: DocumentChange): boolean;
  /** Are contents of these sections missing or older? A line that is still to come is not missing. */
  lacks(sections: Readonly<Record<SectionKey, number>>, isMoreToCome: boolean): boolean;
  /** Drops rows of sections that may not be seen any more. */
  keepOnly(sections: ReadonlySet<SectionKey>): Promise<void>;
  /** All but one's own set-aside words. */
  removeAll(): Promise<void>;
}
type Sectioned = FieldChange | TextChange | ItemChange | AttachmentChange | SectionChange;

async function loadShelf(store: SealedStore, view: View, doc: DocumentId): Promise<Shelf> {
  const docRef = await docRefOf(store, doc);
  const { rows } = await view.load(docRef, { tables: ['documents', 'sections', 'mine'] });
  const writes = new Map<string, Write>();
  let isBehind = false;
  let facts = rows.find((one) => one.table === 'documents')?.value as KeptDocument | undefined;
  const contents = new Map<string, { table: DocumentTable; key: string; value: unknown }>();
  const take = (loaded: readonly LoadedRow[]) => {
    for (const { table, row, value } of loaded) {
      const name = `${table}/${row.key}`;
      if (!writes.has(name)) contents.set(name, { table: table as DocumentTable, key: row.key, value });
    }
  };
  take(rows);
  /** The words themselves are opened only when something is to be removed. */
  const takeAll = async () => take((await view.load(docRef, { tables: documentTables })).rows);
  const place: Place = { vers: new Map(), hidden: new Set(), mine: [], isGone: facts === undefined };
  for (const { table, value } of contents.values()) {
    if (table === 'sections' && (value as SectionChange).may.length > 0)
      place.vers.set((value as SectionChange).section, (value as SectionChange).ver);
    if (table === 'mine') place.mine.push(value as KeptMine);
  }
  const write = (table: DocumentTable, key: string, value: unknown) => {
    writes.set(`${table}/${key}`, { table, key, scope: docRef, value });
    if (value === undefined) contents.delete(`${table}/${key}`);
    else contents.set(`${table}/${key}`, { table, key, value });
  };
  const hide = async (section: SectionKey) => {
    place.hidden.add(section);
    await takeAll();
    for (const { table, key, value } of [...contents.values()]) {
      if (table !== 'mine' && (value as Partial<Sectioned>).section === section) write(table, key, undefined);
    }
  };
  return {
    docRef,
    writes,
    place,
    async put(change, history) {
      if (isBehind && change.t !== 'mine') return;
      const { table, named } = placeOf(change);
      const key = await store.ref(table, named);
      if (change.t === 'doc') {
        place.isGone = false;
        // The Hub's line of a draft made here can come before its contents: until then the draft stands by itself.
        const isLocal = facts?.isLocal === true && place.vers.size === 0;
        const of = history ?? facts?.history;
        facts = { ...change, ...(isLocal && { isLocal }), ...(of !== undefined && { history: of }) };
        return write(table, key, facts);
      }
      if (change.t === 'section' && facts?.isLocal === true) {
        const { isLocal: _, ...known } = facts;
        facts = known;
        write('documents', docRef, facts);
      }
      if (change.t === 'section') {
        // Without any right its row stays, so that it is not taken for one that nobody has written in yet.
        if (change.may.length === 0) await hide(change.section);
        else {
          place.vers.set(change.section, change.ver);
          place.hidden.delete(change.section);
        }
      }
      const isOver = (change.t === 'mine' && change.done) || (change.t === 'attachment' && change.gone);
      write(table, key, isOver ? undefined : change);
      if (change.t === 'mine') await mineCame(change);
    },
    hasContents: () => place.vers.size > 0,
    isBehind: ({ form }) => (isBehind = place.vers.size > 0 && facts?.form !== form),
    lacks(sections, isMoreToCome) {
      if (facts === undefined) return !isMoreToCome;
      return (
        facts.full &&
        (Object.entries(sections) as [SectionKey, number][]).some(
          ([section, ver]) => (place.vers.get(section) ?? -1) < ver,
        )
      );
    },
    async keepOnly(sections) {
      if (facts === undefined || facts.isLocal === true) return;
      for (const section of [...place.vers.keys()]) if (!sections.has(section)) await hide(section);
    },
    async removeAll() {
      place.isGone = true;
      isBehind = false;
      facts = undefined;
      place.vers.clear();
      await takeAll();
      for (const { table, key } of [...contents.values()]) if (table !== 'mine') write(table, key, undefined);
    },
  };

  /** The Hub's own line about parked words takes the place of the one that this device had written. */
  async function mineCame(change: MineChange): Promise<void> {
    place.mine.push(change);
    for (const one of place.mine) {
      if (one.edit !== undefined && one.what === 'parked' && isSameWords(change, one))
        write('mine', await store.ref('mine', `${one.doc} ${one.id}`), undefined);
    }
  }
}

/** Is the Hub's line about these words? Pieces of one text come back joined, as plain words. */
export const isSameWords = (told: KeptMine, here: KeptMine): boolean =>
  told.what === 'parked' &&
  told.holder === here.holder &&
  told.field === here.field &&
  (here.isText === true || JSON.stringify(told.value) === JSON.stringify(here.value));
