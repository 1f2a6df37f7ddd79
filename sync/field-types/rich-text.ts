import type { FieldType } from './field-type.ts';
import { sameJson } from './scalar.ts';

/** Formatted words. Its value lives in a text of its own (`texts`), never in a field's value. */
export const richText: FieldType = {
  name: 'rich-text',
  accepts: () => false,
  problems: () => [],
  isEmpty: (value) => !Array.isArray(value) || !JSON.stringify(value).includes('"text":'),
  same: sameJson,
  print: () => [],
  generate: () => null,
};
