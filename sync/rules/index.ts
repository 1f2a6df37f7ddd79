/** The table of conflict rules. `text` is a loader because it brings Yjs, which the first screens do without. */
import { append } from './append.ts';
import { ask } from './ask.ts';
import { closed } from './closed.ts';
import { items } from './items.ts';
import { latest } from './latest.ts';
import { owner } from './owner.ts';
import type { EditKind } from '../model/edit.ts';
import type { RuleName } from './names.ts';
import type { Gate, GateFacts, ValueRule } from './rule.ts';

export const rules = {
  latest,
  ask,
  items,
  append,
  owner,
  closed,
  text: () => import('./text.ts').then((module) => module.textRule),
};

/** Which kinds of edit a field under a rule takes; of the rules that are loaded when wanted it stands here too. */
const kindsTaken: Readonly<Record<RuleName, readonly EditKind[]>> = {
  latest: latest.takes,
  ask: ask.takes,
  items: items.takes,
  append: append.takes,
  owner: owner.takes,
  closed: closed.takes,
  text: ['text'],
};
export const takes = (rule: RuleName, kind: EditKind): boolean => kindsTaken[rule].includes(kind);

export const valueRules: Readonly<Record<string, ValueRule | undefined>> = { latest, ask };

/** Whether an edit comes in at all: closed speaks first, because a person who could write before keeps a way back. */
export const gateOf = (facts: GateFacts): Gate => closed.admit(facts) ?? owner.admit(facts);
