/** The state of one document as the fold sees it, on the server and on a device. */
import type { Address, DeviceId, Holder, ItemId, PenId, PersonId, SectionKey } from './ids.ts';
import type { Json } from './edit.ts';
import type { Stamp } from './stamp.ts';

/** One device's standing contribution to a field. */
export interface Side {
  readonly device: DeviceId;
  readonly person: PersonId;
  readonly pen: PenId;
  readonly n: number;
  readonly value: Json;
  readonly stamp: Stamp;
  /** The section's count when this side was accepted. */
  readonly ver: number;
}

/**
 * `sides` are the writes that stand beside each other, one a device: usually one, several when none of their authors
 * had seen the others. `value` is what the field's rule makes of `base` and `sides`.
 */
export interface FieldState {
  readonly section: SectionKey;
  readonly value: Json;
  /** What stood before the present sides. */
  readonly base: Json;
  readonly sides: readonly Side[];
  /** The open conflict's name (the id of the edit that opened it), if the rule could not decide. */
  readonly conflict?: string;
}

/** Rich text: `state` is the Yjs state after garbage collection, `tree` the closed JSON made from it. */
export interface TextState {
  readonly section: SectionKey;
  readonly state: Uint8Array;
  readonly tree: TextTree;
  readonly ver: number;
  readonly device: DeviceId | undefined;
  readonly person: PersonId | undefined;
  /** Highest `ver` written by any other device than `device`. */
  readonly otherVer: number;
}

export interface ItemState {
  readonly id: ItemId;
  readonly section: SectionKey;
  readonly holder: Holder;
  readonly list: string;
  /** Fractional key; ties by item id. */
  readonly order: string;
  readonly ver: number;
  readonly device: DeviceId;
  readonly person: PersonId;
  /** Highest `ver` by which any other device than `device` put it there. */
  readonly otherVer: number;
  /** Set while the item is removed. */
  readonly gone?: { readonly ver: number; readonly device: DeviceId; readonly person: PersonId };
}

export interface DocumentState {
  /** Accepted edits so far, by section. */
  readonly vers: Map<SectionKey, number>;
  readonly fields: Map<Address, FieldState>;
  readonly texts: Map<Address, TextState>;
  readonly items: Map<ItemId, ItemState>;
}

export const emptyDocumentState = (): DocumentState => ({
  vers: new Map(),
  fields: new Map(),
  texts: new Map(),
  items: new Map(),
});

/** The closed tree of rich text: nothing else can be stored, sent or drawn. */
export type TextMark = 'bold' | 'italic' | 'underline' | 'strike';
export interface TextRun {
  readonly text: string;
  readonly marks?: readonly TextMark[];
  readonly size?: TextSize;
}
/** Sizes that a writer may choose, in pixels at 100 %; 16 is left out of the tree. */
export const textSizes = [14, 16, 19, 24] as const;
export type TextSize = (typeof textSizes)[number];
export type TextBlock =
  | { readonly type: 'paragraph'; readonly runs: readonly TextRun[] }
  | { readonly type: 'bullets' | 'numbers'; readonly items: readonly (readonly TextBlock[])[] };
export type TextTree = readonly TextBlock[];
