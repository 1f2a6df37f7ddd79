/** Comments and notes: every entry is kept, in the order of their stamps; none can be changed or taken away silently. */
import type { AppendRule } from './rule.ts';

export const append: AppendRule = {
  name: 'append',
  takes: ['say'],
  // Fixed width, so that comparing strings compares times.
  orderOf: (stamp) => stamp.toString(36).padStart(11, '0'),
};
