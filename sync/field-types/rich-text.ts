import type { FieldType } from './field-type.ts';
import { sameJson } from './scalar.ts';

/** Formatted words. Its value lives in a text of its own (`texts`), never in a field's value. */
export const richText: FieldType = {
  name: 'rich-text',
  accepts: () => false,
  problems: () => [],
  isEmpty: (value) => !Array.isArray(value) || !JSON.stringify(value).includes('"text":'),
  same: sameJson,
  // Words that came too late are told of as plain words: they stand in no text that could have a tree.
  print: (value) => (typeof value === 'string' ? value.split('\n') : []),
  generate: () => null,
};
