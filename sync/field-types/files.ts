import type { FieldType } from './field-type.ts';
import { sameJson } from './scalar.ts';

/** Where documents are added. Attachments have a road of their own (in parts, resumable), so the field has no value. */
export const files: FieldType = {
  name: 'files',
  takesFiles: true,
  accepts: () => false,
  problems: () => [],
  isEmpty: () => true,
  same: sameJson,
  print: () => [],
  generate: () => null,
};
