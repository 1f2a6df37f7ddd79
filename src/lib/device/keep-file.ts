/**
 * Takes a file in: checked, sealed piece by piece, and announced to the Hub, all on this device and without a connection.
 * Only when every piece lies here does its record say so, in one transaction with the announcement; a crash before that
 * leaves pieces that nobody can read, and the next start clears them away.
 */
import { headBytes, refusalOfContent } from '#sync/files/content.ts';
import { fitFileName, kindOfFile, refusalOfFile } from '#sync/files/allowed-files.ts';
import type { DeclaredFile } from '#sync/files/attachment.ts';
import type { Json } from '#sync/model/edit.ts';
import { makeId, type AttachmentId, type CommandId, type DocumentId } from '#sync/model/ids.ts';
import type { Reason } from '#sync/reasons.ts';
import type { Account } from './account.ts';
import { pieceBytes, piecesIn } from './file-pieces.ts';
import { changeFile, fileWrite, loadFiles, piecesOf, readFiles, refOfFile, type KeptFile } from './file-records.ts';
import type { AddedFile, NewFile } from './hub-files.ts';
import { loadOutbox } from './outbox.ts';
import { docRefOf, orderWrite } from './records.ts';
import { refused } from './result.ts';
import { sha256 } from './sha256.ts';
import { troubleAsResult, troubleOf } from './storage-trouble.ts';
import { VaultDropped } from './worker-vault.ts';

export async function keepFile(
  account: Account,
  doc: DocumentId,
  { file, section, category, datedOn }: NewFile,
  onBytes: (id: AttachmentId, bytes: number) => void,
): Promise<AddedFile> {
  const { store, ports } = account;
  const name = fitFileName(file.name);
  const refusal =
    refusalOfFile({ name, type: file.type, sizeBytes: file.size }) ?? (await refusalOfBeginning(name, file));
  if (refusal !== undefined) return { ok: false, reason: refusal };
  if (!(await hasRoom(account, file.size))) return refused('no-room');

  const id = makeId<AttachmentId>(ports.random);
  const type = kindOfFile(name)?.type ?? '';
  // Held while it is being taken in: whoever finds it half taken in and gets this lock knows that its tab is gone.
  const release = ports.tabs.elect(lockOf(id), () => undefined);
  try {
    const key = await store.vault.newFileKey(id);
    const dated = datedOn === undefined ? {} : { datedOn };
    const kept: KeptFile = {
      ...{ id, doc, section, name, type, sizeBytes: file.size, category: category ?? '', ...dated },
      ...{ made: ports.now(), key, stage: 'keeping' },
    };
    const ref = await refOfFile(store, id);
    await store.change(() => Promise.resolve({ writes: [fileWrite(ref, kept)], value: undefined }));
    const hash = await keepPieces(account, kept, file, (bytes) => onBytes(id, bytes));
    if (hash === undefined) {
      await dropFile(account, id);
      return refused('unreadable');
    }
    const isKept = category === undefined ? await hold(account, id, hash) : await announceFile(account, doc, id, hash);
    if (isKept) return { ok: true, value: id };
    await dropFile(account, id);
    return refused('file-gone');
  } catch (error) {
    // Locked meanwhile: what is half taken in cannot be cleared away now, and is at the next start.
    if (error instanceof VaultDropped || troubleOf(error)?.reason === 'locked') return refused('locked');
    await dropFile(account, id);
    return troubleAsResult(error);
  } finally {
    release();
  }
}

const hold = async ({ store }: Account, id: AttachmentId, hash: string): Promise<boolean> =>
  (await changeFile(store, id, (file) => ({ ...file, stage: 'chosen', hash }))) !== undefined;

/**
 * Record and announcement become durable together: there is never one without the other. False: it was taken away, or
 * nobody has said what it is. Announced already, it stays as it is.
 */
export async function announceFile(
  { store, ports, news }: Account,
  doc: DocumentId,
  id: AttachmentId,
  hashNow?: string,
): Promise<boolean> {
  const [ref, docRef] = [await refOfFile(store, id), await docRefOf(store, doc)];
  const isKept = await store.change(async (view) => {
    const kept = (await loadFiles(view)).find((one) => one.id === id);
    if (kept === undefined) return { writes: [], value: false };
    const { hash = hashNow, section, name, type, sizeBytes, category, datedOn } = kept;
    if (category === '' || datedOn?.startsWith('?') === true) return { writes: [], value: false };
    if (hash === undefined || (kept.stage !== 'keeping' && kept.stage !== 'chosen')) return { writes: [], value: true };
    const dated = datedOn === undefined ? {} : { datedOn };
    const declared: DeclaredFile = { id, section, name, type, sizeBytes, hash, category, ...dated };
    // Numbers in the queue come from what is in it.
    await loadOutbox(view);
    const args = declared as unknown as Readonly<Record<string, Json>>;
    const command = makeId<CommandId>(ports.random);
    const order = { command: { id: command, doc, name: 'add-file', args, seen: {} }, made: ports.now() } as const;
    const file: KeptFile = { ...kept, stage: 'waiting', command };
    return { writes: [fileWrite(ref, file), orderWrite(docRef, view.sequence(), order)], value: true };
  });
  news.tell({ t: 'wrote', docRef, what: 'command' });
  return isKept;
}

/** The hash of the whole; undefined when the file could not be read to its end. */
async function keepPieces(
  { store }: Account,
  kept: KeptFile,
  file: Blob,
  onBytes: (bytes: number) => void,
): Promise<string | undefined> {
  const pieces = await piecesOf(store, kept);
  const hash = sha256();
  for (let index = 0; index < piecesIn(kept); index += 1) {
    const at = index * pieceBytes;
    const bytes = await bytesOf(file.slice(at, at + pieceBytes));
    if (bytes === undefined || bytes.length !== Math.min(pieceBytes, kept.sizeBytes - at)) return undefined;
    hash.add(bytes);
    await store.pieces.put(pieces, index, bytes);
    onBytes(at + bytes.length);
  }
  return hash.end();
}

async function refusalOfBeginning(name: string, file: Blob): Promise<'unreadable' | Reason | undefined> {
  const kind = kindOfFile(name);
  const head = await bytesOf(file.slice(0, headBytes));
  if (head === undefined) return 'unreadable';
  return kind && refusalOfContent(kind, { head, sizeBytes: file.size });
}

/** Sealed files take a little more than they hold, and words must always find room beside them. */
async function hasRoom({ ports }: Account, sizeBytes: number): Promise<boolean> {
  const { usage, quota } = (await ports.estimate?.()) ?? {};
  return usage === undefined || quota === undefined || usage + sizeBytes * 1.05 + roomForWords < quota;
}
const roomForWords = 20 * 1024 * 1024;

/** Undefined where the browser cannot read it any more: moved, removed, or on a drive that was taken out. */
async function bytesOf(part: Blob): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

/** The record first: pieces without one are cleared away, a record without its pieces would be missed. */
export async function dropFile({ store }: Account, id: AttachmentId): Promise<void> {
  await changeFile(store, id, () => undefined);
  await store.pieces.remove(await refOfFile(store, id));
}

/** Clears away what a crash left half taken in. */
export async function sweepFiles(account: Account): Promise<void> {
  const { store, ports } = account;
  // In this order: a file that another tab begins to take in meanwhile has its record before its pieces.
  const lying = await store.pieces.refs();
  const files = await readFiles(store);
  const refs = new Set(await Promise.all(files.map(({ id }) => refOfFile(store, id))));
  for (const ref of lying) if (!refs.has(ref)) await store.pieces.remove(ref);
  for (const { id } of files.filter(({ stage }) => stage === 'keeping')) {
    const release = ports.tabs.elect(lockOf(id), () => {
      const cleared = changeFile(store, id, (file) => (file.stage === 'keeping' ? undefined : file));
      void cleared
        .then(async (file) => {
          if (file === undefined) await store.pieces.remove(await refOfFile(store, id));
        })
        .finally(() => release())
        .catch((error: unknown) => troubleAsResult(error));
    });
  }
}
const lockOf = (id: AttachmentId): string => `hub-file-${id}`;
