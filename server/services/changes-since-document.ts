/**
 * One document as one person may see it: everything, or what changed after a point. Every question to the database
 * names the sections that may be seen, so that nothing else is ever in hand. Old values go only to those who may write,
 * and only from the moment they could.
 */
import { type AttachmentId, type DocumentId, type Holder, type PersonId, type SectionKey } from '#sync/model/ids.ts';
import { base64OfBytes } from '#sync/model/base64.ts';
import type { Json } from '#sync/model/edit.ts';
import { isLater } from '#sync/model/stamp.ts';
import type { Side, TextState } from '#sync/model/state.ts';
import type { Change, FieldChange } from '#sync/protocol/changes.ts';
import type { Reason } from '#sync/reasons.ts';
import { eventsSince } from '#server/storage/events.ts';
import { onceEach } from '#server/storage/prepared.ts';
import { attachmentRows, fieldRows, itemRows, textRows } from '#server/storage/section-rows.ts';
import { fieldOfRow, itemOfRow, textOfRow } from '#server/storage/sections.ts';
import { childOf, listLine } from './changes-since-line.ts';
import { removalsFor, type Removals } from './changes-since-removed.ts';
import {
  hiddenSections,
  sectionsInItems,
  unwrittenSections,
  visibleSections,
  type DocumentView,
  type Reading,
  type VisibleSection,
} from './changes-since-sections.ts';
import { mayDocument } from '#sync/roles/may.ts';
import { acquaintedSince, factsOf, sectionRights, writerSince } from './viewer.ts';

/**
 * `since` 0 is everything. `full` false is the line in a list alone. `closes` also names the sections that may have been
 * hidden meanwhile, with no right left in them, as everything does: the device takes away what it holds of those, and
 * draws no question whose answer could only be refused.
 */
export async function documentChanges(
  reading: Reading,
  view: DocumentView,
  since: number,
  full: boolean,
  closes = false,
): Promise<Change[]> {
  const removals = await removalsFor(reading, view);
  const sections = await visibleSections(reading, view, removals);
  const isWhole = since === 0 || view.row.seq > since;
  const closed = (closes || since === 0) && full ? await hiddenSections(reading, view, sections, removals) : [];
  const changes = full ? [...closed, ...(await contentChanges(reading, view, sections, removals, since, isWhole))] : [];
  const isListed =
    isWhole ||
    changes.length > 0 ||
    view.shares.some((share) => share.seq > since && isConcerned(reading, view, share.person_id)) ||
    [...sections.values()].some((section) => section.seq > since);
  return isListed
    ? [await listLine(reading, view, sections, await childOf(reading, view, sections), full), ...changes]
    : [];
}

async function contentChanges(
  reading: Reading,
  view: DocumentView,
  visible: Map<SectionKey, VisibleSection>,
  removals: Removals,
  since: number,
  isWhole: boolean,
): Promise<Change[]> {
  const { db, reader, people } = reading;
  const { row, shares, form } = view;
  const doc = row.id as DocumentId;
  const keys = [...visible.keys()];
  if (keys.length === 0) return [];
  const mayWrite = (section: string) => visible.get(section as SectionKey)?.may.includes('write') ?? false;
  const canWriteSince = writerSince(row, shares, reader.person);
  const changes: Change[] = [];
  for (const [section, { ver, seq, may }] of visible)
    if (isWhole || seq > since) changes.push({ t: 'section', doc, section, ver, may });
  const inItems = [...sectionsInItems(form)];
  const rights = sectionRights(reader, view);
  const whole = since === 0 ? [] : removals.changedSince(since);
  for (const stored of await itemRows(db, row.id, keys, since, whole)) {
    const item = itemOfRow(stored);
    if (!removals.isTold(item.id)) continue;
    changes.push({
      t: 'item',
      doc,
      section: item.section,
      id: item.id,
      holder: item.holder,
      list: item.list,
      order: item.order,
      ver: item.ver,
      gone: item.gone !== undefined,
    });
    if (removals.isShown(item.id))
      for (const change of unwrittenSections(rights, doc, item.id, inItems, visible)) changes.push(change);
  }
  for (const stored of await fieldRows(db, row.id, keys, since, whole)) {
    if (!removals.isShown(stored.holder as Holder)) continue;
    const { field, standing } = fieldRead(stored);
    if (standing === undefined) continue;
    const base = (fieldsTold.get(stored) ?? {
      t: 'field',
      doc,
      section: field.section,
      holder: stored.holder as Holder,
      field: stored.field,
      value: field.value,
      ver: stored.ver,
      by: await people(standing.person),
      at: standing.stamp,
      device: standing.device,
    }) satisfies FieldChange;
    fieldsTold.set(stored, base);
    const conflict =
      field.conflict !== undefined && mayWrite(field.section) && canWriteSince !== undefined
        ? await conflictFor(reading, field.conflict, field.base, field.sides, canWriteSince)
        : undefined;
    changes.push(conflict === undefined ? base : { ...base, conflict });
  }
  for (const stored of await textRows(db, row.id, keys, since, whole)) {
    if (!removals.isShown(stored.holder as Holder)) continue;
    const text = textRead(stored);
    changes.push({
      t: 'text',
      doc,
      section: text.section,
      holder: stored.holder as Holder,
      field: stored.field,
      tree: text.tree,
      ver: text.ver,
      at: stored.at,
      ...(mayWrite(text.section) && { state: stateRead(text) }),
      ...(text.person !== undefined && { by: await people(text.person) }),
    });
  }
  for (const event of await eventsSince(db, row.id, since)) {
    const args = JSON.parse(event.args) as Record<string, Json>;
    if (!mayReadEvent(reading, view, event, args)) continue;
    changes.push({
      t: 'event',
      id: event.id,
      doc,
      what: event.what,
      by: await people(event.person_id as PersonId),
      at: event.at,
      args,
    });
  }
  for (const file of await attachmentRows(db, row.id, keys, since)) {
    // A file is shown to others only when it has passed every check; whoever brings it sees how far it is.
    if (file.state !== 'ready' && file.person_id !== reader.person) continue;
    if (file.gone_at !== null && file.gone_at < acquaintedSince(row, shares, reader.person)) continue;
    changes.push({
      t: 'attachment',
      id: file.id as AttachmentId,
      doc,
      section: file.section as SectionKey,
      // What was removed keeps no name.
      name: file.gone_at === null ? file.name : '',
      sizeBytes: file.copy_bytes ?? file.size_bytes,
      category: file.category,
      ...(file.dated_on !== null && { datedOn: file.dated_on }),
      state: file.state,
      ...(file.reason !== null && { reason: file.reason as Reason }),
      by: await people(file.person_id as PersonId),
      at: file.at,
      gone: file.gone_at !== null,
    });
  }
  return changes;
}

// Rows of one moment are shared by all who are told of them, and so is what is read out of each.
const fieldRead = onceEach((stored: Parameters<typeof fieldOfRow>[0]) => {
  const field = fieldOfRow(stored);
  return { field, standing: standingSide(field.sides) };
});
const textRead = onceEach(textOfRow);
const stateRead = onceEach(({ state }: TextState) => base64OfBytes(state));
const fieldsTold = new WeakMap<object, FieldChange>();

/** Whoever came later sees the sides that were written since; if there is none, what stands is all there is to see. */
async function conflictFor(
  { reader, people }: Reading,
  id: string,
  base: Json,
  sides: readonly Side[],
  since: number,
): Promise<FieldChange['conflict']> {
  const seen = sides.filter((side) => side.person === reader.person || side.stamp >= since);
  if (seen.length === 0) return undefined;
  return {
    id,
    base,
    sides: await Promise.all(
      seen.map(async (side) => ({
        value: side.value,
        by: await people(side.person),
        at: side.stamp,
        device: side.device,
      })),
    ),
  };
}

/** Who shared with whom is for those who may take it away again, and for whom it was shared with. */
const isConcerned = ({ reader }: Reading, { row, shares }: DocumentView, person: string): boolean =>
  person === reader.person || mayDocument(reader, factsOf(row, shares, reader.person)).includes('unshare');

/** Words in an event are for those who may see their section. */
function mayReadEvent(
  reading: Reading,
  view: DocumentView,
  { what, person_id: author }: { readonly what: string; readonly person_id: string },
  args: Record<string, Json>,
): boolean {
  const { reader } = reading;
  // Late words can belong to a part of an entry in which nothing else was ever written.
  if (typeof args.section === 'string')
    return sectionRights(reader, view, author !== reader.person)(args.section as SectionKey).includes('see');
  if (what === 'shared' || what === 'unshared') return isConcerned(reading, view, String(args.person));
  return true;
}

const standingSide = (sides: readonly Side[]): Side | undefined =>
  sides.reduce<Side | undefined>((best, side) => (best === undefined || isLater(side, best) ? side : best), undefined);
