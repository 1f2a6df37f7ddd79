import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lettersOf, numbersOf, stepsBack, stepsOf } from './digits.ts';

test('numbers that went as letters are the same numbers, whichever way they go', () => {
  let long = 0;
  const bounded = (max: number) => fc.array(fc.nat({ max }), { maxLength: 40 });
  const any = fc.oneof(bounded(3), bounded(64), bounded(2 ** 31 - 1));
  const onTheWire = (digits: object) => JSON.parse(JSON.stringify(digits)) as ReturnType<typeof lettersOf>;
  fc.assert(
    fc.property(any, any, (numbers, others) => {
      expect(numbersOf(onTheWire(lettersOf(numbers)), numbers.length)).toEqual(numbers);
      const both = numbers.map((number, at) => number - (others[at] ?? 0));
      expect(stepsBack(onTheWire(stepsOf(both)), both.length)).toEqual(both);
      if ((lettersOf(numbers).letters?.length ?? 0) > numbers.length) long += 1;
    }),
  );
  expect(long).toBeGreaterThan(10);
});

test('of numbers that are all the same, one travels', () => {
  expect(lettersOf([7, 7, 7])).toEqual({ each: 7 });
});
