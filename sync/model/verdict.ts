import type { Reason } from '../reasons.ts';

export const verdictKinds = ['applied', 'merged', 'conflict', 'parked', 'refused'] as const;
export type VerdictKind = (typeof verdictKinds)[number];

/**
 * What the server said of one edit; stored with the edit and given again word for word when the edit is sent twice.
 * `ver` is the section's count after this edit. It never raises the author's base: others' edits may lie between.
 */
export interface Verdict {
  readonly is: VerdictKind;
  readonly ver: number;
  /** Why it was parked or refused; for `merged`: what became of it (`overtaken`, `item-kept`, `item-revived`). */
  readonly reason?: Reason;
}

/** Accepted edits are in the log and in the history; the other two keep their words with their author. */
export const isAccepted = (verdict: Verdict): boolean =>
  verdict.is === 'applied' || verdict.is === 'merged' || verdict.is === 'conflict';
