/**
 * The way of a file on the server: announced by a command, then its bytes in parts, then checked, then shown. Rights are
 * read at every step. A file that may not be seen and one that is not there are the same to whoever asks.
 * What lies in the store is named by its row before its first byte is written and until its last one is gone: a stop at
 * any moment loses nothing, hands out nothing that was not checked, and leaves nothing behind for ever.
 */
import { join } from 'node:path';
import type { AttachmentState } from '#sync/files/attachment-state.ts';
import type { PersonId, SectionKey } from '#sync/model/ids.ts';
import type { FileStore } from '#server/adapters/files/file-store.ts';
import { folderFiles } from '#server/adapters/files/folder.ts';
import {
  attachmentById,
  attachmentsOf,
  attachmentsToLookAt,
  attachmentsWithSpare,
  setSpare,
  type AttachmentRow,
} from '#server/storage/attachments.ts';
import { checkFile, drawnAnew, needsCopy, type Checked } from './check-file.ts';
import { viewOf } from './changes-since.ts';
import { takesOneFile } from './commands/add-file.ts';
import { addEvent } from './commands/event.ts';
import { placesOf, type Deps } from './deps.ts';
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
  /**
   * All of it is here: it is checked, and ready, held or refused when this returns; or still to be checked, when whatever
   * looked into it was ended. Done already, it does nothing.
   */
  finish(id: string): Promise<void>;
  download(reader: Reader, id: string): Promise<Download | undefined>;
  /** Clears away what a stop of the server left, then checks what had arrived, and what was held, once more. */
  finishArrived(): Promise<void>;
  /** For emptying the bin. */
  readonly store: Pick<FileStore, 'remove'>;
}

export type AttachmentsSync = Pick<Sync, 'storage' | 'forms' | 'commits' | 'ports' | 'fileWork'>;

export function openAttachments(
  { config, keys, ports, log }: Pick<Deps, 'config' | 'keys' | 'ports' | 'log'>,
  sync: AttachmentsSync,
): Attachments {
  const { storage, commits, fileWork: work } = sync;
  const store: FileStore = folderFiles(join(config.dataFolder, 'files'), keys.files, ports.random);

  const known = async (id: string): Promise<AttachmentRow> => {
    const row = await attachmentById(storage.db, id);
    if (row === undefined) throw new Error('a file went away while it was arriving');
    return row;
  };
  /** What stands now, changed; nothing if somebody was quicker or the file was removed meanwhile. */
  const move = ({ id, document_id: documentId, authority_id: authorityId, state: from }: AttachmentRow, found: Move) =>
    commits.commit([documentId], async (batch) => {
      const document = await batch.open(authorityId, documentId);
      // Its files go with it, and nothing of them comes back.
      if (document?.row.stage === 'purged') return;
      // What was changed earlier in the same transaction is not in the table yet.
      const row = document?.attachments.get(id) ?? (await attachmentById(batch.tx, id));
      if (row === undefined || document === undefined || row.gone_at !== null || row.state !== from) return;
      const { seq: _, ...rest } = { seq: 0, ...row };
      // What was taken once is not thrown away by a look at it with other eyes: its author may have nothing left of it.
      const to: Move = found.is === 'refused' && from !== 'received' ? { ...found, is: 'held' } : found;
      const copy = to.is === 'ready' ? to.copy : undefined;
      if (copy !== undefined && row.spare_as !== copy.as) return;
      document.attachments.set(id, {
        ...rest,
        ...{ state: to.is, reason: 'reason' in to ? to.reason : null, received_bytes: row.size_bytes },
        // From here on nobody reads what came; it goes when this is written.
        ...(copy !== undefined && { stored_as: copy.as, copy_bytes: copy.bytes, spare_as: row.stored_as }),
        // The original stays with its author; what was refused is of no use here.
        ...(to.is === 'refused' && { spare_as: row.stored_as }),
      });
      if (to.is === 'ready' && row.state !== 'ready' && !(await takePlace(batch, document, row, ports.now()))) return;
      if (to.is !== 'received') note(batch, document, row, to, ports.now());
    });
  const clearSpare = async ({ id, spare_as: spare }: AttachmentRow): Promise<void> => {
    if (spare === null) return;
    await store.remove(spare);
    await storage.write((tx) => setSpare(tx, id, null));
  };
  const check = async (row: AttachmentRow): Promise<void> => {
    await clearSpare(row);
    const copyAs = Buffer.from(ports.random(16)).toString('hex');
    if (needsCopy(row.name)) await storage.write((tx) => setSpare(tx, row.id, copyAs));
    try {
      const checked = await checkFile(row, copyAs, { store, work });
      if (checked.is !== 'ready') await clearSpare(await known(row.id));
      if (checked.is === 'lost') log({ event: 'server', at: ports.now(), code: 'file-work-lost' });
      else await move(row, checked);
    } finally {
      await clearSpare(await known(row.id));
    }
  };
  /** Nobody else looks into it meanwhile: what one server is making would be another's leftover. */
  const checking = (id: string, look: () => Promise<void>) => work.once(id, () => storage.inTurn(`check ${id}`, look));
  const finish = async (id: string): Promise<void> => {
    const row = await known(id);
    if (row.state === 'arriving') {
      if ((await store.length(row.stored_as)) < row.size_bytes) return;
      await move(row, { is: 'received' });
    }
    const arrived = await known(id);
    if (arrived.gone_at === null && isToBeChecked(arrived)) await check(arrived);
  };

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
    finish: (id) => checking(id, () => finish(id)),
    async download(reader, id) {
      const row = await attachmentById(storage.db, id);
      if (row?.state !== 'ready' || row.gone_at !== null || row.authority_id !== reader.authority) return undefined;
      if (needsCopy(row.name) && row.copy_bytes === null) return undefined;
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
      const { name, type } = row;
      const sizeBytes = row.copy_bytes ?? row.size_bytes;
      return { name, type, sizeBytes, bytes: whole(store.read(row.stored_as), sizeBytes) };
    },
    async finishArrived() {
      for (const { id } of await attachmentsWithSpare(storage.db))
        await checking(id, async () => clearSpare(await known(id)));
      for (const { id } of await attachmentsToLookAt(storage.db)) {
        // One that cannot be read keeps none of the others waiting.
        await attachments.finish(id).catch((error: unknown) => {
          log({ event: 'bug', at: ports.now(), code: 'file', where: placesOf(error) });
        });
      }
    },
  };
  return attachments;
}

type Move = { readonly is: 'received' } | Exclude<Checked, { is: 'lost' }>;

/** A picture of which there is no copy yet is looked at again, whether it was held or ready before copies were made. */
function isToBeChecked({ name, state, copy_bytes: copyBytes }: AttachmentRow): boolean {
  if (state === 'held') return drawnAnew(name) !== undefined;
  return state === 'received' || (state === 'ready' && needsCopy(name) && copyBytes === null);
}

/** What became of it stands in the audit; that a file was added stands in the timeline for whoever may see its section. */
function note(batch: Batch, document: OpenDocument, row: Omit<AttachmentRow, 'seq'>, to: Move, at: number): void {
  const author = { person: row.person_id as PersonId };
  if (to.is === 'ready' && row.state !== 'ready') {
    const args = { section: row.section, file: row.id, category: row.category };
    addEvent({ batch, document, reader: author as Reader, at }, 'file-added', args);
  }
  batch.audit(row.authority_id, {
    at,
    actor: row.person_id,
    deviceId: null,
    action: `file.${to.is}`,
    documentId: row.document_id,
    // What was announced and signed, and what is handed out instead of it.
    detail: { file: row.id, sha256: row.sha256, ...('copy' in to && { copy: to.copy.hash }) },
  });
}

/**
 * Where a form has room for one file, the newest takes the place of the one before it when it is ready; not earlier, because
 * it may yet be refused. What was announced in time belongs to what was sent, and so does what it takes the place of.
 * False: a newer one is ready already, and this one is out of it.
 */
async function takePlace(
  batch: Batch,
  document: OpenDocument,
  row: Omit<AttachmentRow, 'seq'>,
  at: number,
): Promise<boolean> {
  const { id, section } = row;
  if (!takesOneFile(document.form, section as SectionKey)) return true;
  const others = (await attachmentsOf(batch.tx, document.row.id))
    .map(({ seq: _, ...stored }) => document.attachments.get(stored.id) ?? stored)
    .filter((one) => one.id !== id && one.section === section && one.state === 'ready' && one.gone_at === null);
  const isNewer = (one: typeof row) => one.at > row.at || (one.at === row.at && one.id > id);
  const standing = document.attachments.get(id);
  if (standing !== undefined && others.some(isNewer)) {
    document.attachments.set(id, { ...standing, gone_at: at });
    return false;
  }
  const reader = { person: row.person_id as PersonId } as Reader;
  for (const one of others) {
    document.attachments.set(one.id, { ...one, gone_at: at });
    addEvent({ batch, document, reader, at }, 'file-removed', { section, file: one.id, category: one.category });
  }
  return true;
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
