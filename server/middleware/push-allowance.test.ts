import { expect, test } from 'vitest';
import { pushAllowance } from './push-allowance.ts';

const whole = { edits: 500, bytes: 1024 * 1024 };

test('what was not judged counts only when it comes again and is', () => {
  const allowance = pushAllowance();
  for (let n = 0; n < 30; n += 1) {
    expect(allowance.take('device', whole, 0)).toBe(0);
    allowance.giveBack('device', whole, 50);
  }
  expect(allowance.take('device', { edits: 501, bytes: 1 }, 0)).toBeGreaterThan(0);
});

test('who is made to wait for bytes has not paid in edits', () => {
  const allowance = pushAllowance();
  const heavy = { edits: 1, bytes: 1024 * 1024 };
  expect([1, 2, 3, 4].map(() => allowance.take('device', heavy, 0))).toEqual([0, 0, 0, 0]);
  for (let n = 0; n < 3_000; n += 1) expect(allowance.take('device', heavy, 0)).toBeGreaterThan(0);
  expect(allowance.take('device', heavy, 15_000)).toBe(0);
});

test('pushes that only ask are free', () => {
  const allowance = pushAllowance();
  for (let n = 0; n < 10_000; n += 1) expect(allowance.take('device', { edits: 0, bytes: 500 }, 0)).toBe(0);
});
