/** Places in a list: strings that sort, with always room between two. Ties fall by item id. */
import { generateKeyBetween } from 'fractional-indexing';

/** A key after `before` and before `after`; null is the list's end. */
export const orderBetween = (before: string | null, after: string | null): string => generateKeyBetween(before, after);

export const orderPattern = /^[0-9A-Za-z]{1,400}$/;
