/** Where an entry of a list goes when it is moved one place: a key between its new neighbours. */
import type { ItemId } from '#sync/model/ids.ts';
import { orderBetween } from '#sync/model/order.ts';

interface Placed {
  readonly id: ItemId;
  readonly order: string;
}

/**
 * Undefined where there is nothing to move past. Two entries that two people added at once can have one key and stand by
 * their ids: no key lies between them, so a moved entry passes them together.
 */
export function orderAfterMove(items: readonly Placed[], item: ItemId, to: 'up' | 'down'): string | undefined {
  const at = items.findIndex(({ id }) => id === item);
  const passed = items[to === 'up' ? at - 1 : at + 1];
  if (at < 0 || passed === undefined) return undefined;
  const others = items.filter(({ id }) => id !== item);
  return to === 'up'
    ? orderBetween(others.findLast(({ order }) => order < passed.order)?.order ?? null, passed.order)
    : orderBetween(passed.order, others.find(({ order }) => order > passed.order)?.order ?? null);
}
