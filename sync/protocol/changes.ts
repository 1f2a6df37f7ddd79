/**
 * What changed, as the state that stands now and never as the edits that led there. Replies and the event stream carry
 * the same frame, made by the same function; a device folds a frame whole or not at all.
 */
import type { AttachmentId, DeviceId, DocumentId, Holder, ItemId, PersonId, SectionKey } from '../model/ids.ts';
import type { Json } from '../model/edit.ts';
import type { TextTree } from '../model/state.ts';
import type { CommandVerdict } from '../model/command.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Reason } from '../reasons.ts';
import type { Verb } from '../roles/verbs.ts';
import type { Listed } from './listed.ts';
import type { Here } from './presence.ts';
import type { Cursor } from './push.ts';

/** Who did something, as its readers see them. */
export interface By {
  readonly id: PersonId;
  readonly name: string;
  readonly role: string;
}

export interface DocumentChange {
  readonly t: 'doc';
  readonly doc: DocumentId;
  readonly kind: string;
  readonly form: number;
  readonly stage: string;
  /** What this person may do with the document as a whole. */
  readonly may: readonly Verb[];
  readonly starter: By;
  /** Whom the starter shared the draft with; only for those who may share it. */
  readonly shares?: readonly { readonly person: By; readonly access: 'view' | 'edit'; readonly since: number }[];
  readonly caseNumber?: string;
  /** Calendar date in England, yyyy-mm-dd. */
  readonly receivedOn?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Name and date of birth as far as this viewer may read them: what a list needs before the contents are there. */
  readonly summary: { readonly name: string; readonly bornOn?: string };
  /** False: the contents come only when wanted (lists of an authority). */
  readonly full: boolean;
}
export interface SectionChange {
  readonly t: 'section';
  readonly doc: DocumentId;
  readonly section: SectionKey;
  readonly ver: number;
  readonly may: readonly ('see' | 'write')[];
}
/** `device` lets a device know its own sides; sides and base are sent only to those who may write the section. */
export interface FieldSide {
  readonly value: Json;
  readonly by: By;
  readonly at: number;
  readonly device: DeviceId;
}
export interface FieldChange {
  readonly t: 'field';
  readonly doc: DocumentId;
  readonly section: SectionKey;
  readonly holder: Holder;
  readonly field: string;
  readonly value: Json;
  readonly ver: number;
  readonly by: By;
  readonly at: number;
  readonly device: DeviceId;
  readonly conflict?: { readonly id: string; readonly base: Json; readonly sides: readonly FieldSide[] };
}
export interface ItemChange {
  readonly t: 'item';
  readonly doc: DocumentId;
  readonly section: SectionKey;
  readonly id: ItemId;
  readonly holder: Holder;
  readonly list: string;
  readonly order: string;
  readonly ver: number;
  readonly gone: boolean;
}
/** `state` (Yjs, base64) goes only to those who may write the section: it can hold more than the words on the screen. */
export interface TextChange {
  readonly t: 'text';
  readonly doc: DocumentId;
  readonly section: SectionKey;
  readonly holder: Holder;
  readonly field: string;
  readonly tree: TextTree;
  readonly state?: string;
  readonly ver: number;
  readonly by?: By;
  readonly at: number;
}
/** Something about one's own words: parked, overtaken, an item that came back. Gone when `done`. */
export interface MineChange {
  readonly t: 'mine';
  readonly id: string;
  readonly doc: DocumentId;
  readonly what: 'parked' | 'overtaken' | 'item-kept' | 'item-revived';
  readonly reason?: Reason;
  readonly holder: Holder;
  readonly field: string;
  readonly value: Json;
  readonly standing?: Json;
  readonly by?: By;
  readonly at: number;
  readonly done: boolean;
}
export interface EventChange {
  readonly t: 'event';
  readonly id: string;
  readonly doc: DocumentId;
  readonly what: string;
  readonly by: By;
  readonly at: number;
  readonly args: Readonly<Record<string, Json>>;
}
export interface AttachmentChange {
  readonly t: 'attachment';
  readonly id: AttachmentId;
  readonly doc: DocumentId;
  readonly section: SectionKey;
  readonly name: string;
  readonly sizeBytes: number;
  readonly category: string;
  readonly datedOn?: string;
  readonly state: string;
  /** Why it was refused; only for whoever brought it. */
  readonly reason?: Reason;
  readonly by: By;
  readonly at: number;
  readonly gone: boolean;
}
/** The person may not see the document any more: remove it, after one's own unsent words were sent. */
export interface GoneChange {
  readonly t: 'gone';
  readonly doc: DocumentId;
}

export type Change =
  | DocumentChange
  | SectionChange
  | FieldChange
  | ItemChange
  | TextChange
  | MineChange
  | EventChange
  | AttachmentChange
  | GoneChange;

/** All documents that are the person's, so that a device that went astray drops the rest and asks for what it lacks. */
export type Manifest = readonly { readonly doc: DocumentId; readonly sections: Readonly<Record<SectionKey, number>> }[];

/** Folded in one transaction, and only if `from` equals the device's cursor or a manifest comes with it. */
export interface Frame {
  readonly from: Cursor;
  readonly to: Cursor;
  readonly changes: readonly Change[];
  readonly manifest?: Manifest;
  /** With a manifest: the name of the server's history. Another one than before: the server was put back. */
  readonly history?: string;
  /** There is more to pull at once. */
  readonly more: boolean;
  /** Lines of lists, from the third version on. With a manifest they are the person's as well, as are those that follow. */
  readonly listed?: Listed;
}

export type EditVerdict = readonly [pen: string, n: number, is: Verdict['is'], ver: number, reason?: Reason];

export interface PushReply {
  readonly verdicts: readonly EditVerdict[];
  readonly commands: readonly { readonly id: string; readonly verdict: CommandVerdict }[];
  readonly frame?: Frame;
  /** The server's clock, milliseconds: the device shows times by it. */
  readonly now: number;
  /** Everything answered before this instant of the server's clock is in a backup. Left out where none is made. */
  readonly safe?: number;
}
/**
 * The stream is lines of JSON: a frame, a heartbeat, or who else writes now where this device does. The last is all of
 * it each time it changes, and comes only to devices that said where they are.
 */
export type StreamLine = { readonly beat: number } | { readonly frame: Frame } | { readonly here: readonly Here[] };
