/**
 * The work of checking and merging text updates, as a thing that can be done elsewhere than in the thread that serves
 * everybody. What is small is done at once; what is large goes to `thread.ts`, which has limits.
 */
import type { MergedText, OpenText, TextRule } from '#sync/rules/rule.ts';
import type { Reason } from '#sync/reasons.ts';

/** Updates of one push in their order; `text` says which of `states` each belongs to. */
export interface TextJob {
  readonly states: readonly Uint8Array[];
  /** Where each of the texts stands: what is known of one by its name outlives the job. */
  readonly names: readonly string[];
  readonly updates: readonly { readonly text: number; readonly update: Uint8Array; readonly clientId: number }[];
}
export type TextStep = MergedText | { readonly reason: Reason };

export interface TextWork {
  /**
   * One step an update, in their order: as many as the limits allow, and always the first. An update that exceeds the
   * limits by itself is refused. Undefined when too much waits already.
   */
  run(person: string, job: TextJob): Promise<readonly TextStep[] | undefined>;
  /**
   * Texts in which something took long: bytes that were made to be slow stay so in the text, and whoever types a letter
   * there afterwards must not pay for it in everybody's thread.
   */
  readonly slow: Set<string>;
  close(): Promise<void>;
}

/** In this very thread and without limits: for small work, and for a simulation in which no other thread may run. */
export const workHere = (rule: TextRule): TextWork => ({
  run: (_, job) => Promise.resolve([...stepsOf(rule, job)]),
  slow: new Set(),
  close: () => Promise.resolve(),
});

export function* stepsOf(rule: TextRule, { states, updates }: TextJob): Generator<TextStep> {
  const open = new Map<number, OpenText>();
  for (const { text, update, clientId } of updates) {
    const one = open.get(text) ?? rule.open(states[text] ?? rule.empty());
    open.set(text, one);
    yield one.take(update, clientId);
  }
}

export function noteTime(slow: Set<string>, name: string, ms: number): void {
  if (ms < slowMs) return;
  // Forgotten ones are found out again.
  if (slow.size >= 10_000) slow.clear();
  slow.add(name);
}
const slowMs = 100;
