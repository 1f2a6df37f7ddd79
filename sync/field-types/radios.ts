import type { FieldDefinition } from '../forms/define.ts';
import type { FieldType } from './field-type.ts';
import { sameJson } from './scalar.ts';

/** One of a few, all of them on the screen. */
export const radios: FieldType = {
  name: 'radios',
  accepts: (value, field) => optionsOf(field).some((option) => option.value === value),
  problems: () => [],
  isEmpty: (value) => value === null,
  same: sameJson,
  print: (value, field) =>
    optionsOf(field)
      .filter((option) => option.value === value)
      .map((option) => option.label),
  generate: (field, pick) => optionsOf(field)[pick(optionsOf(field).length)]?.value ?? null,
};

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}
export const optionsOf = (field: FieldDefinition): readonly Option[] =>
  Array.isArray(field.options) ? (field.options as Option[]) : [];
