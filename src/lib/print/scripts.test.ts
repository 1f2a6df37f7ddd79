import { expect, test } from 'vitest';
import { looksUrdu, scriptsOf } from './scripts.ts';

test('digits, spaces and brackets take the script of the words they stand in', () => {
  expect(new Set(scriptsOf('مريم (الصف 12).'))).toEqual(new Set(['Arab']));
  expect(new Set(scriptsOf('12 March (Ana)'))).toEqual(new Set(['Latn']));
  expect(scriptsOf('李(Li)')).toEqual(['Hani', 'Hani', 'Latn', 'Latn', 'Hani']);
});

test('a text of digits alone, and of nothing, is written in Latin', () => {
  expect(new Set(scriptsOf('07700 900123'))).toEqual(new Set(['Latn']));
  expect(scriptsOf('')).toEqual([]);
});

test('Urdu is told from Arabic, Persian and Kurdish by its letters', () => {
  expect(looksUrdu('میری بیٹی', false)).toBe(true);
  expect(looksUrdu('ابنتي تحب الرسم', false)).toBe(false);
  expect(looksUrdu('دختر من', false)).toBe(false);
  expect(looksUrdu('کوردستان ھەیە', false)).toBe(false);
});

test('a short name without such letters is Urdu only in a document that is', () => {
  expect(looksUrdu('علی', true)).toBe(true);
  expect(looksUrdu('علی', false)).toBe(false);
  expect(looksUrdu('علي', true)).toBe(false);
});
