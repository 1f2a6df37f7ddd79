import { expect, test } from 'vitest';
import { makeBuckets } from './rate-limit.ts';

test('a burst passes, then one at a time as the bucket fills', () => {
  const buckets = makeBuckets({ perSecond: 2, burst: 3 });
  expect([1, 2, 3].map(() => buckets.take('device', 1000))).toEqual([0, 0, 0]);
  expect(buckets.take('device', 1000)).toBe(500);
  expect(buckets.take('device', 1250)).toBe(250);
  expect(buckets.take('device', 1500)).toBe(0);
});

test('one device does not use up what is another’s', () => {
  const buckets = makeBuckets({ perSecond: 1, burst: 1 });
  expect(buckets.take('one', 0)).toBe(0);
  expect(buckets.take('other', 0)).toBe(0);
});

test('a clock that goes back gives nothing away and locks nobody out', () => {
  const buckets = makeBuckets({ perSecond: 1, burst: 1 });
  expect(buckets.take('device', 10_000)).toBe(0);
  expect(buckets.take('device', 0)).toBe(1000);
  expect(buckets.take('device', 1000)).toBe(0);
});
