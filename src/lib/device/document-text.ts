/** Rich text on a device. Yjs is woken only while a text is open; everyone else reads the tree. */
import { bytesOfBase64 } from '#sync/model/base64.ts';
import type { Json } from '#sync/model/edit.ts';
import type { Address } from '#sync/model/ids.ts';
import type { TextTree } from '#sync/model/state.ts';
import type { TextChange } from '#sync/protocol/changes.ts';
import type { TextRule } from '#sync/rules/rule.ts';
import type { TextView } from './hub.ts';

interface Shown {
  readonly stored: TextChange | undefined;
  readonly waiting: readonly Json[];
  readonly isUnsent: boolean;
  readonly rule: TextRule | undefined;
  readonly view: TextView;
}

/** The texts of one open document. Where nothing of a text changed, its view and what was worked out for it stay. */
export function textViews(): (address: Address, shown: Omit<Shown, 'view'>) => TextView {
  const views = new Map<Address, Shown>();
  return (address, now) => {
    const before = views.get(address);
    if (before !== undefined && isAsBefore(before, now)) return before.view;
    const view = textView(now.stored, now.waiting, now.isUnsent, now.rule);
    views.set(address, { ...now, view });
    return view;
  };
}

const isAsBefore = (before: Shown, { stored, waiting, isUnsent, rule }: Omit<Shown, 'view'>): boolean =>
  before.rule === rule &&
  before.isUnsent === isUnsent &&
  before.stored?.ver === stored?.ver &&
  before.stored?.at === stored?.at &&
  before.stored?.state === stored?.state &&
  (stored?.state !== undefined || JSON.stringify(before.stored?.tree) === JSON.stringify(stored?.tree)) &&
  before.waiting.length === waiting.length &&
  waiting.every((update, at) => update === before.waiting[at]);

function textView(
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
