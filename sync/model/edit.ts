import type { DeviceId, Holder, ItemId, PenId, PersonId, SectionKey } from './ids.ts';
import type { Stamp } from './stamp.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * One change by one person on one device to one field or item. Immutable once it was put into a request.
 *
 * | kind    | holder          | field     | value                                   |
 * | set     | section or item | field     | the new value                           |
 * | text    | section or item | field     | a Yjs update, base64                    |
 * | add     | section or item | list      | { item, order }                         |
 * | move    | the item        | `~order`  | the new order key                       |
 * | remove  | the item        | `~gone`   | null                                    |
 * | restore | the item        | `~gone`   | null                                    |
 * | settle  | section or item | field     | { conflict, value }                     |
 * | say     | section or item | field     | { item, words }                         |
 */
export const editKinds = ['set', 'text', 'add', 'move', 'remove', 'restore', 'settle', 'say'] as const;
export type EditKind = (typeof editKinds)[number];

export interface Edit {
  readonly n: number;
  readonly kind: EditKind;
  readonly holder: Holder;
  readonly field: string;
  readonly value: Json;
  /** Milliseconds by the device's own clock: evidence only, trusted by nobody. */
  readonly made: number;
}

export const orderField = '~order';
export const goneField = '~gone';

export interface AddValue {
  readonly item: ItemId;
  readonly order: string;
}
export interface SettleValue {
  readonly conflict: string;
  readonly value: Json;
}
/** Undefined for what settles nothing. */
export const settlement = (value: Json): SettleValue | undefined =>
  typeof value === 'object' && value !== null && 'conflict' in value && 'value' in value
    ? (value as unknown as SettleValue)
    : undefined;
export interface SayValue {
  readonly item: ItemId;
  readonly words: string;
}

/** An edit with everything the server knows of its origin: what the fold is a function of. */
export interface PlacedEdit extends Edit {
  readonly pen: PenId;
  readonly device: DeviceId;
  readonly person: PersonId;
  readonly stamp: Stamp;
  /** For each section concerned the `ver` that the author's device had folded in. */
  readonly base: Readonly<Record<SectionKey, number>>;
  /** One question has become several since it was written; it was written once, and counts once. */
  readonly isFurtherPart?: true;
}
