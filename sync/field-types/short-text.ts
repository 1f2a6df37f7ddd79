import { textLike } from './scalar.ts';

/** One line of plain text, kept exactly as typed. */
export const shortText = textLike('short-text', { lengthMax: 300 });
