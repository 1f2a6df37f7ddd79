/** How requests are named in lists and headings. */
import { binDays } from '#sync/model/bin.ts';
import type { ListedDocument } from '#lib/device/hub.ts';

export const nameOf = (one: Pick<ListedDocument, 'summary'>): string =>
  one.summary.name.trim() === '' ? 'No name yet' : one.summary.name;
export const isDraft = (one: Pick<ListedDocument, 'stage'>): boolean => one.stage === 'draft';
export const isDeleted = (one: Pick<ListedDocument, 'stage'>): boolean => one.stage === 'deleted';

/** Until when a deleted draft can be had back. Nothing changes it after it was deleted. */
export const restorableUntil = (one: Pick<ListedDocument, 'updatedAt'>): number => one.updatedAt + binDays * dayMs;
const dayMs = 24 * 60 * 60_000;
