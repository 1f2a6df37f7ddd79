/** Rich text on a device. Yjs is woken only while a text is open; everyone else reads the tree. */
import { bytesOfBase64 } from '#sync/model/base64.ts';
import type { TextTree } from '#sync/model/state.ts';
import type { TextChange } from '#sync/protocol/changes.ts';
import type { TextRule } from '#sync/rules/rule.ts';
import type { TextView } from './hub.ts';

/** A waiting text edit; `tree` is the whole text as its author saw it. */
export interface WaitingText {
  readonly value: unknown;
  readonly tree: TextTree | undefined;
}

export function textView(
  stored: TextChange | undefined,
  waiting: readonly WaitingText[],
  isUnsent: boolean,
  rule: TextRule | undefined,
): TextView {
  const updates = waiting.map(({ value }) => bytesOfBase64(value)).filter((bytes) => bytes !== undefined);
  const state = bytesOfBase64(stored?.state);
  const facts = {
    state,
    updates,
    ver: stored?.ver ?? 0,
    isUnsent,
    ...(stored?.by !== undefined && { by: stored.by }),
    ...(stored !== undefined && { at: stored.at }),
  };
  if (updates.length === 0) return { ...facts, tree: stored?.tree ?? [] };
  return {
    ...facts,
    tree:
      merged(rule, state, updates) ?? waiting.findLast(({ tree }) => tree !== undefined)?.tree ?? stored?.tree ?? [],
  };
}

/** Undefined while Yjs sleeps, or when an update does not fit by itself: the author's own tree is shown then. */
function merged(
  rule: TextRule | undefined,
  state: Uint8Array | undefined,
  updates: readonly Uint8Array[],
): TextTree | undefined {
  if (rule === undefined) return undefined;
  let at = state ?? rule.empty();
  let tree: TextTree | undefined;
  for (const update of updates) {
    try {
      ({ state: at, tree } = rule.merge(at, update));
    } catch {
      return undefined;
    }
  }
  return tree;
}
