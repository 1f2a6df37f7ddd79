/** Rich text on a device. Yjs is woken only while a text is open; everyone else reads the tree. */
import { bytesOfBase64 } from '#sync/model/base64.ts';
import type { Json } from '#sync/model/edit.ts';
import type { TextTree } from '#sync/model/state.ts';
import type { TextChange } from '#sync/protocol/changes.ts';
import type { TextRule } from '#sync/rules/rule.ts';
import type { TextView } from './hub.ts';

export function textView(
  stored: TextChange | undefined,
  waiting: readonly Json[],
  isUnsent: boolean,
  rule: TextRule | undefined,
): TextView {
  const updates = waiting.map(bytesOfBase64).filter((bytes) => bytes !== undefined);
  const state = bytesOfBase64(stored?.state);
  const facts = {
    state,
    updates,
    ver: stored?.ver ?? 0,
    isUnsent,
    ...(stored?.by !== undefined && { by: stored.by }),
    ...(stored !== undefined && { at: stored.at }),
  };
  let tree: TextTree | undefined;
  return {
    ...facts,
    // An editor asks for the bytes at each key, and never for this.
    get tree() {
      return (tree ??= merged(rule, state, updates) ?? stored?.tree ?? []);
    },
  };
}

/** Undefined while Yjs sleeps, when nothing waits, or when an update does not fit by itself. */
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
