/**
 * What changed for one person since a cursor: the one function behind the reply and the stream. It reads one moment of
 * the database, judges by the rights of that moment, and gives the state that stands, never the edits that led there.
 * A cursor that is not of this history gets the manifest: one way back for every kind of going astray.
 */
import type { Kysely } from 'kysely';
import type { DocumentId, PersonId, SectionKey } from '#sync/model/ids.ts';
import type { Change, DocumentChange, Frame, Manifest, MineChange } from '#sync/protocol/changes.ts';
import { emptyDocumentState } from '#sync/model/state.ts';
import type { Listed } from '#sync/protocol/listed.ts';
import type { Cursor } from '#sync/protocol/push.ts';
import { mayDocument, wishesIn } from '#sync/roles/may.ts';
import {
  documentById,
  documentsInStages,
  documentsOfPerson,
  heldDocuments,
  type DocumentRow,
} from '#server/storage/documents.ts';
import { commitEnd, feedHead, feedSince, markAt, type FeedHead, type FeedRow } from '#server/storage/feed.ts';
import { documentsAmong, heldOnDevice } from '#server/storage/list-rows.ts';
import { mineOpen, mineSince } from '#server/storage/mine.ts';
import type { Tables } from '#server/storage/schema.ts';
import { loadWishes } from '#server/storage/sections.ts';
import { sharesOf } from '#server/storage/shares.ts';
import { rightsSeq } from '#server/storage/viewers.ts';
import { documentChanges } from './changes-since-document.ts';
import { childOf, listLine } from './changes-since-line.ts';
import { removalsFor } from './changes-since-removed.ts';
import { visibleSections, type DocumentView, type Reading } from './changes-since-sections.ts';
import { mineChange } from './changes-since-mine.ts';
import { peopleOf } from './changes-since-people.ts';
import { isSameMark, type Position } from './cursor.ts';
import { HistoryReplaced } from './epochs.ts';
import { groupAfter, lastSecondOf, ListedGroup, ListNotReady } from './list-snapshots.ts';
import { formOfDocument } from './forms.ts';
import type { Sync } from './sync.ts';
import { factsOf, hideableSections, isHideable, listedStages, maySee, type Reader } from './viewer.ts';

export type ChangesDeps = Pick<Sync, 'storage' | 'cursors' | 'forms' | 'epochs' | 'lists'>;

type Head = Pick<FeedHead, 'seq' | 'mark' | 'epoch'>;
/** Of an authority in which nothing was ever written. */
const noFeed: Head = { seq: 0, mark: 0, epoch: 0 };

/** What is asked for. */
export interface Asked {
  readonly cursor: Cursor;
  /** Documents whose contents the device lacks. */
  readonly want?: readonly DocumentId[];
  /** The device takes lists by the page. */
  readonly byPage: boolean;
  /** How far the feed was read before, where the cursor stayed. */
  readonly readTo?: number;
}

export async function changesSince(deps: ChangesDeps, reader: Reader, asked: Asked): Promise<Frame> {
  const read = await readFrame(deps, () => Promise.resolve(reader), asked);
  if (read === undefined) throw new Error('a frame was read for nobody');
  return read.frame;
}

export interface FrameRead {
  readonly reader: Reader;
  readonly frame: Frame;
  /** How far the feed was read, also where the frame's cursor stays: nothing there concerned this person. */
  readonly reached: number;
}

/** `readerIn` tells who reads by the same moment of the database; undefined when nobody may, and so is the answer. */
export async function readFrame(
  deps: ChangesDeps,
  readerIn: (db: Kysely<Tables>) => Promise<Reader | undefined>,
  asked: Asked,
): Promise<FrameRead | undefined> {
  for (let tries = 0; ; tries += 1) {
    let reader: Reader | undefined;
    try {
      return await deps.storage.read(async (db) => {
        reader = await readerIn(db);
        return reader && { reader, ...(await frameAt(db, deps, reader, asked)) };
      });
    } catch (error) {
      if (tries === triesMax || reader === undefined) throw error;
      if (error instanceof HistoryReplaced) await deps.epochs.replaced();
      else if (error instanceof ListNotReady) await deps.lists.prepare(reader);
      else throw error;
    }
  }
}
/** A list that changes faster than it is read is a storm of its own: the last word is the person's by itself. */
const triesMax = 5;

async function frameAt(
  db: Kysely<Tables>,
  deps: ChangesDeps,
  reader: Reader,
  { cursor, want = [], byPage, readTo = 0 }: Asked,
): Promise<{ frame: Frame; reached: number }> {
  const reading = { db, reader, people: peopleOf(db, reader.authority), views: new Map() };
  const head = (await feedHead(db, reader.authority)) ?? noFeed;
  const isByPage = byPage && deps.lists.isShared(reader);
  const from = cursor === null ? undefined : await known(db, reader, deps.cursors.open(cursor), head, isByPage);
  const part =
    from === undefined
      ? await everything(deps, reading, head, isByPage)
      : from.listedTo !== undefined
        ? await nextPages(deps, reading, head, { ...from, listedTo: from.listedTo })
        : await since(deps, reading, Math.max(from.seq, readTo), head);
  const wanted = await wantedChanges(deps, reading, want, sizeOf(part.changes));
  const changes = [...part.changes, ...wanted.changes];
  // A cursor that moved would tell that something happened somewhere, so it stays until it has fallen far behind.
  const isQuiet = changes.length === 0 && part.listed === undefined;
  const stays = isQuiet && from?.listedTo === undefined && from !== undefined && part.to.seq - from.seq < quietSteps;
  const to = stays ? from : part.to;
  const frame: Frame = {
    from: cursor,
    to: deps.cursors.seal({ epoch: head.epoch, ...to }),
    changes,
    ...(part.manifest !== undefined && { manifest: part.manifest, history: deps.cursors.historyOf(head.epoch) }),
    more: part.more || wanted.more,
    ...(part.listed !== undefined && { listed: part.listed }),
  };
  return { frame, reached: part.to.seq };
}

interface Part {
  readonly changes: Change[];
  readonly to: Omit<Position, 'epoch'>;
  readonly more: boolean;
  readonly manifest?: Manifest;
  readonly listed?: Listed;
}

async function known(
  db: Kysely<Tables>,
  reader: Reader,
  claimed: Position,
  head: { seq: number; mark: number; epoch: number },
  isByPage: boolean,
): Promise<Position | undefined> {
  if (claimed.epoch !== head.epoch || (claimed.listedTo !== undefined && !isByPage)) return undefined;
  const mark = claimed.seq === 0 ? 0 : await markAt(db, reader.authority, claimed.seq);
  // Only this server can have made the cursor, and its history does not hold what it names: the history is another.
  if (!isSameMark(claimed, mark)) throw new HistoryReplaced();
  if (head.seq - claimed.seq > tooOldSteps) return undefined;
  return claimed.seq < (await rightsSeq(db, reader.person)) ? undefined : { ...claimed, mark: mark ?? 0 };
}

/** The feed after a point, commit by commit, until the frame is full. */
async function since(
  deps: ChangesDeps,
  reading: Reading,
  from: number,
  head: { seq: number; mark: number },
): Promise<Part> {
  const { db, reader } = reading;
  const whose = { authorityId: reader.authority, personId: reader.person, hasLists: listedStages(reader).size > 0 };
  const rows = await feedSince(db, whose, from, head.seq, rowsPerFrame);
  const mine = async (until: number) =>
    rows.some(({ what }) => what === 'mine') ? mineBetween(deps, reading, from, until) : [];
  const changes: Change[] = [];
  const sent = new Set<string>();
  let size = 0;
  let end = { seq: from, mark: 0 };
  for (const [at, row] of rows.entries()) {
    if (!sent.has(row.document_id)) {
      sent.add(row.document_id);
      const more = await changesOf(
        deps,
        reading,
        row.document_id,
        rows.filter((one) => one.document_id === row.document_id),
        from,
      );
      changes.push(...more);
      size += sizeOf(more);
    }
    if (size < frameBytes || at === rows.length - 1) continue;
    end = await commitEnd(db, reader.authority, row.seq);
    // Only where a commit ends may a cursor stand; what else belongs to this commit still comes with it.
    if ((rows[at + 1]?.seq ?? Infinity) > end.seq)
      return { changes: [...changes, ...(await mine(end.seq))], to: end, more: true };
  }
  const isAll = rows.length < rowsPerFrame;
  end = isAll ? head : await commitEnd(db, reader.authority, rows.at(-1)?.seq ?? head.seq);
  return { changes: [...changes, ...(await mine(end.seq))], to: end, more: !isAll };
}

async function changesOf(
  deps: ChangesDeps,
  reading: Reading,
  documentId: string,
  rows: readonly FeedRow[],
  from: number,
): Promise<Change[]> {
  const { db, reader } = reading;
  const view = await viewIn(deps, reading, documentId);
  if (view === undefined) return [];
  const facts = factsOf(view.row, view.shares, reader.person);
  const couldIn = (verb: 'see' | 'write') => (stage: string) => mayDocument(reader, { ...facts, stage }).includes(verb);
  const couldSeeIn = couldIn('see');
  const left = rows.filter(({ what }) => what.startsWith('stage:')).map(({ what }) => what.slice('stage:'.length));
  if (maySee(reader, view.row, view.shares)) {
    const hasWish = rows.some(({ what }) => what === 'rights');
    // Who could only read was told of no open answers and no text's state: without them they cannot go on writing.
    const isWriterNow = couldIn('write')(view.row.stage) && left.some((stage) => !couldIn('write')(stage));
    const isShown = rows.some(({ what }) => what === 'show') || left.some((stage) => !couldSeeIn(stage));
    const isNew = hasWish || isShown || isWriterNow;
    return documentChanges(reading, view, isNew ? 0 : from, await isFull(db, reader, view), hasWish);
  }
  const isLost = rows.some(({ what }) => what === 'hide') || left.some(couldSeeIn);
  return isLost ? [{ t: 'gone', doc: documentId as DocumentId }] : [];
}

/**
 * All that is the person's: the list first, as far as it fits; contents come when the device asks for what it lacks.
 * Lists that are the same for all of the person's roles come by page, and in the manifest stands the rest.
 */
async function everything(deps: ChangesDeps, reading: Reading, head: Head, isByPage: boolean): Promise<Part> {
  const { db, reader } = reading;
  const manifest: { doc: DocumentId; sections: Record<SectionKey, number> }[] = [];
  const lines: { line: DocumentChange; seq: number }[] = [];
  const rows = isByPage ? await ownDocuments(db, reader) : await visibleDocuments(db, reader);
  for (const { id, seq } of rows.sort((a, b) => a.seq - b.seq)) {
    const view = await viewIn(deps, reading, id);
    if (view === undefined || !maySee(reader, view.row, view.shares)) continue;
    const full = await isFull(db, reader, view);
    const visible = await visibleSections(reading, view, await removalsFor(reading, view));
    const sections = full ? [...visible].map(([key, { ver }]) => [key, ver]) : [];
    manifest.push({ doc: id as DocumentId, sections: Object.fromEntries(sections) as Record<SectionKey, number> });
    lines.push({ line: await listLine(reading, view, visible, await childOf(reading, view, visible), full), seq });
  }
  const mine = await mineOpen(db, reader.authority, reader.person);
  const changes: Change[] = (await Promise.all(mine.map((row) => mineFor(deps, reading, row)))).flat();
  let size = 0;
  for (const [at, { line, seq }] of lines.entries()) {
    changes.push(line);
    size += sizeOf([line]);
    // Beside pages these are few, and the pages follow no cursor of theirs.
    if (isByPage || size < frameBytes || at === lines.length - 1) continue;
    // The rest of the list comes with the pulls that follow: every line that is missing changed after this cursor.
    const end = await commitEnd(db, reader.authority, seq);
    if ((lines[at + 1]?.seq ?? Infinity) > end.seq) return { changes, to: end, more: true, manifest };
  }
  const pages = isByPage ? await nextPages(deps, reading, head, { ...head, listedTo: 0 }) : { to: head, more: false };
  return { ...pages, changes, manifest };
}

/** The pages of the lists that follow what was told; after the last, what changed since the first of them. */
async function nextPages(
  { lists }: ChangesDeps,
  { db, reader }: Reading,
  head: Head,
  { seq, mark, listedTo }: Omit<Required<Position>, 'epoch'>,
): Promise<Part> {
  const groups = await lists.standing(db, reader, head);
  const at = groupAfter(groups, listedTo);
  const group = groups[at];
  const isLast = at < 0 || at === groups.length - 1;
  return {
    changes: [],
    to: isLast || group === undefined ? { seq, mark } : { seq, mark, listedTo: lastSecondOf(group) },
    more: !isLast || seq < head.seq,
    ...(group !== undefined && { listed: new ListedGroup(group) }),
  };
}

async function wantedChanges(
  deps: ChangesDeps,
  reading: Reading,
  want: readonly DocumentId[],
  used: number,
): Promise<{ changes: Change[]; more: boolean }> {
  const changes: Change[] = [];
  let size = used;
  for (const [at, doc] of [...new Set(want)].entries()) {
    if (size >= frameBytes && at > 0) return { changes, more: true };
    const view = await viewIn(deps, reading, doc);
    const found =
      view !== undefined && maySee(reading.reader, view.row, view.shares)
        ? await documentChanges(reading, view, 0, true)
        : [];
    // What is not there and what may not be seen are the same to whoever asks.
    changes.push(...(found.length > 0 ? found : [{ t: 'gone' as const, doc }]));
    size += sizeOf(found);
  }
  return { changes, more: false };
}

async function mineBetween(deps: ChangesDeps, reading: Reading, from: number, until: number): Promise<MineChange[]> {
  const rows = await mineSince(reading.db, reading.reader.authority, reading.reader.person, from, until);
  return (await Promise.all(rows.map((row) => mineFor(deps, reading, row)))).flat();
}

async function mineFor(
  deps: ChangesDeps,
  reading: Reading,
  row: Parameters<typeof mineChange>[1],
): Promise<MineChange[]> {
  const view = await viewIn(deps, reading, row.document_id);
  return view === undefined ? [] : mineChange(reading, row, view);
}

export async function visibleDocuments(db: Kysely<Tables>, reader: Reader): Promise<DocumentRow[]> {
  const rows = new Map((await documentsOfPerson(db, reader.authority, reader.person)).map((row) => [row.id, row]));
  for (const [kind, stages] of listedStages(reader)) {
    for (const row of await documentsInStages(db, reader.authority, kind, [...stages])) rows.set(row.id, row);
  }
  return [...rows.values()];
}

/** What does not come by page: what concerns the person by themselves, and what this device keeps whole. */
async function ownDocuments(db: Kysely<Tables>, { authority, person, device }: Reader): Promise<DocumentRow[]> {
  const own = await documentsOfPerson(db, authority, person);
  const held = await documentsAmong(db, { authorityId: authority, ids: await heldOnDevice(db, device) });
  return [...new Map([...own, ...held].map((row) => [row.id, row])).values()];
}

/** Read once for a frame, which shows one moment. */
async function viewIn(deps: ChangesDeps, reading: Reading, documentId: string): Promise<DocumentView | undefined> {
  const { db, reader, views } = reading;
  if (!views.has(documentId)) views.set(documentId, await viewOf(deps, db, reader, documentId));
  return views.get(documentId);
}

export async function viewOf(
  { forms }: Pick<Sync, 'forms'>,
  db: Kysely<Tables>,
  reader: Reader,
  documentId: string,
): Promise<DocumentView | undefined> {
  const row = await documentById(db, reader.authority, documentId);
  if (row === undefined) return undefined;
  const form = formOfDocument(forms, row);
  const state = isHideable(reader, form)
    ? await loadWishes(db, documentId, wishesIn(form), hideableSections(form))
    : emptyDocumentState();
  return { row, form, shares: await sharesOf(db, documentId), state };
}

/** What concerns a person by themselves comes whole; of an authority's lists a device keeps whole what was opened on it. */
async function isFull(db: Kysely<Tables>, reader: Reader, { row, shares }: DocumentView): Promise<boolean> {
  return (
    factsOf(row, shares, reader.person as PersonId).whose !== 'other' ||
    (await heldDocuments(db, reader.device, [row.id])).has(row.id)
  );
}

/** About how many bytes: near enough to end a frame, and far cheaper than writing it all twice. */
const sizeOf = (changes: readonly Change[]): number => changes.reduce((sum, change) => sum + weightOf(change), 0);
function weightOf(change: Change): number {
  switch (change.t) {
    case 'text':
      return smallChange + (change.state === undefined ? lengthOf(change.tree) : 2 * change.state.length);
    case 'field':
      return smallChange + lengthOf(change.value) + (change.conflict === undefined ? 0 : lengthOf(change.conflict));
    case 'mine':
      return smallChange + lengthOf(change.value) + lengthOf(change.standing ?? null);
    default:
      return smallChange;
  }
}
const smallChange = 250;
const lengthOf = (value: unknown): number =>
  typeof value === 'string'
    ? value.length
    : value === null || typeof value !== 'object'
      ? 8
      : JSON.stringify(value).length;

/** About half a megabyte: a few seconds on a bad line, and folded in one go on an old telephone. */
const frameBytes = 512 * 1024;
const rowsPerFrame = 2000;
const quietSteps = 1000;
const tooOldSteps = 50_000;
