/**
 * Entries that were removed. Their words are deleted words: they go only to those who may write there, and only if the
 * removal came after they could. Whoever first saw the document later is told of no such entry at all, because its id
 * would be enough to bring it back.
 */
import { itemOfSection, type Holder, type ItemId, type SectionKey } from '#sync/model/ids.ts';
import { itemPlaces } from '#server/storage/section-rows.ts';
import type { DocumentView, Reading } from './changes-since-sections.ts';
import { acquaintedSince, sectionRights, writerSince, type Reader } from './viewer.ts';

export interface Removals {
  /** Whether the person is told of this entry: that it is there, or that it is there no more. */
  isTold(item: ItemId): boolean;
  /** Whether what the holder holds is shown: always for a section, and for an entry that is there. */
  isShown(holder: Holder): boolean;
  isSectionShown(section: SectionKey): boolean;
  /** Entries that are there and changed after a point, or what they stand in: one that came back brings its words. */
  changedSince(since: number): ItemId[];
}

export type ItemPlace = Awaited<ReturnType<typeof itemPlaces>>[number];

export const removalsFor = async (
  { db, reader }: Pick<Reading, 'db' | 'reader'>,
  view: DocumentView,
): Promise<Removals> => removalsAmong(reader, view, await itemPlaces(db, view.row.id));

export function removalsAmong(reader: Reader, view: DocumentView, places: readonly ItemPlace[]): Removals {
  const items = new Map<string, ItemPlace>();
  for (const item of places) items.set(item.id, item);
  const rights = sectionRights(reader, view);
  const knownSince = acquaintedSince(view.row, view.shares, reader.person);
  const writes = writerSince(view.row, view.shares, reader.person) ?? Infinity;

  /** The entry itself and what it stands in. */
  const chain = (id: string) => {
    const found = [];
    for (let item = items.get(id); item !== undefined; item = items.get(item.holder)) found.push(item);
    return found;
  };
  const removed = (id: string) => chain(id).filter((item) => item.gone !== null);
  const isShown = (holder: string) =>
    removed(holder).every((item) => item.at >= writes && rights(item.section as SectionKey).includes('write'));
  return {
    isTold: (id) => removed(id).every((item) => item.at >= knownSince),
    isShown,
    isSectionShown: (section) => isShown(itemOfSection(section) ?? section),
    changedSince: (since) =>
      [...items.keys()].filter(
        (id) => removed(id).length === 0 && chain(id).some((item) => item.seq > since),
      ) as ItemId[],
  };
}
