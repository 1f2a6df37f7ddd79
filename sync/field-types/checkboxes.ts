import type { FieldType } from './field-type.ts';
import { optionsOf } from './radios.ts';
import { sameJson } from './scalar.ts';

/** Any of a few; an option marked `exclusive` («none») stands alone. Kept in the order of the options. */
export const checkboxes: FieldType = {
  name: 'checkboxes',
  accepts(value, field) {
    if (!Array.isArray(value)) return false;
    const known = optionsOf(field).map((option) => option.value);
    return new Set(value).size === value.length && value.every((one) => known.includes(one as string));
  },
  problems(value, field) {
    const alone = typeof field.exclusive === 'string' ? field.exclusive : undefined;
    if (alone === undefined || !Array.isArray(value) || value.length < 2 || !value.includes(alone)) return [];
    return [{ level: 'error', text: 'Choose “None”, or the ones that apply, not both' }];
  },
  isEmpty: (value) => !Array.isArray(value) || value.length === 0,
  same: (a, b) => sameJson(inOrder(a), inOrder(b)),
  print: (value, field) =>
    Array.isArray(value)
      ? optionsOf(field)
          .filter((option) => value.includes(option.value))
          .map((option) => option.label)
      : [],
  generate: (field, pick) =>
    optionsOf(field)
      .filter((option) => option.value !== field.exclusive && pick(2) === 0)
      .map((option) => option.value),
};

const inOrder = (value: unknown): string[] => (Array.isArray(value) ? [...(value as string[])].sort() : []);
