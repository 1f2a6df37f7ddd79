/**
 * Facts that matter: two different values that did not know of each other are both kept until a person chooses.
 * Until then the field shows what stood before. The same value from several people is no conflict.
 */
import type { ValueRule } from './rule.ts';

export const ask: ValueRule = {
  name: 'ask',
  takes: ['set', 'settle'],
  merge(base, sides, same) {
    const [first, ...others] = sides;
    if (first === undefined) return { value: base, open: false };
    if (others.every((side) => same(first.value, side.value))) return { value: first.value, open: false };
    return { value: base, open: true };
  },
};
