import { expect, test } from 'vitest';
import { waitMs } from './allowances.ts';

const windows = [
  { count: 2, ms: 100 },
  { count: 3, ms: 1000 },
];

test('nothing waits until the count of a window is full', () => {
  expect(waitMs([], windows, 500)).toBe(0);
  expect(waitMs([450], windows, 500)).toBe(0);
});
test('a full window is waited for until its oldest leaves it', () => {
  expect(waitMs([480, 450], windows, 500)).toBe(50);
  expect(waitMs([480, 450], windows, 550)).toBe(0);
});
test('the longest window decides for who goes on and on', () => {
  expect(waitMs([480, 200, 100], windows, 600)).toBe(500);
});
