import { checkLetter, tidyUpn, upnFault } from '../identifiers/upn.ts';
import { isBlank, textLike } from './scalar.ts';

/**
 * Unique pupil number, current or former. What is no UPN at all must be corrected or left blank before submission. A
 * wrong check letter or authority is only said: schools' own records carry such numbers, and no family's statutory
 * request may wait for a school to correct one.
 */
export const upn = textLike('upn', {
  lengthMax: 40,
  problems(value) {
    if (isBlank(value)) return [];
    switch (upnFault(String(value))) {
      case 'shape':
        return [
          {
            level: 'error',
            text: 'A UPN has 1 letter, 11 numbers, then 1 number or letter. Correct it, or leave it blank if you do not know it',
          },
        ];
      case 'letter':
        return [
          { level: 'warning', text: 'This UPN does not match its first letter. Check that every character is right' },
        ];
      case 'authority':
        return [
          {
            level: 'warning',
            text: 'The first 3 numbers of this UPN are not a local authority we know. Check that they are right',
          },
        ];
      case undefined:
        return [];
    }
  },
  same: (a, b) => tidy(a) === tidy(b),
  print: (value) => (isBlank(value) ? [] : [tidy(value)]),
  generate(_field, pick) {
    const rest = `830${String(pick(10_000)).padStart(4, '0')}${String(pick(100)).padStart(2, '0')}${String(pick(1000)).padStart(3, '0')}`;
    return checkLetter(`?${rest}`) + rest;
  },
});

const tidy = (value: unknown): string => tidyUpn(typeof value === 'string' ? value : '');
