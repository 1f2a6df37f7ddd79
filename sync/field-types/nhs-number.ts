import { isNhsNumber, showNhsNumber, tidyNhsNumber } from '../identifiers/nhs-number.ts';
import { weightedSum } from '../identifiers/weighted-sum.ts';
import { isBlank, textLike } from './scalar.ts';

/** NHS number. A wrong one is another person's, so it must be corrected or left blank before submission. */
export const nhsNumber = textLike('nhs-number', {
  lengthMax: 40,
  problems: (value) =>
    isBlank(value) || isNhsNumber(String(value))
      ? []
      : [
          {
            level: 'error',
            text: 'Enter the NHS number as it is on a letter from the NHS, like 999 000 0018, or leave it blank if you do not know it',
          },
        ],
  same: (a, b) => tidy(a) === tidy(b),
  print: (value) => (isBlank(value) ? [] : [showNhsNumber(String(value))]),
  generate(_field, pick) {
    // The range that is kept for tests and never given to a person.
    for (let stem = 999_000_000 + pick(900_000); ; stem += 1) {
      const check = (11 - (weightedSum(String(stem)) % 11)) % 11;
      if (check !== 10) return `${stem}${check}`;
    }
  },
});

const tidy = (value: unknown): string => tidyNhsNumber(typeof value === 'string' ? value : '');
