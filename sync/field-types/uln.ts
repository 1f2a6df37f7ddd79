import { isUln, tidyUln } from '../identifiers/uln.ts';
import { weightedSum } from '../identifiers/weighted-sum.ts';
import { isBlank, textLike } from './scalar.ts';

/** Unique learner number. A wrong one finds another learner's record, so it must be corrected or left blank before submission. */
export const uln = textLike('uln', {
  lengthMax: 40,
  problems: (value) =>
    isBlank(value) || isUln(String(value))
      ? []
      : [
          {
            level: 'error',
            text: 'Enter the 10 numbers of the ULN as they were given, or leave it blank if you do not know it',
          },
        ],
  same: (a, b) => tidy(a) === tidy(b),
  print: (value) => (isBlank(value) ? [] : [tidy(value)]),
  generate(_field, pick) {
    for (let stem = 100_000_000 + pick(800_000_000); ; stem += 1) {
      const remainder = weightedSum(String(stem)) % 11;
      if (remainder !== 0) return `${stem}${10 - remainder}`;
    }
  },
});

const tidy = (value: unknown): string => tidyUln(typeof value === 'string' ? value : '');
