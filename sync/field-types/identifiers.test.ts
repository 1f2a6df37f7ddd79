import { expect, test } from 'vitest';
import type { FieldDefinition } from '../forms/define.ts';
import { address } from './address.ts';
import { computed, computedText } from './computed.ts';
import { files } from './files.ts';
import { fieldTypeLaws } from './laws.ts';
import { nhsNumber } from './nhs-number.ts';
import { number } from './number.ts';
import { phone } from './phone.ts';
import { settingPicker } from './setting-picker.ts';
import { uln } from './uln.ts';
import { upn } from './upn.ts';

const today = '2026-11-22';
const field = (detail: Record<string, unknown> = {}): FieldDefinition => ({
  type: '',
  label: 'Question',
  rule: 'latest',
  ...detail,
});
const none = () => new Map<string, string>();

for (const type of [upn, uln, nhsNumber, phone, address, settingPicker]) fieldTypeLaws(type, field());

test('numbers that are generated pass their own check', () => {
  for (const type of [upn, uln, nhsNumber, phone, address, number]) {
    for (let seed = 0; seed < 300; seed += 1) {
      const value = type.generate(field({ min: -3, max: 3 }), (below) => (seed * 7919) % below);
      expect(type.problems(value, field({ min: -3, max: 3 }), today), `${type.name} ${JSON.stringify(value)}`).toEqual(
        [],
      );
    }
  }
});

test('a UPN with a wrong letter is saved and said; what is no UPN stops submission, never saving', () => {
  expect(upn.accepts('A801200005001', field())).toBe(true);
  expect(upn.problems('A801200005001', field(), today)).toMatchObject([{ level: 'warning' }]);
  expect(upn.problems('E000200005001', field(), today)).toMatchObject([{ level: 'warning' }]);
  expect(upn.accepts('B8012', field())).toBe(true);
  expect(upn.problems('B8012', field(), today)).toMatchObject([{ level: 'error' }]);
  expect(upn.same('b801200005001', 'B801 2000 05001')).toBe(true);
});

test('a wrong ULN or NHS number is saved, and stops submission', () => {
  expect(uln.problems('9999999999', field(), today)).toMatchObject([{ level: 'error' }]);
  expect(nhsNumber.problems('943 476 5918', field(), today)).toMatchObject([{ level: 'error' }]);
  expect(nhsNumber.same('9434765919', '943 476 5919')).toBe(true);
  expect(nhsNumber.print('9434765919', field(), none)).toEqual(['943 476 5919']);
});

test('one telephone number written in two ways is no conflict', () => {
  expect(phone.same('(01632) 960001', '+44 1632 960 001')).toBe(true);
  expect(phone.same('01632 960001', '01632 960002')).toBe(false);
  expect(phone.problems('960001', field(), today)).toMatchObject([{ level: 'error' }]);
});

test('an address is one value, kept as typed and compared by its words', () => {
  const typed = { line1: '4 Łąkowa', town: 'Matlock', postcode: 'de43ag' };
  expect(address.accepts(typed, field())).toBe(true);
  expect(address.accepts({ ...typed, country: 'Poland' }, field())).toBe(false);
  expect(address.accepts('4 Łąkowa', field())).toBe(false);
  expect(address.print(typed, field(), none)).toEqual(['4 Łąkowa', 'Matlock', 'DE4 3AG']);
  expect(address.same(typed, { postcode: 'DE4 3AG', town: ' Matlock', line1: '4 Łąkowa', line2: '' })).toBe(true);
  expect(address.problems({ postcode: '00-950' }, field(), today)).toMatchObject([{ level: 'warning' }]);
  expect(address.isEmpty({ line1: ' ' })).toBe(true);
});

test('a number is held to its limits at submission; what is half typed is kept', () => {
  const offset = field({ min: -3, max: 3 });
  for (const value of [-3, 0, 3]) expect(number.problems(value, offset, today)).toEqual([]);
  for (const value of [4, -4, 0.5, '?x'])
    expect(number.problems(value, offset, today)).toEqual([{ level: 'error', text: 'Enter a number from −3 to 3' }]);
  expect(number.problems(92.5, field({ min: 0, max: 100, step: 0.5 }), today)).toEqual([]);
  for (const value of [true, {}, [], 'x', Number.NaN]) expect(number.accepts(value, offset)).toBe(false);
  expect(number.accepts('?1e', offset)).toBe(true);
  expect(number.print(-1, offset, none)).toEqual(['−1']);
  expect(number.print('?1e', offset, none)).toEqual(['1e']);
  expect(number.isEmpty(0)).toBe(false);
});

test('a setting is printed by its name, and never by its id', () => {
  const id = 'abcdefghijklmnop';
  expect(settingPicker.print(id, field(), () => new Map([[id, 'Hollin Bank School']]))).toEqual(['Hollin Bank School']);
  expect(settingPicker.print(id, field(), none).join()).not.toContain(id);
});

test('age and year group follow from the answers beside them, today', () => {
  const answers: Record<string, string | number | null> = { dob: '2014-08-31', year_offset: -1, half: '?31 8' };
  const read = (name: string) => answers[name] ?? null;
  expect(computedText(field({ from: 'age', born: 'dob' }), read, today)).toBe('12');
  expect(computedText(field({ from: 'year-group', born: 'dob', offset: 'year_offset' }), read, today)).toBe('Year 7');
  expect(computedText(field({ from: 'year-group', born: 'dob', offset: 'nothing' }), read, today)).toBe('Year 8');
  for (const born of ['half', 'nothing'])
    expect(computedText(field({ from: 'age', born }), read, today)).toBe('Not applicable');
});

test('what is computed, and where files are added, holds no value of its own', () => {
  for (const type of [computed, files])
    for (const value of ['x', 1, [], {}]) expect(type.accepts(value, field())).toBe(false);
});
