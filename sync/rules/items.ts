/**
 * Lists of contacts, settings, outcomes: what both add is kept; removing an item that another device has written in
 * meanwhile keeps the item, so that no word inside it is lost.
 */
import type { ItemsRule } from './rule.ts';

export const items: ItemsRule = {
  name: 'items',
  takes: ['add', 'move', 'remove', 'restore'],
  keeps: (remover, contents) => contents.some((content) => content.device !== remover && content.ver > content.seen),
};
