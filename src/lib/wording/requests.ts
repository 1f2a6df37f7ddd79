/** How requests are named in lists and headings. */
import type { ListedDocument } from '#lib/device/hub.ts';

export const nameOf = (one: Pick<ListedDocument, 'summary'>): string =>
  one.summary.name.trim() === '' ? 'No name yet' : one.summary.name;
export const isDraft = (one: Pick<ListedDocument, 'stage'>): boolean => one.stage === 'draft';
