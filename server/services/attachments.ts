/**
 * The way of a file on the server: announced by a command, then its bytes in parts, then checked, then shown. Rights are
 * read at every step. A file that may not be seen and one that is not there are the same to whoever asks.
 */
import { join } from 'node:path';
import type { AttachmentState } from '#sync/files/attachment-state.ts';
import type { PersonId, SectionKey } from '#sync/model/ids.ts';
import type { FileStore } from '#server/adapters/files/file-store.ts';
import { folderFiles } from '#server/adapters/files/folder.ts';
import { attachmentById, attachmentsIn, type AttachmentRow } from '#server/storage/attachments.ts';
import { checkFile } from './check-file.ts';
import { viewOf } from './changes-since.ts';
import { addEvent } from './commands/event.ts';
import type { Deps } from './deps.ts';
import type { Batch, OpenDocument } from './group-commit-batch.ts';
import type { Sync } from './sync.ts';
import { closedFor, mayIn, sectionRights, type Reader } from './viewer.ts';

/** A file on its way, as its own author may know it. */
export interface Upload {
  readonly id: string;
  readonly sizeBytes: number;
  readonly length: number;
  readonly state: AttachmentState;
  readonly reason: string | null;
}
export interface Download {
  readonly name: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface Attachments {
  /** Undefined unless the file is this person's own and its bytes may still come. */
  upload(reader: Reader, id: string): Promise<Upload | undefined>;
  /** How much of it is here. */
  standing(id: string): Promise<Pick<Upload, 'sizeBytes' | 'length'>>;
  /** Adds bytes behind those that are here; answers how many are here then. */
  append(id: string, source: AsyncIterable<Uint8Array>): Promise<number>;
  /** All of it is here: it is checked, and ready or refused when this returns. Done already, it does nothing. */
  finish(id: string): Promise<void>;
  download(reader: Reader, id: string): Promise<Download | undefined>;
  /** Checks what had arrived when the server stopped. */
  finishArrived(): Promise<void>;
  /** For emptying the bin. */
  readonly store: Pick<FileStore, 'remove'>;
}

export type AttachmentsSync = Pick<Sync, 'storage' | 'forms' | 'commits' | 'ports'>;

export function openAttachments(
  { config, keys, ports }: Pick<Deps, 'config' | 'keys' | 'ports'>,
  sync: AttachmentsSync,
): Attachments {
  const { storage, commits } = sync;
  const store: FileStore = folderFiles(join(config.dataFolder, 'files'), keys.files, ports.random);

  const known = async (id: string): Promise<AttachmentRow> => {
    const row = await attachmentById(storage.db, id);
    if (row === undefined) throw new Error('a file went away while it was arriving');
    return row;
  };
  /** What stands now, changed; nothing if somebody was quicker or the file was removed meanwhile. */
  const move = (id: string, documentId: string, authorityId: string, change: Change): Promise<boolean> =>
    commits.commit([documentId], async (batch) => {
      const document = await batch.open(authorityId, documentId);
      // What was changed earlier in the same transaction is not in the table yet.
      const row = document?.attachments.get(id) ?? (await attachmentById(batch.tx, id));
      if (row === undefined || document === undefined || row.gone_at !== null || row.state !== change.from)
        return false;
      const { seq: _, ...rest } = { seq: 0, ...row };
      const { to: state, reason = null } = change;
      document.attachments.set(id, { ...rest, state, reason, received_bytes: row.size_bytes });
      if (change.to !== 'received') note(batch, document, row, change.to, ports.now());
      return true;
    });

  const attachments: Attachments = {
    store,
    async upload(reader, id) {
      const row = await attachmentById(storage.db, id);
      if (row?.person_id !== reader.person || row.authority_id !== reader.authority || row.gone_at !== null)
        return undefined;
      const view = await viewOf(sync, storage.db, reader, row.document_id);
      if (view === undefined) return undefined;
      const section = row.section as SectionKey;
      // What was announced in time belongs to what was sent: its bytes may come later.
      const mayCome =
        sectionRights(reader, view)(section).includes('write') || closedFor(reader, view, section) === 'section-closed';
      if (!mayCome) return undefined;
      const { sizeBytes, length } = await attachments.standing(id);
      return { id, sizeBytes, length, state: row.state as AttachmentState, reason: row.reason };
    },
    async standing(id) {
      const { state, stored_as: storedAs, size_bytes: sizeBytes } = await known(id);
      return { sizeBytes, length: state === 'arriving' ? await store.length(storedAs) : sizeBytes };
    },
    append: async (id, source) => store.append((await known(id)).stored_as, source),
    async finish(id) {
      const row = await known(id);
      const { document_id: documentId, authority_id: authorityId } = row;
      if (row.state === 'arriving' && (await store.length(row.stored_as)) < row.size_bytes) return;
      if (row.state === 'arriving') await move(id, documentId, authorityId, { from: 'arriving', to: 'received' });
      if ((await known(id)).state !== 'received') return;
      const reason = await checkFile(row, store);
      const change: Change =
        reason === undefined ? { from: 'received', to: 'ready' } : { from: 'received', to: 'refused', reason };
      const isMoved = await move(id, documentId, authorityId, change);
      // The original stays with its author; what was refused is of no use here.
      if (isMoved && reason !== undefined) await store.remove(row.stored_as);
    },
    async download(reader, id) {
      const row = await attachmentById(storage.db, id);
      if (row?.state !== 'ready' || row.gone_at !== null || row.authority_id !== reader.authority) return undefined;
      const view = await viewOf(sync, storage.db, reader, row.document_id);
      if (view === undefined || !mayIn(reader, view.row, view.shares).includes('download')) return undefined;
      if (!sectionRights(reader, view)(row.section as SectionKey).includes('see')) return undefined;
      await commits.commit([], (batch) => {
        const { person: actor, device: deviceId } = reader;
        const entry = {
          at: ports.now(),
          actor,
          deviceId,
          action: 'file.opened',
          documentId: row.document_id,
          detail: { file: id },
        };
        return Promise.resolve(batch.audit(reader.authority, entry));
      });
      const { name, type, size_bytes: sizeBytes } = row;
      return { name, type, sizeBytes, bytes: whole(store.read(row.stored_as), sizeBytes) };
    },
    async finishArrived() {
      for (const { id } of await attachmentsIn(storage.db, ['arriving', 'received'])) await attachments.finish(id);
    },
  };
  return attachments;
}

interface Change {
  readonly from: AttachmentState;
  readonly to: AttachmentState;
  readonly reason?: string;
}

/** What became of it stands in the audit; that a file was added stands in the timeline for whoever may see its section. */
function note(
  batch: Batch,
  document: OpenDocument,
  row: Omit<AttachmentRow, 'seq'>,
  to: AttachmentState,
  at: number,
): void {
  const author = { person: row.person_id as PersonId };
  if (to === 'ready') {
    const args = { section: row.section, file: row.id, category: row.category };
    addEvent({ batch, document, reader: author as Reader, at }, 'file-added', args);
  }
  batch.audit(row.authority_id, {
    at,
    actor: row.person_id,
    deviceId: null,
    action: `file.${to}`,
    documentId: row.document_id,
    detail: { file: row.id, sha256: row.sha256 },
  });
}

/** A file that ends too soon must not look like one that ended. */
async function* whole(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const part of bytes) {
    count += part.length;
    yield part;
  }
  if (count !== size) throw new Error('a stored file is shorter than it was');
}
