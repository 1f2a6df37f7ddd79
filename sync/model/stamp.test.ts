import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stampOf } from './stamp.ts';

const instant = fc.integer({ min: 0, max: 4e12 });

test('no stamp is later than the arrival, and none goes back before the same device’s last one', () => {
  fc.assert(
    fc.property(instant, instant, instant, fc.boolean(), fc.nat(1e9), (arrival, made, sent, jumped, back) => {
      const previous = Math.max(0, arrival - back);
      const stamp = stampOf({ arrival, made, sent, jumped, previous });
      expect(stamp).toBeLessThanOrEqual(arrival);
      expect(stamp).toBeGreaterThanOrEqual(previous);
    }),
  );
});

test('a device whose clock is wrong by years is ordered by how long ago it wrote', () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: -2e11, max: 2e11 }), fc.nat(1e9), (arrival, wrong, ago) => {
      const sent = arrival + wrong;
      const stamp = stampOf({ arrival, made: sent - ago, sent, jumped: false, previous: 0 });
      expect(stamp).toBe(Math.max(0, arrival - ago));
    }),
  );
});

test('when the device saw its clock jump, only the arrival counts', () => {
  expect(stampOf({ arrival: 1000, made: 10, sent: 20, jumped: true, previous: 0 })).toBe(1000);
});
