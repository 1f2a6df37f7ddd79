/** Files as the screens know them: the part of the one door that has to do with them. */
import type { AttachmentId, DocumentId, SectionKey } from '#sync/model/ids.ts';
import type { Reason } from '#sync/reasons.ts';
import type { FileStage, KeptFile } from './file-records.ts';
import type { DeviceReason, Done } from './result.ts';
import type { Watched } from './watched.ts';

export interface HubFiles {
  /** Files of all documents that this device keeps until the Hub has them; empty while locked. */
  kept(): Watched<readonly KeptFileView[]>;
  /**
   * Resolves when the file is kept here whole, sealed, and will be sent by itself; or with the reason why not. One of
   * which nobody has said yet what it is stays `chosen`, and is not sent.
   */
  add(doc: DocumentId, file: NewFile): Promise<AddedFile>;
  /** What has been said so far of a chosen file, as it is typed; nothing once it was added or left out. */
  describe(doc: DocumentId, id: AttachmentId, facts: FileFacts): Promise<Done>;
  /** A chosen file, with what has been said of it, becomes part of the document. */
  announce(doc: DocumentId, id: AttachmentId): Promise<Done>;
  /** Puts right what a file is and the date on it. Without a date it has none. */
  change(doc: DocumentId, id: AttachmentId, facts: FileFacts): Promise<Done>;
  /** Takes a file out of the document, or away from this device if it never reached the Hub. */
  remove(doc: DocumentId, id: AttachmentId): Promise<Done>;
  /** The file itself: the original while this device keeps it, else from the Hub. */
  open(doc: DocumentId, id: AttachmentId): Promise<Done<Blob>>;
}

export interface FileFacts {
  readonly category: string;
  readonly datedOn?: string;
}
export interface NewFile extends Partial<FileFacts> {
  readonly file: Blob & { readonly name: string };
  readonly section: SectionKey;
}
export type AddedFile =
  { readonly ok: true; readonly value: AttachmentId } | { readonly ok: false; readonly reason: DeviceReason | Reason };

/** Why its bytes do not travel just now. */
export type FileWait = 'offline' | 'busy' | 'signed-out';
export interface KeptFileView extends Pick<
  KeptFile,
  'id' | 'doc' | 'section' | 'name' | 'sizeBytes' | 'category' | 'datedOn' | 'made' | 'reason' | 'command'
> {
  readonly stage: FileStage;
  /** Bytes that were sealed here while it is being taken in, and bytes at the Hub after that. */
  readonly doneBytes: number;
  /** Its bytes are on their way at this moment. */
  readonly isSending: boolean;
  readonly waits?: FileWait;
}
