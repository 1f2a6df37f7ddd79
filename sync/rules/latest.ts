/** Plain answers of low risk: the later edit stands, the other stays in the history and its author is told. */
import { isLater } from '../model/stamp.ts';
import type { ValueRule } from './rule.ts';

export const latest: ValueRule = {
  name: 'latest',
  takes: ['set'],
  merge(base, sides) {
    const [first, ...others] = sides;
    if (first === undefined) return { value: base, open: false };
    const standing = others.reduce((best, side) => (isLater(side, best) ? side : best), first);
    return { value: standing.value, open: false };
  },
};
