/**
 * What a conflict rule is. The fold finds out which values are concurrent; a rule only decides what becomes of them.
 * A rule never reads a clock, never loses a side silently, and gives the same answer whatever order its sides came in.
 */
import type { EditKind, Json } from '../model/edit.ts';
import type { DeviceId } from '../model/ids.ts';
import type { Side, TextTree } from '../model/state.ts';
import type { Reason } from '../reasons.ts';
import type { RuleName } from './names.ts';

interface AnyRule {
  readonly name: RuleName;
  /** The kinds of edit that a field under this rule takes. */
  readonly takes: readonly EditKind[];
}

/** For single values. `open` leaves the field in conflict until a person settles it. */
export interface ValueRule extends AnyRule {
  merge(
    base: Json,
    sides: readonly Side[],
    same: (a: Json, b: Json) => boolean,
  ): { readonly value: Json; readonly open: boolean };
}

/** Who last wrote something in an item, or below it, and the section's count then. */
export interface Content {
  readonly device: DeviceId;
  readonly ver: number;
  /** The count of that content's section which the remover had seen. */
  readonly seen: number;
}

/** For lists: whether a removal stands beside what others wrote meanwhile. */
export interface ItemsRule extends AnyRule {
  keeps(remover: DeviceId, contents: readonly Content[]): boolean;
}

/** For rich text: `state` is Yjs, `tree` the closed JSON made from it. */
export interface TextRule extends AnyRule {
  empty(): Uint8Array;
  treeOf(state: Uint8Array): TextTree;
  merge(state: Uint8Array, update: Uint8Array): MergedText;
  /** Why this update may not be merged, if so: the one gate for text that comes from a device. */
  check(state: Uint8Array, update: Uint8Array, clientId: number): Reason | undefined;
  /** For several updates of one text: what stands is decoded once, not once an update. */
  open(state: Uint8Array): OpenText;
}

export interface MergedText {
  readonly state: Uint8Array;
  readonly tree: TextTree;
}
/** Takes updates one after another. A refused one leaves nothing behind: what stood before it goes on standing. */
export interface OpenText {
  take(update: Uint8Array, clientId: number): MergedText | { readonly reason: Reason };
}

/** For comments and notes: where a new entry stands. */
export interface AppendRule extends AnyRule {
  orderOf(stamp: number): string;
}

/** What is known of one edit's right to be considered at all. */
export interface GateFacts {
  readonly mayWrite: boolean;
  /** The author could write here before: its words are parked, not refused. */
  readonly closed?: 'section-closed' | 'access-ended' | 'document-deleted';
}
export type Gate = { readonly is: 'parked' | 'refused'; readonly reason: Reason } | undefined;

/** For whole sections: whether an edit comes in at all. */
export interface GateRule extends AnyRule {
  admit(facts: GateFacts): Gate;
}
