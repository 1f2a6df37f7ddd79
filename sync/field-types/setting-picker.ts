import { idPattern } from '../model/ids.ts';
import type { FieldType } from './field-type.ts';
import { isBlank, sameJson } from './scalar.ts';

/**
 * A setting of the area, found by typing: the value is the organisation's id. The list `settings` belongs to the
 * authority and comes from the Hub, so the id is all that is judged here. A setting elsewhere is typed in the
 * neighbouring fields of the form.
 */
export const settingPicker: FieldType = {
  name: 'setting-picker',
  accepts: (value) => typeof value === 'string' && idPattern.test(value),
  problems: () => [],
  isEmpty: isBlank,
  same: sameJson,
  // An id tells a reader nothing; the name may be missing on a device that has not been sent the list yet.
  print: (value, _field, labels) =>
    typeof value === 'string'
      ? [labels('settings').get(value) ?? 'A setting whose name is not on this device yet']
      : [],
  generate: (_field, pick) => Array.from({ length: 16 }, () => 'abcdefghijklmnop'.charAt(pick(16))).join(''),
};
