import { textLike } from './scalar.ts';

/** Several lines of plain text. */
export const longText = textLike('long-text', { lengthMax: 10_000 });
