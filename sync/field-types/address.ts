import type { Json } from '../model/edit.ts';
import { isPostcode, showPostcode, tidyPostcode } from '../identifiers/postcode.ts';
import type { FieldType } from './field-type.ts';

/** The lines of a postal address, in the order in which they are written on an envelope. */
export const addressLines = ['line1', 'line2', 'line3', 'town', 'county', 'postcode'] as const;
export type PostalAddress = { readonly [Line in (typeof addressLines)[number]]?: string };

/**
 * A postal address: one value, because half of an old address and half of a new one is nobody's. Kept as typed; the
 * postcode is shown with its space. Not every parent lives in the United Kingdom, so an odd postcode is only said.
 */
export const address: FieldType = {
  name: 'address',
  accepts(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    return Object.entries(value).every(
      ([line, text]) =>
        (addressLines as readonly string[]).includes(line) &&
        typeof text === 'string' &&
        text.length <= 200 &&
        !text.includes('\0'),
    );
  },
  problems(value) {
    const postcode = linesOf(value).postcode ?? '';
    if (postcode.trim() === '' || isPostcode(postcode)) return [];
    return [
      {
        level: 'warning',
        text: 'This is not a postcode of the United Kingdom, like DE4 3AG. Check it, unless the address is abroad',
      },
    ];
  },
  isEmpty: (value) => addressLines.every((line) => (linesOf(value)[line] ?? '').trim() === ''),
  same: (a, b) => addressLines.every((line) => compared(a, line) === compared(b, line)),
  print: (value) =>
    addressLines
      .map((line) =>
        line === 'postcode' ? showPostcode(linesOf(value)[line] ?? '') : (linesOf(value)[line] ?? '').trim(),
      )
      .filter((text) => text !== ''),
  generate: (_field, pick) => ({
    line1: `${1 + pick(200)} Łąkowa Street`,
    ...(pick(2) === 0 && { line2: 'Flat ½' }),
    town: ['Abertawe', 'Matlock', 'Derby'][pick(3)] ?? 'Derby',
    postcode: `DE${1 + pick(9)} ${pick(10)}AG`,
  }),
};

const linesOf = (value: Json): PostalAddress =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as PostalAddress) : {};

const compared = (value: Json, line: (typeof addressLines)[number]): string => {
  const text = linesOf(value)[line] ?? '';
  return line === 'postcode' ? tidyPostcode(text) : text.trim();
};
