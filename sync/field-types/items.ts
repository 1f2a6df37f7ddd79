import type { FieldType } from './field-type.ts';
import { sameJson } from './scalar.ts';

/** A list whose entries are items with fields of their own; it has no value itself. */
export const items: FieldType = {
  name: 'items',
  accepts: () => false,
  problems: () => [],
  isEmpty: () => true,
  same: sameJson,
  print: () => [],
  generate: () => null,
};
