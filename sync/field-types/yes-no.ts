import type { FieldType } from './field-type.ts';
import { sameJson } from './scalar.ts';

/** Yes, no, or not answered: the answer can be cleared. */
export const yesNo: FieldType = {
  name: 'yes-no',
  accepts: (value) => value === 'yes' || value === 'no',
  problems: () => [],
  isEmpty: (value) => value === null,
  same: sameJson,
  print: (value) => (value === 'yes' ? ['Yes'] : value === 'no' ? ['No'] : []),
  generate: (_field, pick) => (pick(2) === 0 ? 'yes' : 'no'),
};
