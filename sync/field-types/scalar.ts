/** What most types of field share: a string or nothing, compared as it was typed. */
import type { Json } from '../model/edit.ts';
import type { FieldType } from './field-type.ts';

export const isBlank = (value: Json): boolean => value === null || (typeof value === 'string' && value.trim() === '');
export const sameJson = (a: Json, b: Json): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
/** An empty box and a box never touched are the same answer. */
export const sameText = (a: Json, b: Json): boolean => sameJson(isBlank(a) ? null : a, isBlank(b) ? null : b);

export const detail = (field: Readonly<Record<string, unknown>>, name: string, otherwise: number): number =>
  typeof field[name] === 'number' ? field[name] : otherwise;

/** A type whose value is text on one or more lines. */
export function textLike(name: string, own: Partial<FieldType> & { lengthMax: number }): FieldType {
  return {
    name,
    accepts: (value, field) =>
      typeof value === 'string' && value.length <= detail(field, 'maxLength', own.lengthMax) && !value.includes('\0'),
    problems: () => [],
    isEmpty: isBlank,
    same: sameText,
    print: (value) => (typeof value === 'string' && value !== '' ? value.split('\n') : []),
    generate: (_field, pick) => words(pick),
    ...own,
  };
}

const vocabulary = [
  'Zoë',
  'calm',
  'reading',
  'Łucja',
  'ﷺ',
  'needs',
  'time',
  '好',
  'Siân',
  'with',
  'a quiet',
  'corner',
  'ਪੰਜਾਬੀ',
  '1:1',
];
const words = (pick: (below: number) => number): string =>
  Array.from({ length: 1 + pick(5) }, () => vocabulary[pick(vocabulary.length)]).join(' ');
