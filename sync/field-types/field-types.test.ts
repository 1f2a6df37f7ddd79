import { expect, test } from 'vitest';
import type { FieldDefinition } from '../forms/define.ts';
import { checkboxes } from './checkboxes.ts';
import { choice } from './choice.ts';
import { date, isDate } from './date.ts';
import { email } from './email.ts';
import { items } from './items.ts';
import { fieldTypeLaws } from './laws.ts';
import { longText } from './long-text.ts';
import { radios } from './radios.ts';
import { richText } from './rich-text.ts';
import { shortText } from './short-text.ts';
import { yesNo } from './yes-no.ts';

const today = '2026-11-22';
const field = (detail: Record<string, unknown> = {}): FieldDefinition => ({
  type: '',
  label: 'Question',
  rule: 'latest',
  ...detail,
});
const options = [
  { value: 'a', label: 'First' },
  { value: 'b', label: 'Second' },
  { value: 'none', label: 'None' },
];

fieldTypeLaws(shortText, field());
fieldTypeLaws(longText, field());
fieldTypeLaws(email, field());
fieldTypeLaws(date, field());
fieldTypeLaws(yesNo, field());
fieldTypeLaws(radios, field({ options }));
fieldTypeLaws(checkboxes, field({ options, exclusive: 'none' }));
fieldTypeLaws(choice, field({ list: 'languages' }));

test('plain text is kept exactly as typed, up to its length', () => {
  expect(shortText.accepts('  Siân  O’Brien-Żółć ', field())).toBe(true);
  expect(shortText.accepts('x'.repeat(11), field({ maxLength: 10 }))).toBe(false);
  expect(shortText.same('', null)).toBe(true);
  expect(longText.print('one\ntwo', field(), () => new Map())).toEqual(['one', 'two']);
});

test('a half-typed email address is kept, and submission says what is wrong with it', () => {
  for (const good of ['a@b.co', 'first.last+tag@sub.example.org'])
    expect(email.problems(good, field(), today)).toEqual([]);
  for (const half of ['a', 'a@', 'a@b', '@b.co', 'a b@c.co', 'a@b@c.co', 'a@b..co', 'a@.co']) {
    expect(email.accepts(half, field())).toBe(true);
    expect(email.problems(half, field(), today)).toMatchObject([{ level: 'error' }]);
  }
});

test('only days that exist are dates; what is half typed is kept', () => {
  for (const day of ['2024-02-29', '2015-03-27', '1999-12-31']) expect(isDate(day)).toBe(true);
  for (const no of ['2023-02-29', '2015-13-01', '2015-00-10', '27-03-2015', '2015-3-7', '0001-01-01'])
    expect(isDate(no)).toBe(false);
  expect(date.accepts('?31 2', field())).toBe(true);
  expect(date.problems('?31 2', field(), today)).toMatchObject([{ level: 'error' }]);
  expect(date.print('?31 2', field(), () => new Map())).toEqual(['31 2']);
  expect(date.print('2015-03-27', field(), () => new Map())).toEqual(['27 March 2015']);
});

test('a date of birth in the future is an error, one long ago a warning', () => {
  const born = field({ notFuture: true, warnYears: 26 });
  expect(date.problems('2026-11-23', born, today)).toMatchObject([{ level: 'error' }]);
  expect(date.problems('2026-11-22', born, today)).toEqual([]);
  expect(date.problems('2000-11-21', born, today)).toMatchObject([{ level: 'warning' }]);
  expect(date.problems('2000-11-22', born, today)).toEqual([]);
});

test('choices are only those that the form offers', () => {
  expect(radios.accepts('c', field({ options }))).toBe(false);
  expect(radios.print('b', field({ options }), () => new Map())).toEqual(['Second']);
  expect(checkboxes.accepts(['a', 'a'], field({ options }))).toBe(false);
  expect(checkboxes.same(['a', 'b'], ['b', 'a'])).toBe(true);
  expect(checkboxes.problems(['a', 'none'], field({ options, exclusive: 'none' }), today)).toMatchObject([
    { level: 'error' },
  ]);
  expect(choice.print('POL', field({ list: 'languages' }), () => new Map([['POL', 'Polish']]))).toEqual(['Polish']);
});

test('lists and rich text hold no value of their own', () => {
  expect(items.accepts('x', field())).toBe(false);
  expect(richText.accepts('x', field())).toBe(false);
  expect(richText.isEmpty([{ type: 'paragraph', runs: [] }])).toBe(true);
  expect(richText.isEmpty([{ type: 'paragraph', runs: [{ text: 'words' }] }])).toBe(false);
});
