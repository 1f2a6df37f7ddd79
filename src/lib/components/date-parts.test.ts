import { describe, expect, test } from 'vitest';
import { dateOfParts, partsOfDate } from './date-parts.ts';

describe('a date typed in three boxes', () => {
  test('is a date as soon as it is a real day', () => {
    expect(dateOfParts({ day: '27', month: '3', year: '2015' })).toBe('2015-03-27');
    expect(dateOfParts({ day: '07', month: 'March', year: '2015' })).toBe('2015-03-07');
  });

  test('is kept as typed while it is half typed, or no real day', () => {
    for (const parts of [
      { day: '27', month: '', year: '' },
      { day: '31', month: '2', year: '2015' },
      { day: '1', month: '1', year: '201' },
    ]) {
      const kept = dateOfParts(parts);
      expect(kept).toMatch(/^\?/);
      expect(partsOfDate(kept)).toEqual(parts);
    }
  });

  test('is no answer when all boxes are empty', () => {
    expect(dateOfParts({ day: '', month: ' ', year: '' })).toBeNull();
    expect(partsOfDate(null)).toEqual({ day: '', month: '', year: '' });
  });

  test('never holds more than a field may keep', () => {
    expect(
      dateOfParts({ day: '9'.repeat(50), month: '9'.repeat(50), year: '9'.repeat(50) })?.length,
    ).toBeLessThanOrEqual(40);
  });
});
