import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLaestab } from './laestab.ts';
import { isNhsNumber, showNhsNumber, tidyNhsNumber } from './nhs-number.ts';
import { showPhone, toE164 } from './phone-number.ts';
import { isPostcode, showPostcode } from './postcode.ts';
import { isUln } from './uln.ts';
import { checkLetter, tidyUpn, upnFault } from './upn.ts';

test('a UPN is right when its letter agrees with the rest and its authority exists', () => {
  for (const upn of [
    'B801200005001',
    'P207000016049',
    'K830200019001',
    'Y830200019009',
    'W83020001900A',
    'G83020002201B',
  ])
    expect(upnFault(upn), upn).toBeUndefined();
  expect(upnFault(' k830 2000 19001 ')).toBeUndefined();
  expect(tidyUpn(' k830 2000 19001 ')).toBe('K830200019001');
});

test('a UPN that is wrong is wrong for the right reason', () => {
  for (const upn of ['A801200005001', 'Q207000016049']) expect(upnFault(upn), upn).toBe('letter');
  for (const upn of ['X80120000A001', 'I801200005001', 'B80120000500', 'B8012000050012'])
    expect(upnFault(upn), upn).toBe('shape');
  expect(upnFault('E000200005001')).toBe('authority');
});

test('one mistyped number in a UPN is always noticed', () => {
  const digits = fc.stringMatching(/^\d{12}$/);
  fc.assert(
    fc.property(digits, fc.nat(11), fc.integer({ min: 1, max: 9 }), (rest, at, shift) => {
      const upn = checkLetter(`?${rest}`) + rest;
      const wrong = `${upn.slice(0, at + 1)}${(Number(upn.charAt(at + 1)) + shift) % 10}${upn.slice(at + 2)}`;
      expect(upnFault(wrong)).toBe('letter');
    }),
  );
});

test('a ULN is ten numbers with the right last one', () => {
  for (const uln of ['9276308686', '1000000043', '1023456787', '5000000012', '6000000153', '92763 08686'])
    expect(isUln(uln), uln).toBe(true);
  for (const uln of ['9276308687', '1234567890', '9999999999', '0123456789', '927630868'])
    expect(isUln(uln), uln).toBe(false);
  for (let last = 0; last <= 9; last += 1) expect(isUln(`987654321${last}`)).toBe(false);
});

test('an NHS number is ten numbers with the right last one, and nobody’s is one number ten times', () => {
  const right = [
    '943 476 5919',
    '401 023 2137',
    '123 456 7881',
    '999 000 0018',
    '999 000 0026',
    '999 000 0034',
    '999 000 0042',
    '999 000 0050',
  ];
  for (const number of right) {
    expect(isNhsNumber(number), number).toBe(true);
    expect(showNhsNumber(tidyNhsNumber(number))).toBe(number);
  }
  for (const number of ['943 476 5918', '999 000 0000', '123 456 7890', '000 000 0000', '943 476 591'])
    expect(isNhsNumber(number), number).toBe(false);
});

test('one mistyped number in an NHS number is always noticed', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[1-9]\d{9}$/), fc.nat(9), fc.integer({ min: 1, max: 9 }), (digits, at, shift) => {
      fc.pre(isNhsNumber(digits));
      expect(
        isNhsNumber(`${digits.slice(0, at)}${(Number(digits.charAt(at)) + shift) % 10}${digits.slice(at + 1)}`),
      ).toBe(false);
    }),
    { numRuns: 50 },
  );
});

test('a postcode is known by its pattern and shown with one space', () => {
  for (const postcode of [
    'DE4 3AG',
    'SW1A 1AA',
    'EC1A 1BB',
    'M1 1AE',
    'B33 8TH',
    'CR2 6XH',
    'DN55 1PT',
    'W1A 0AX',
    'GIR 0AA',
  ]) {
    expect(isPostcode(postcode), postcode).toBe(true);
    expect(showPostcode(postcode.replace(' ', '').toLowerCase())).toBe(postcode);
  }
  for (const typed of ['de4 3ag', 'DE4  3AG', ' DE43AG ']) expect(showPostcode(typed)).toBe('DE4 3AG');
  for (const postcode of ['DE4 3A', 'QE4 3AG', 'DE4 3CG']) expect(isPostcode(postcode), postcode).toBe(false);
  expect(showPostcode(' 00-950 ')).toBe('00-950');
});

test('a setting’s number is authority and establishment, with or without the stroke', () => {
  for (const number of ['830/2000', '8302000']) expect(isLaestab(number)).toBe(true);
  for (const number of ['83/2000', '830/20000', '000/2000']) expect(isLaestab(number)).toBe(false);
});

test('a telephone number is the same number however it is written, and is shown in the groups people know', () => {
  const written = [
    '01632 960 001',
    '(01632) 960001',
    '+44 (0)1632 960001',
    '+441632960001',
    '0044 1632 960001',
    '01632-960001',
  ];
  expect(new Set(written.map(toE164))).toEqual(new Set(['+441632960001']));
  expect(showPhone('+441632960001')).toBe('01632 960001');
  expect(showPhone('07700900982')).toBe('07700 900982');
  expect(showPhone('02079460018')).toBe('020 7946 0018');
  expect(showPhone('01134960999')).toBe('0113 496 0999');
  expect(showPhone('0161 4960000')).toBe('0161 496 0000');
  expect(showPhone('+48 601 234 567')).toBe('+48601234567');
  for (const typed of ['960001', 'ask Gran', '', '+44']) expect(toE164(typed)).toBeUndefined();
});
