import { showPhone, toE164 } from '../identifiers/phone-number.ts';
import { isBlank, textLike } from './scalar.ts';

/** A telephone number as people write it; spaces, brackets and a leading + are theirs to choose. */
export const phone = textLike('phone', {
  lengthMax: 40,
  problems: (value) => {
    if (isBlank(value) || toE164(String(value)) !== undefined) return [];
    return [
      { level: 'error', text: 'Enter a telephone number with its area code, like 01632 960 001 or +44 7700 900 982' },
    ];
  },
  same: (a, b) => number(a) === number(b),
  print: (value) => (isBlank(value) ? [] : [showPhone(String(value))]),
  generate: (_field, pick) => `07700 900${String(pick(1000)).padStart(3, '0')}`,
});

/** Two ways of writing one number are one answer. */
const number = (value: unknown): string => (typeof value === 'string' ? (toE164(value) ?? value.trim()) : '');
