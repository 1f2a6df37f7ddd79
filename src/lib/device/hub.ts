/**
 * The one door between the screens and the device store. A screen never fetches and never writes by itself.
 * What was typed is durable when the promise of `write` says so, and not before; the status line is computed from what
 * is stored, never from the absence of an error.
 */
import type { Command, CommandName, CommandVerdict } from '#sync/model/command.ts';
import type { AreaSetting } from '#sync/model/area-setting.ts';
import type { Edit, Json } from '#sync/model/edit.ts';
import type { CommandId, DocumentId, Holder, ItemId, PenId, SectionKey } from '#sync/model/ids.ts';
import type { TextTree } from '#sync/model/state.ts';
import type { AttachmentChange, By, DocumentChange, EventChange, MineChange } from '#sync/protocol/changes.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import type { Reason } from '#sync/reasons.ts';
import type { ListStage } from './document-list.ts';
import type { EarlierAnswer } from '#sync/protocol/history.ts';
import type { Opening } from '#sync/protocol/openings.ts';
import type { HubFiles } from './hub-files.ts';
import type { Presence } from './presence.ts';
import type { Done } from './result.ts';
import type { Watched } from './watched.ts';

export interface Hub {
  readonly session: Session;
  /** What the status line says, for all documents of the account. */
  readonly status: Watched<Status>;
  /** All documents on this device, newest change first; empty while locked. */
  list(): Watched<readonly ListedDocument[]>;
  /** Whether an empty list means that there is nothing: not before the store was read and the Hub has told of everything. */
  listing(): Watched<ListStage>;
  /** Refused with `not-here` when only its line in a list is on the device: it is then fetched, and `list()` says when. */
  open(doc: DocumentId): Promise<Done<OpenDocument>>;
  /** A new draft, at once usable without a connection. */
  start(kind: string): Promise<Done<OpenDocument>>;
  /** Queued durably after the edits made so far; the verdict shows itself in `commands(doc)`. */
  command(doc: DocumentId, name: CommandName, args?: Command['args']): Promise<Done<CommandId>>;
  /** Commands of a document: waiting, or answered and not yet dismissed by `forget`. */
  commands(doc: DocumentId): Watched<readonly QueuedCommand[]>;
  /** Takes back a command that was not sent yet («Go back to editing»), or dismisses an answered one. False: it is on its way. */
  forget(id: CommandId): Promise<boolean>;
  /** One's own words that stand in no document, of all documents: also of those that may not be seen any more. */
  mine(): Watched<readonly MineView[]>;
  /** Sets aside one's own words shown by `OpenDocument.mine()` that only this device knows of. */
  dropMine(doc: DocumentId, id: string): Promise<Done>;
  /** A field's earlier answers, newest first. They are kept at the Hub alone, so they need a connection. */
  /** Somebody looks at it: noted once a day, for whoever may know who has opened it. */
  noteOpening(doc: DocumentId): void;
  /** Who has opened it. */
  openings(doc: DocumentId): Promise<Done<readonly Opening[]>>;
  history(doc: DocumentId, holder: Holder, field: string): Promise<Done<readonly EarlierAnswer[]>>;
  /** Schools, nurseries and colleges of the area; undefined until this device has been told of them once. */
  settings(): Watched<readonly AreaSetting[] | undefined>;
  /** Files that go with documents. */
  readonly files: HubFiles;
  /** Everything typed made durable, and sent now if there is a line. */
  flush(): Promise<Done>;
  /** Everything typed made durable, without waiting for a line. */
  keep(): Promise<Done>;
  lock(): Promise<void>;
  /** True exactly while the device could not store words and only this page has them: leaving it would lose them. */
  hasLooseWords(): boolean;
  /** Words that are only in memory because the device could not store them, for «save a copy». */
  unsaved(): Promise<readonly WaitingWords[]>;
  /** Records that were set aside because they were damaged or put back: how many, never removed. */
  readonly damaged: Watched<number>;
}

export interface Session {
  readonly state: Watched<SessionState>;
  /** Same answer for known and unknown accounts; then `state` is `code`. */
  signIn(email: string, password: string): Promise<Done>;
  enterCode(code: string): Promise<Done>;
  resendCode(): Promise<Done>;
  /** Opens what is kept on this device, with or without a connection. Without `email`: the last account. */
  unlock(password: string, email?: string): Promise<Done>;
  /** After a password change elsewhere: the old one opens what is kept, and the new one takes its place. */
  enterOldPassword(password: string): Promise<Done>;
  /** The old password is forgotten: a new empty store beside the old one, which stays sealed. */
  startAnew(): Promise<Done>;
  /** Refused with `unsent` while words wait, unless `keep` says that the person has been told; the sealed store stays. */
  signOut(options?: { readonly keep?: boolean; readonly everywhere?: boolean }): Promise<Done>;
  /** Back to the first page without signing in. */
  cancel(): void;
  /** The person did something: 30 idle minutes over all tabs lock the device. */
  alive(): void;
}

export type SessionState =
  | { readonly is: 'starting' }
  /** Nobody is here: e-mail and password are asked for. */
  | { readonly is: 'signed-out' }
  | { readonly is: 'code' }
  /** Signed in, but what is kept here is sealed under an earlier password. */
  | { readonly is: 'old-password' }
  /** The last account's store is here and sealed. */
  | { readonly is: 'locked'; readonly by: 'start' | 'hand' | 'idle' | 'other-tab' }
  | {
      readonly is: 'open';
      /** E-mail and telephone as the account has them, where the Hub has told this device. */
      readonly person: {
        readonly id: By['id'];
        readonly name: string;
        readonly email?: string;
        readonly phone?: string;
        readonly roles: readonly string[];
      };
      readonly authority: { readonly id: string; readonly name: string };
      /** `ended`: writing goes on, sending waits for a new sign-in. `unknown`: no contact yet since unlocking. */
      readonly line: 'signed-in' | 'ended' | 'unknown';
      /** Until when this device opens without a connection. */
      readonly offlineUntil: number;
    };

/** `at` is an instant by the device's clock, or undefined when nothing was saved yet. */
export type Status =
  | { readonly kind: 'saved-hub' | 'saved-device' | 'saving'; readonly at?: number; readonly unsent: number }
  /** No connection, or the Hub is busy: tried again by itself. */
  | { readonly kind: 'waiting'; readonly at?: number; readonly unsent: number; readonly reason: 'offline' | 'busy' }
  | { readonly kind: 'signed-out'; readonly at?: number; readonly unsent: number }
  | {
      readonly kind: 'problem';
      readonly at?: number;
      readonly unsent: number;
      readonly reason: 'storage-full' | 'storage-closed' | 'other-person' | 'app-too-old' | 'damaged';
    };

export interface ListedDocument extends Omit<DocumentChange, 't'> {
  /** Edits and commands of it that have not reached the Hub. */
  readonly unsent: number;
  /** Made here and not yet known to the Hub. */
  readonly isLocal: boolean;
}

/** What a form component hands over; the store adds place, base and time. */
export type NewEdit = Pick<Edit, 'kind' | 'holder' | 'field' | 'value'>;

export interface OpenDocument {
  readonly id: DocumentId;
  readonly kind: string;
  readonly form: FormDefinition;
  /** False: the app lacks this version of the form, so the document can only be read. */
  readonly isKnownForm: boolean;
  /** The pen of this opening; changes only when the Hub knows another edit by its name. */
  readonly pen: PenId;
  readonly clientId: number;
  /** After the document went, what was last known of it, without names and without rights. */
  facts(): ListedDocument;
  /** The document went while it was open: deleted, or not to be seen by this person any more. It can come back. */
  isGone(): boolean;
  /** One's own words in it that the Hub has not answered: the newest of each field. */
  waitingWords(): Promise<readonly WaitingWords[]>;
  /** Called after each change, by oneself or by others. */
  subscribe(listener: () => void): () => void;
  value(holder: Holder, field: string): FieldView;
  /** Present items in their order. */
  items(holder: Holder, list: string): readonly ItemView[];
  text(holder: Holder, field: string): TextView;
  may(section: SectionKey): readonly ('see' | 'write')[];
  sections(): ReadonlyMap<SectionKey, number>;
  mine(): readonly MineView[];
  events(): readonly EventChange[];
  attachments(): readonly AttachmentChange[];
  /** Resolves when the edit is durable on this device. */
  write(edit: NewEdit): Promise<Done>;
  /** Words stand on the screen that are not written yet: while they wait, the status calls nothing saved; `flush` writes them. */
  typing(words: { readonly isWaiting: boolean; flush(): Promise<void> }): void;
  /** Adds an item at the end of a list, or before another; the id is at once usable as a holder. */
  addItem(holder: Holder, list: string, before?: ItemId): { readonly id: ItemId; readonly saved: Promise<Done> };
  /** One place up or down in its list; nothing happens at the end of it. */
  moveItem(holder: Holder, list: string, item: ItemId, to: 'up' | 'down'): Promise<Done>;
  /** Wakes the text rule (Yjs), which puts waiting words and others' words into one tree; where words wait it is awake. */
  wakeText(): Promise<void>;
  flush(): Promise<Done>;
  /** Says where this person is in it, and hears who else is; undefined where nothing is ever sent. */
  presence(): Promise<Presence | undefined>;
  close(): void;
}

export interface WaitingWords {
  readonly holder: Holder;
  readonly field: string;
  /** Of a text: the words that were added to it, as plain text. */
  readonly value: Json;
  readonly at: number;
}
export interface FieldView {
  readonly value: Json;
  readonly ver: number;
  readonly by?: By;
  readonly at?: number;
  /** One's own waiting words stand here. */
  readonly isUnsent: boolean;
  readonly conflict?: ConflictView;
}
export interface ConflictView {
  /** For `settle`: `{ conflict: id, value }`. */
  readonly id: string;
  readonly base: Json;
  readonly sides: readonly {
    readonly value: Json;
    readonly by: By;
    readonly at: number;
    readonly isOwn: boolean;
    /** Written on this device. */
    readonly isHere: boolean;
  }[];
}
export interface ItemView {
  readonly id: ItemId;
  readonly order: string;
  readonly section: SectionKey;
  readonly isUnsent: boolean;
}
export interface TextView {
  readonly tree: TextTree;
  /** The Hub's Yjs state; undefined for readers, and before anything was written. */
  readonly state: Uint8Array | undefined;
  /** One's own waiting Yjs updates, oldest first: an editor applies `state`, then these. */
  readonly updates: readonly Uint8Array[];
  readonly ver: number;
  readonly by?: By;
  readonly at?: number;
  readonly isUnsent: boolean;
}
/** One's own words that do not stand in the document; kept until the person decides. `isHere`: only this device knows of them. */
export interface MineView extends Omit<MineChange, 't' | 'what'> {
  readonly what: MineChange['what'] | 'refused';
  readonly isHere: boolean;
  /** Kept with a text by earlier versions of the app: the whole of it, as it stood then. */
  readonly tree?: TextTree;
}
export interface QueuedCommand {
  readonly id: CommandId;
  readonly doc: DocumentId;
  readonly name: CommandName;
  readonly args: Command['args'];
  readonly made: number;
  readonly state: 'waiting' | 'sent' | 'answered';
  readonly verdict?: CommandVerdict;
  readonly reason?: Reason;
}
