/** Taking a file away, and having it again. */
import { makeId, type AttachmentId, type CommandId, type DocumentId } from '#sync/model/ids.ts';
import type { FileRequestHeaders } from '#sync/protocol/files.ts';
import type { Account } from './account.ts';
import { owned } from './bytes.ts';
import { piecesIn } from './file-pieces.ts';
import { announceFile } from './keep-file.ts';
import { changeFile, fileWrite, loadFiles, piecesOf, readFiles, refOfFile, type KeptFile } from './file-records.ts';
import type { FileFacts } from './hub-files.ts';
import { loadOutbox } from './outbox.ts';
import { docRefOf, orderWrite } from './records.ts';
import { done, refused, type Done } from './result.ts';
import { outboxScope, type Write } from './sealed-store.ts';
import { troubleAsResult } from './storage-trouble.ts';

export async function removeFile(account: Account, doc: DocumentId, id: AttachmentId): Promise<Done> {
  const { store, news } = account;
  try {
    const wasKept = await takeAway(account, doc, id);
    if (wasKept) await store.pieces.remove(await refOfFile(store, id));
    news.tell({ t: 'wrote', docRef: await docRefOf(store, doc), what: 'command' });
    return done(undefined);
  } catch (error) {
    return troubleAsResult(error);
  }
}

export async function announceChosen(account: Account, doc: DocumentId, id: AttachmentId): Promise<Done> {
  try {
    return (await announceFile(account, doc, id)) ? done(undefined) : refused('file-gone');
  } catch (error) {
    return troubleAsResult(error);
  }
}

export async function describeChosen(
  { store, news }: Account,
  doc: DocumentId,
  id: AttachmentId,
  { category, datedOn }: FileFacts,
): Promise<Done> {
  try {
    await changeFile(store, id, (file) => {
      if (file.stage !== 'chosen') return file;
      const { datedOn: _, ...rest } = file;
      return { ...rest, category, ...(datedOn !== undefined && { datedOn }) };
    });
    news.tell({ t: 'wrote', docRef: await docRefOf(store, doc), what: 'command' });
    return done(undefined);
  } catch (error) {
    return troubleAsResult(error);
  }
}

/**
 * While its announcement has not been sent, that says the new facts itself; later a command of its own does. The record
 * here is changed with it, so that the screen shows one thing throughout.
 */
export async function changeFileFacts(
  { store, ports, news }: Account,
  doc: DocumentId,
  id: AttachmentId,
  { category, datedOn }: FileFacts,
): Promise<Done> {
  const facts = { category, ...(datedOn !== undefined && { datedOn }) };
  const withFacts = <T extends { readonly datedOn?: unknown }>({ datedOn: _, ...rest }: T) => ({ ...rest, ...facts });
  try {
    const [ref, docRef] = [await refOfFile(store, id), await docRefOf(store, doc)];
    await store.change(async (view) => {
      const file = (await loadFiles(view)).find((one) => one.id === id);
      const announced = (await loadOutbox(view)).commands.find(({ key }) => key === file?.command);
      const writes: Write[] = file === undefined ? [] : [fileWrite(ref, withFacts(file))];
      const args = { ...facts, id };
      if (announced?.state === 'waiting') {
        const { command } = announced.value;
        const changed = { ...announced.value, command: { ...command, args: withFacts(command.args) } };
        writes.push(orderWrite(docRef, announced.seq, changed));
      } else {
        const command = { id: makeId<CommandId>(ports.random), doc, name: 'change-file', args, seen: {} } as const;
        writes.push(orderWrite(docRef, view.sequence(), { command, made: ports.now() }));
      }
      return { writes, value: undefined };
    });
    news.tell({ t: 'wrote', docRef, what: 'command' });
    return done(undefined);
  } catch (error) {
    return troubleAsResult(error);
  }
}

/** The original while it is here, else what the Hub has. */
export async function openFile(account: Account, id: AttachmentId): Promise<Done<Blob>> {
  try {
    const file = (await readFiles(account.store)).find((one) => one.id === id);
    const original = file && (await originalOf(account, file));
    return original === undefined ? await fetched(account, id) : done(original);
  } catch (error) {
    return troubleAsResult(error);
  }
}

/**
 * One that the Hub never heard of goes with its announcement, as if it had never been. Any other goes by a command,
 * which keeps its place behind the announcement. True: this device had kept it.
 */
async function takeAway({ store, ports }: Account, doc: DocumentId, id: AttachmentId): Promise<boolean> {
  const [ref, docRef] = [await refOfFile(store, id), await docRefOf(store, doc)];
  return store.change(async (view) => {
    const file = (await loadFiles(view)).find((one) => one.id === id);
    const outbox = await loadOutbox(view);
    const announced = outbox.commands.find(({ key }) => key === file?.command);
    const isUnheard =
      file !== undefined && file.isKnown !== true && (announced === undefined || announced.state === 'waiting');
    const writes: Write[] = file === undefined ? [] : [fileWrite(ref, undefined)];
    if (isUnheard && announced !== undefined)
      writes.push({ table: 'commands', key: announced.key, scope: outboxScope, value: undefined });
    if (!isUnheard) {
      const command = {
        id: makeId<CommandId>(ports.random),
        doc,
        name: 'remove-file',
        args: { id },
        seen: {},
      } as const;
      writes.push(orderWrite(docRef, view.sequence(), { command, made: ports.now() }));
    }
    return { writes, value: file !== undefined };
  });
}

/** Undefined when it is not here whole. */
async function originalOf({ store }: Account, file: KeptFile): Promise<Blob | undefined> {
  const pieces = await piecesOf(store, file);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let index = 0; index < piecesIn(file); index += 1) {
    const bytes = await store.pieces.read(pieces, index);
    if (bytes === undefined) return undefined;
    parts.push(owned(bytes));
  }
  return new Blob(parts, { type: file.type });
}

async function fetched({ ports, owner }: Account, id: AttachmentId): Promise<Done<Blob>> {
  let answer: Response;
  try {
    answer = await ports.fetch(`/api/files/${id}`, {
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { 'hub-request': '1', 'hub-account': owner.person } satisfies FileRequestHeaders,
    });
    if (answer.ok) return done(await answer.blob());
  } catch {
    return refused('no-line');
  }
  return refused(answer.status === 401 ? 'line-over' : answer.status === 404 ? 'file-gone' : 'hub-problem');
}
