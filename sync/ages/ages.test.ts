import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ageOn, curriculumYear, yearGroup } from './age.ts';
import { compulsorySchoolAgeEnds, isYoungPerson } from './compulsory-school-age.ts';

test('age and year group follow the school year of England', () => {
  const vectors: readonly (readonly [born: string, day: string, offset: number, age: number, year: string])[] = [
    ['2019-01-06', '2023-03-01', 0, 4, 'Nursery'],
    ['2019-01-06', '2023-10-01', 0, 4, 'Reception'],
    ['2014-08-31', '2026-11-22', 0, 12, 'Year 8'],
    ['2014-09-01', '2026-11-22', 0, 12, 'Year 7'],
    ['2014-08-31', '2026-11-22', -1, 12, 'Year 7'],
    ['2016-02-29', '2026-11-22', 0, 10, 'Year 6'],
    ['2016-02-29', '2026-11-22', 1, 10, 'Year 7'],
    ['2010-09-01', '2026-08-31', 0, 15, 'Year 10'],
    ['2010-09-01', '2026-09-01', 0, 16, 'Year 11'],
    ['2010-08-31', '2026-08-31', 0, 16, 'Year 11'],
    ['2022-08-31', '2026-09-01', 0, 4, 'Reception'],
    ['2022-09-01', '2026-09-01', 0, 4, 'Nursery'],
    ['2024-05-05', '2026-11-22', 0, 2, 'Nursery (younger)'],
    ['2026-01-01', '2026-11-22', 0, 0, 'Pre-school'],
    ['2006-07-01', '2026-11-22', 0, 20, 'Year 16'],
    ['2001-09-02', '2026-11-22', 0, 25, 'Year 20'],
    ['2001-08-31', '2026-11-22', 0, 25, 'Year 21'],
    ['2008-04-24', '2023-08-15', 0, 15, 'Year 10'],
    ['2008-04-24', '2023-09-11', 0, 15, 'Year 11'],
  ];
  for (const [born, day, offset, age, year] of vectors) {
    expect([ageOn(born, day), yearGroup(born, day, offset)], `${born} on ${day}`).toEqual([age, year]);
  }
});

test('before the birth, or without a date of birth, there is no year group', () => {
  expect(yearGroup(undefined, '2026-11-22')).toBe('Not applicable');
  expect(yearGroup('2027-01-01', '2026-11-22')).toBe('Not applicable');
  expect(ageOn('2027-01-01', '2026-11-22')).toBeUndefined();
});

test('whoever was born on 29 February is a year older on 1 March of a common year', () => {
  expect(ageOn('2016-02-29', '2026-02-28')).toBe(9);
  expect(ageOn('2016-02-29', '2026-03-01')).toBe(10);
});

const day = (from: string, to: string) =>
  fc
    .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));

test('the year group goes up by one on 1 September, and on no other day', () => {
  const next = (date: string) => new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
  fc.assert(
    fc.property(day('2001-01-01', '2020-12-31'), day('2021-01-01', '2026-12-31'), (born, today) => {
      const step = (curriculumYear(born, next(today)) ?? 0) - (curriculumYear(born, today) ?? 0);
      expect(step).toBe(next(today).endsWith('-09-01') ? 1 : 0);
    }),
  );
});

test('rights pass to the young person after the last Friday in June of the year in which they turn 16', () => {
  for (const born of ['2010-09-01', '2011-08-31']) {
    expect(isYoungPerson(born, '2027-06-25')).toBe(false);
    expect(isYoungPerson(born, '2027-06-26')).toBe(true);
  }
  expect(isYoungPerson('2010-08-31', '2026-06-26')).toBe(false);
  expect(isYoungPerson('2010-08-31', '2026-06-27')).toBe(true);
});

test('that day is always a Friday of the last seven days of June, in the year of 16 or 17', () => {
  fc.assert(
    fc.property(day('1998-01-01', '2026-12-31'), (born) => {
      const last = compulsorySchoolAgeEnds(born);
      expect(new Date(last).getUTCDay()).toBe(5);
      expect(last).toMatch(/-06-(2[4-9]|30)$/);
      expect(Number(last.slice(0, 4)) - Number(born.slice(0, 4))).toBe(born.slice(5) >= '09-01' ? 17 : 16);
    }),
  );
});
