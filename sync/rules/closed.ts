/** What was submitted, withdrawn or deleted never changes: words that come later are parked for their author. */
import type { GateRule } from './rule.ts';

export const closed: GateRule = {
  name: 'closed',
  takes: [],
  admit: (facts) => (facts.closed === undefined ? undefined : { is: 'parked', reason: facts.closed }),
};
