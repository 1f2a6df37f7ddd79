import { expect, test } from 'vitest';
import { byOrder } from '#sync/model/by-order.ts';
import type { ItemId } from '#sync/model/ids.ts';
import { orderAfterMove } from './item-order.ts';

const placed = (...pairs: readonly (readonly [id: string, order: string])[]) =>
  pairs.map(([id, order]) => ({ id: id as ItemId, order }));
function moved(items: ReturnType<typeof placed>, id: string, to: 'up' | 'down'): string {
  const order = orderAfterMove(items, id as ItemId, to);
  return items
    .map((one) => (one.id === id && order !== undefined ? { ...one, order } : one))
    .sort(byOrder)
    .map((one) => one.id)
    .join('');
}

test('an entry goes one place up or down, and not past the end', () => {
  const items = placed(['a', 'a0'], ['b', 'a1'], ['c', 'a2'], ['d', 'a3']);
  expect(moved(items, 'c', 'up')).toBe('acbd');
  expect(moved(items, 'b', 'up')).toBe('bacd');
  expect(moved(items, 'b', 'down')).toBe('acbd');
  expect(moved(items, 'c', 'down')).toBe('abdc');
  expect(orderAfterMove(items, 'a' as ItemId, 'up')).toBeUndefined();
  expect(orderAfterMove(items, 'd' as ItemId, 'down')).toBeUndefined();
});

test('two entries that were added at once are passed together, because no place lies between them', () => {
  const items = placed(['a', 'a0'], ['b', 'a1'], ['c', 'a1'], ['d', 'a2']);
  expect(moved(items, 'd', 'up')).toBe('adbc');
  expect(moved(items, 'a', 'down')).toBe('bcad');
  expect(moved(items, 'c', 'up')).toBe('acbd');
});
