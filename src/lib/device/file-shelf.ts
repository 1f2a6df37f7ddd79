/** The kept files of one account in this tab: what the screens see of them, and the three things one can do. */
import { makeId, type AttachmentId, type CommandId, type DocumentId } from '#sync/model/ids.ts';
import type { Account } from './account.ts';
import { owned } from './bytes.ts';
import type { FileProgress } from './file-loop.ts';
import { piecesIn } from './file-pieces.ts';
import { fileWrite, loadFiles, piecesOf, readFiles, refOfFile, type KeptFile } from './file-records.ts';
import type { HubFiles, KeptFileView } from './hub-files.ts';
import { keepFile } from './keep-file.ts';
import { loadOutbox } from './outbox.ts';
import { docRefOf, orderWrite } from './records.ts';
import { repeating } from './repeating.ts';
import { done, refused, type Done } from './result.ts';
import { outboxScope, type Write } from './sealed-store.ts';
import { troubleAsResult } from './storage-trouble.ts';
import { watched, type Watched } from './watched.ts';

export interface FileShelf extends Omit<HubFiles, 'kept'> {
  readonly kept: Watched<readonly KeptFileView[]>;
  /** What the sending tab, this one or another, says of its way. */
  progress(progress: FileProgress): void;
  stop(): void;
}

export function openFileShelf(account: Account): FileShelf {
  const { store, ports, news } = account;
  const kept = watched<readonly KeptFileView[]>([], (a, b) => JSON.stringify(a) === JSON.stringify(b));
  const taking = new Map<AttachmentId, number>();
  const sent = new Map<AttachmentId, number>();
  let now: FileProgress = { bytes: 0 };
  let files: readonly KeptFile[] = [];

  const show = () => kept.set(files.map((file) => viewOf(file, now, taking, sent)));
  const reads = repeating(async () => {
    files = await readFiles(store);
    show();
  }, troubleAsResult);
  const stop = news.on((message, isFromHere) => {
    if (message.t === 'files' && !isFromHere) hear(message.progress as FileProgress);
    if (message.t === 'folded' || message.t === 'wrote') reads.ask();
  });
  const hear = (progress: FileProgress) => {
    now = progress;
    if (progress.id !== undefined && progress.bytes > 0) sent.set(progress.id, progress.bytes);
    show();
  };
  reads.ask();

  return {
    kept,
    stop,
    progress(progress) {
      hear(progress);
      news.tell({ t: 'files', progress });
    },
    async add(doc, file) {
      const started = keepFile(account, doc, file, (id, bytes) => {
        taking.set(id, bytes);
        reads.ask();
      });
      const added = await started;
      if (added.ok) taking.delete(added.value);
      reads.ask();
      return added;
    },
    async remove(doc, id) {
      try {
        const isMine = await takeAway(account, doc, id);
        if (isMine) await store.pieces.remove(await refOfFile(store, id));
        news.tell({ t: 'wrote', docRef: await docRefOf(store, doc), what: 'command' });
        return done(undefined);
      } catch (error) {
        return troubleAsResult(error);
      }
    },
    async open(doc, id) {
      try {
        const file = (await readFiles(store)).find((one) => one.id === id);
        const original = file && (await originalOf(account, file));
        return original === undefined ? await fetched(account, id) : done(original);
      } catch (error) {
        return troubleAsResult(error);
      }
    },
  };

  async function fetched({ owner }: Account, id: AttachmentId): Promise<Done<Blob>> {
    let answer: Response;
    try {
      answer = await ports.fetch(`/api/files/${id}`, {
        credentials: 'same-origin',
        cache: 'no-store',
        headers: { 'hub-request': '1', 'hub-account': owner.person },
      });
      if (answer.ok) return done(await answer.blob());
    } catch {
      return refused('no-line');
    }
    return refused(answer.status === 401 ? 'line-over' : answer.status === 404 ? 'file-gone' : 'hub-problem');
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

function viewOf(
  { id, doc, section, name, sizeBytes, category, datedOn, made, reason, stage }: KeptFile,
  now: FileProgress,
  taking: ReadonlyMap<AttachmentId, number>,
  sent: ReadonlyMap<AttachmentId, number>,
): KeptFileView {
  const isSending = stage === 'announced' && now.id === id;
  const doneBytes = (stage === 'keeping' ? taking.get(id) : stage === 'ready' ? sizeBytes : sent.get(id)) ?? 0;
  const waits = (stage === 'waiting' || stage === 'announced') && !isSending ? now.waits : undefined;
  return {
    ...{ id, doc, section, name, sizeBytes, category, made, stage, doneBytes, isSending },
    ...(datedOn !== undefined && { datedOn }),
    ...(reason !== undefined && { reason }),
    ...(waits !== undefined && { waits }),
  };
}
