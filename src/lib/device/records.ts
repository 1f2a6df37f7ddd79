/** What is inside the sealed rows. Documents are kept as the changes that brought them; queues as they will be sent. */
import type { Command, CommandVerdict } from '#sync/model/command.ts';
import type { Edit } from '#sync/model/edit.ts';
import {
  editId,
  type DocumentId,
  type EditId,
  type Holder,
  type ItemId,
  type PenId,
  type SectionKey,
} from '#sync/model/ids.ts';
import type { TextTree } from '#sync/model/state.ts';
import type { Verdict } from '#sync/model/verdict.ts';
import type { Change, DocumentChange, GoneChange, MineChange } from '#sync/protocol/changes.ts';
import type { Cursor } from '#sync/protocol/push.ts';
import type { DocumentTable, QueueState } from './account-database.ts';
import { accountScope, outboxScope, type SealedStore, type Write } from './sealed-store.ts';

/** An edit in the outbox. Whether it was sent is inside the seal too: the clear column is only an index. */
export interface OutboxEdit {
  readonly doc: DocumentId;
  readonly pen: PenId;
  /** Version of the form that was drawn. */
  readonly form: number;
  /** Of the Hub: which one `base` counts in. */
  readonly history?: string;
  readonly base: Readonly<Record<SectionKey, number>>;
  readonly edit: Edit;
  /** Where the edit's field lies, by the form on this device. */
  readonly section?: SectionKey;
  readonly isSent?: true;
  readonly verdict?: Verdict;
  /** How often the Hub said that something before it was missing. */
  readonly gaps?: number;
  /** It already took a new pen once. */
  readonly isRenamed?: true;
  /** The Hub was put back, and this is offered to it once more. */
  readonly isAgain?: true;
}
export interface OutboxCommand {
  readonly command: Command;
  readonly made: number;
  readonly isSent?: true;
  readonly verdict?: CommandVerdict;
  /** As with edits; its answer was seen before. */
  readonly isAgain?: true;
}
export interface Queued<T> {
  readonly key: string;
  readonly docRef: string;
  readonly seq: number;
  readonly state: QueueState;
  readonly value: T;
}
export type QueuedEdit = Queued<OutboxEdit>;
export type QueuedOrder = Queued<OutboxCommand>;
export interface Outbox {
  /** In the order in which they were made. */
  readonly edits: readonly QueuedEdit[];
  readonly commands: readonly QueuedOrder[];
}

/** `history`: which one of the Hub its contents are of. */
export type KeptDocument = DocumentChange & { readonly isLocal?: true; readonly history?: string };
/** One's own words, as the Hub sent them, or as this device sets them aside by itself (`edit` names them). */
export type KeptMine = Omit<MineChange, 't' | 'what'> & {
  readonly what: MineChange['what'] | 'refused';
  readonly edit?: EditId;
  readonly isText?: true;
  /** Kept by earlier versions of the app. */
  readonly tree?: TextTree;
};

export interface Settings {
  readonly cursor?: Cursor;
  /** Documents whose contents this device lacks. */
  readonly want?: readonly DocumentId[];
  /** Documents to remove once one's own words in them were sent. */
  readonly gone?: readonly DocumentId[];
  /** Instants by this device's clock: last answer of the Hub, and when everything was on the Hub. */
  readonly contact?: number;
  readonly saved?: number;
  readonly jumped?: boolean;
  /** A first list is still coming in pages: lines of it come without their contents. */
  readonly isListing?: boolean;
  /** The Hub's name for its history: another one means that it was put back to an earlier state. */
  readonly history?: string;
  /** Documents whose contents are of an earlier history, until they come anew. */
  readonly stale?: readonly DocumentId[];
  /** Documents in which something waits to be offered again. */
  readonly offer?: readonly DocumentId[];
}

const isUnsentState = (state: QueueState): boolean => state !== 'answered';
export const isUnsent = (queued: { readonly state: QueueState }): boolean => isUnsentState(queued.state);
export const stateOf = (value: OutboxEdit | OutboxCommand): QueueState =>
  value.verdict !== undefined ? 'answered' : value.isSent ? 'sent' : 'waiting';

export const keyOfEdit = (value: OutboxEdit): EditId => editId(value.pen, value.edit.n);

export const editWrite = (docRef: string, seq: number, value: OutboxEdit): Write => ({
  table: 'outbox',
  key: keyOfEdit(value),
  scope: outboxScope,
  docRef,
  seq,
  state: stateOf(value),
  value,
});
export const orderWrite = (docRef: string, seq: number, value: OutboxCommand): Write => ({
  table: 'commands',
  key: value.command.id,
  scope: outboxScope,
  docRef,
  seq,
  state: stateOf(value),
  value,
});
export const settingsWrite = (settings: Settings): Write => ({
  table: 'settings',
  key: 'settings',
  scope: accountScope,
  value: settings,
});

/** The row of a change: its table and the words that its key is the ref of. */
export function placeOf(change: Exclude<Change, GoneChange>): { table: DocumentTable; named: string } {
  switch (change.t) {
    case 'doc':
      return { table: 'documents', named: change.doc };
    case 'section':
      return { table: 'sections', named: `${change.doc} ${change.section}` };
    case 'field':
      return { table: 'fields', named: placeOfField(change.doc, change.holder, change.field) };
    case 'text':
      return { table: 'texts', named: `${change.doc} ${change.holder} ${change.field}` };
    case 'item':
      return { table: 'items', named: placeOfItem(change.doc, change.id) };
    case 'mine':
      return { table: 'mine', named: `${change.doc} ${change.id}` };
    case 'event':
      return { table: 'events', named: `${change.doc} ${change.id}` };
    case 'attachment':
      return { table: 'attachments', named: `${change.doc} ${change.id}` };
  }
}
export const placeOfItem = (doc: DocumentId, item: ItemId): string => `${doc} ${item}`;
export const placeOfField = (doc: DocumentId, holder: Holder, field: string): string => `${doc} ${holder} ${field}`;
export const docRefOf = (store: SealedStore, doc: DocumentId): Promise<string> => store.ref('documents', doc);
