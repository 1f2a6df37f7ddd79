/**
 * The kept files of one account in this tab, as the screens see them. What one can do with a file is fetched when one
 * does it: the first look at a list needs none of it.
 */
import type { AttachmentId } from '#sync/model/ids.ts';
import type { Account } from './account.ts';
import type { FileProgress } from './file-loop.ts';
import { readFiles, type KeptFile } from './file-records.ts';
import type { HubFiles, KeptFileView } from './hub-files.ts';
import { repeating } from './repeating.ts';
import { troubleAsResult } from './storage-trouble.ts';
import { watched, type Watched } from './watched.ts';

export interface FileShelf extends Omit<HubFiles, 'kept'> {
  readonly kept: Watched<readonly KeptFileView[]>;
  /** The first look at the store is over. */
  readonly ready: Promise<void>;
  /** What the sending tab, this one or another, says of its way. */
  progress(progress: FileProgress): void;
  stop(): void;
}

export function openFileShelf(account: Account): FileShelf {
  const { store, news } = account;
  const kept = watched<readonly KeptFileView[]>([], (a, b) => JSON.stringify(a) === JSON.stringify(b));
  const taking = new Map<AttachmentId, number>();
  const sent = new Map<AttachmentId, number>();
  let now: FileProgress = { bytes: 0 };
  let files: readonly KeptFile[] = [];

  const show = () => kept.set(files.map((file) => viewOf(file, now, taking, sent)));
  let looked: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (looked = resolve));
  const reads = repeating(async () => {
    try {
      files = await readFiles(store);
      show();
    } finally {
      looked();
    }
  }, troubleAsResult);
  const stop = news.on((message, isFromHere) => {
    if (message.t === 'files' && !isFromHere) hear(message.progress as FileProgress);
    if (message.t === 'missed' || (message.t === 'wrote' && message.what === 'command')) reads.ask();
  });
  const hear = (progress: FileProgress) => {
    now = progress;
    if (progress.id !== undefined && progress.bytes > 0) sent.set(progress.id, progress.bytes);
    show();
  };
  reads.ask();

  return {
    kept,
    ready,
    stop,
    progress(progress) {
      hear(progress);
      news.tell({ t: 'files', progress });
    },
    async add(doc, file) {
      const { keepFile } = await import('./keep-file.ts');
      const added = await keepFile(account, doc, file, (id, bytes) => {
        taking.set(id, bytes);
        reads.ask();
      });
      if (added.ok) taking.delete(added.value);
      reads.ask();
      return added;
    },
    describe: async (doc, id, facts) => (await import('./file-actions.ts')).describeChosen(account, doc, id, facts),
    announce: async (doc, id) => (await import('./file-actions.ts')).announceChosen(account, doc, id),
    change: async (doc, id, facts) => (await import('./file-actions.ts')).changeFileFacts(account, doc, id, facts),
    remove: async (doc, id) => (await import('./file-actions.ts')).removeFile(account, doc, id),
    open: async (_doc, id) => (await import('./file-actions.ts')).openFile(account, id),
  };
}

function viewOf(
  { id, doc, section, name, sizeBytes, category, datedOn, made, reason, stage, command }: KeptFile,
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
    ...(command !== undefined && { command }),
    ...(waits !== undefined && { waits }),
  };
}
