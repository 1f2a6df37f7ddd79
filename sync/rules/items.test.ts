import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceId } from '../model/ids.ts';
import { items } from './items.ts';

const content = fc.record({
  device: fc.constantFrom('a', 'b', 'c').map((id) => id as DeviceId),
  ver: fc.nat(9),
  seen: fc.nat(9),
});

test('an item is kept exactly when another device wrote in it after what the remover had seen, in any order', () => {
  fc.assert(
    fc.property(fc.array(content), (contents) => {
      const unseen = contents.filter((one) => one.device !== 'a' && one.ver > one.seen);
      expect(items.keeps('a' as DeviceId, contents)).toBe(unseen.length > 0);
      expect(items.keeps('a' as DeviceId, [...contents].reverse())).toBe(unseen.length > 0);
      expect(items.keeps('a' as DeviceId, [...contents, ...contents])).toBe(unseen.length > 0);
    }),
  );
});
