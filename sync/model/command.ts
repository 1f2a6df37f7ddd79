import type { CommandId, DocumentId, PenId, SectionKey } from './ids.ts';
import type { Json } from './edit.ts';
import type { Reason } from '../reasons.ts';

/**
 * A command moves the process on. It travels through the same queue as edits and is judged only when every edit up to
 * `after` has its verdict.
 */
export const commandNames = [
  'start',
  'submit',
  'share',
  'unshare',
  'delete-draft',
  'restore-draft',
  'send-on',
  'drop-parked',
  'dismiss-notice',
  'add-file',
  'change-file',
  'remove-file',
  'note-opening',
] as const;
export type CommandName = (typeof commandNames)[number];

export interface Command {
  readonly id: CommandId;
  readonly doc: DocumentId;
  readonly name: CommandName;
  readonly args: Readonly<Record<string, Json>>;
  /** The `ver` of each section as the sender had it on the screen. */
  readonly seen: Readonly<Record<SectionKey, number>>;
  readonly after?: readonly [PenId, number];
  /** Of a command that was taken once before: the server was put back, and this is what it had signed. */
  readonly receipt?: string;
}

export type CommandVerdict =
  | { readonly is: 'done'; readonly result: Readonly<Record<string, Json>> }
  | { readonly is: 'refused'; readonly reason: Reason; readonly at?: readonly Json[] };
