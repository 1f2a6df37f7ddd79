/** A person's own words: only those whom the section belongs to write in it; anyone else's edit stays with its author. */
import type { GateRule } from './rule.ts';

export const owner: GateRule = {
  name: 'owner',
  takes: [],
  admit: ({ mayWrite }) => (mayWrite ? undefined : { is: 'refused', reason: 'not-yours' }),
};
