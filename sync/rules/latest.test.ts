import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceId, PenId, PersonId } from '../model/ids.ts';
import { sameJson } from '../field-types/scalar.ts';
import { ruleLaws } from './laws.ts';
import { latest } from './latest.ts';

ruleLaws(latest);

test('the later stamp stands, whatever the devices are called', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(), fc.nat(), (one, other, early, wait) => {
      const side = (device: string, value: string, stamp: number) => ({
        device: device as DeviceId,
        person: 'p' as PersonId,
        pen: 'q' as PenId,
        n: 1,
        value,
        stamp,
        ver: 1,
      });
      const merged = latest.merge(null, [side('z', one, early), side('a', other, early + wait + 1)], sameJson);
      expect(merged).toEqual({ value: other, open: false });
    }),
  );
});
