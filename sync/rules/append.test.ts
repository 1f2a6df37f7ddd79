import fc from 'fast-check';
import { expect, test } from 'vitest';
import { append } from './append.ts';

test('entries stand in the order of their stamps, for any two instants', () => {
  const instant = fc.integer({ min: 0, max: 8.64e15 });
  fc.assert(
    fc.property(instant, instant, (one, other) => {
      const inOrder = append.orderOf(one) < append.orderOf(other);
      expect(inOrder).toBe(one < other);
    }),
  );
});
