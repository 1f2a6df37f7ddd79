import type { FieldType } from './field-type.ts';
import { isBlank, sameJson } from './scalar.ts';

/**
 * One entry of a code list (`list`), found by typing. The lists are heavy and loaded when wanted, so only the form of a
 * key is judged here; a key that a newer list knows is kept, and printed as it is until the list is there.
 */
export const choice: FieldType = {
  name: 'choice',
  accepts: (value) => typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value),
  problems: () => [],
  isEmpty: isBlank,
  same: sameJson,
  print: (value, field, labels) => (typeof value === 'string' ? [labels(String(field.list)).get(value) ?? value] : []),
  generate: (_field, pick) => ['ENG', 'POL', 'URD', 'CYM'][pick(4)] ?? 'ENG',
};
