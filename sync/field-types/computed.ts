import type { FieldDefinition } from '../forms/define.ts';
import type { Json } from '../model/edit.ts';
import { ageOn, yearGroup } from '../ages/age.ts';
import { isDate } from './date.ts';
import type { FieldType } from './field-type.ts';
import { sameJson } from './scalar.ts';

/** Something that follows from neighbouring answers (`from`): shown, never stored, so that it cannot be out of date. */
export const computed: FieldType = {
  name: 'computed',
  accepts: () => false,
  problems: () => [],
  isEmpty: () => true,
  same: sameJson,
  print: () => [],
  generate: () => null,
};

/** What stands in the field today; `answer` reads a neighbour by the name that the definition gives (`born`, `offset`). */
export function computedText(field: FieldDefinition, answer: (name: string) => Json, today: string): string {
  const value = answer(String(field.born));
  const born = typeof value === 'string' && isDate(value) ? value : undefined;
  if (field.from === 'age') {
    const age = born === undefined ? undefined : ageOn(born, today);
    return age === undefined ? 'Not applicable' : String(age);
  }
  const offset = typeof field.offset === 'string' ? answer(field.offset) : 0;
  return yearGroup(born, today, typeof offset === 'number' && Number.isInteger(offset) ? offset : 0);
}
