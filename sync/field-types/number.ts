import type { FieldType } from './field-type.ts';
import { detail, isBlank, sameJson } from './scalar.ts';

/** A number within `min` and `max`, by steps of `step` (1); what is half typed is kept as typed (`?` and the words). */
export const number: FieldType = {
  name: 'number',
  accepts: (value) =>
    (typeof value === 'number' && Number.isFinite(value)) ||
    (typeof value === 'string' && value.startsWith('?') && value.length <= 40),
  problems(value, field) {
    if (isBlank(value)) return [];
    const [min, max] = [detail(field, 'min', -Infinity), detail(field, 'max', Infinity)];
    const isRight =
      typeof value === 'number' && value >= min && value <= max && Number.isInteger(value / detail(field, 'step', 1));
    return isRight ? [] : [{ level: 'error', text: sentence(min, max) }];
  },
  isEmpty: isBlank,
  same: sameJson,
  print: (value) => (isBlank(value) ? [] : [typeof value === 'number' ? inWords(value) : String(value).slice(1)]),
  generate(field, pick) {
    const min = detail(field, 'min', 0);
    return min + pick(detail(field, 'max', min + 100) - min + 1);
  },
};

/** With the minus of print, which is not broken off from its number. */
const inWords = (value: number): string => (value < 0 ? `−${-value}` : String(value));

function sentence(min: number, max: number): string {
  if (Number.isFinite(min) && Number.isFinite(max)) return `Enter a number from ${inWords(min)} to ${inWords(max)}`;
  return Number.isFinite(min) ? `Enter a number of ${inWords(min)} or more` : 'Enter a number';
}
