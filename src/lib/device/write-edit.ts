/**
 * What stands behind `OpenDocument.write`, the one function that a form component calls. Its promise says that the words
 * are durable on this device, and nothing sooner does. Words that could not be stored stay in memory, on the screen and
 * first in line, and are tried again.
 */
import type { Json } from '#sync/model/edit.ts';
import { makeId, type DocumentId, type PenId, type SectionKey } from '#sync/model/ids.ts';
import type { Account } from './account.ts';
import type { NewEdit } from './hub.ts';
import { coalescing, queueEdit } from './outbox.ts';
import type { QueuedEdit } from './records.ts';
import { done, type DeviceReason, type Done } from './result.ts';
import { splitUpdate } from './split-update.ts';
import { troubleAsResult } from './storage-trouble.ts';

/** What the author had on the screen when the words were typed. */
export interface Seen {
  readonly form: number;
  readonly history: string | undefined;
  readonly base: Readonly<Record<SectionKey, number>>;
  readonly section: SectionKey | undefined;
  /** Counts the frames folded in: an edit never joins one that was typed before others' words came. */
  readonly run: number;
}
export interface Held {
  readonly edit: NewEdit;
  readonly made: number;
  readonly seen: Seen;
  /** With a long paste: everything that it builds on, so that it can be divided. */
  readonly before?: readonly Uint8Array[];
}

export interface Pen {
  readonly id: PenId;
  /** The last number that is durable: a gap could never be filled. */
  readonly n: number;
  write(edit: NewEdit, seen: Seen, before?: readonly Uint8Array[]): Promise<Done>;
  /** Typed and not yet durable, oldest first. */
  held(): readonly Held[];
  /** Why they are not, if storing was tried and failed. */
  trouble(): DeviceReason | undefined;
  /** From here on new rows only: a command counts on what was written so far. */
  close(): void;
  /** The Hub knows another edit by this pen's name. */
  rename(to: PenId, n: number): void;
  flush(): Promise<Done>;
  stop(): void;
}

interface Waiting {
  readonly held: Held;
  readonly tell: ((result: Done) => void)[];
  /** What of a divided edit is not durable yet. */
  pieces?: Json[];
}
const againMs = 5_000;

export function takePen(
  account: Account,
  doc: DocumentId,
  docRef: string,
  onChange: (...written: QueuedEdit[]) => void,
): Pen {
  const { ports, store, news } = account;
  const waiting: Waiting[] = [];
  const rows = coalescing();
  let id = makeId<PenId>(ports.random);
  let n = 0;
  let draining: Promise<Done> | undefined;
  let cancelTimer: (() => void) | undefined;
  let isStopped = false;
  let trouble: DeviceReason | undefined;

  const makeRowDurable = async ({ edit, made, seen }: Held): Promise<QueuedEdit> => {
    const pen = id;
    const draft = {
      doc,
      pen,
      form: seen.form,
      base: seen.base,
      ...(seen.history !== undefined && { history: seen.history }),
      edit: { ...edit, made },
      ...(seen.section !== undefined && { section: seen.section }),
    };
    const written = await queueEdit(store, docRef, draft, n + 1, rows.openFor(edit, seen.run));
    if (pen === id) {
      if (written.isNew) n += 1;
      rows.written(written.row.key, edit, seen.run);
    }
    return written.row;
  };

  /** Pieces that are durable already are not written again when a later one failed. */
  const makeDurable = async (first: Waiting): Promise<QueuedEdit[]> => {
    const { edit, before } = first.held;
    first.pieces ??= (before === undefined ? undefined : await splitUpdate(edit.value, before))?.slice() ?? [
      edit.value,
    ];
    const rows: QueuedEdit[] = [];
    while (first.pieces.length > 0) {
      rows.push(await makeRowDurable({ ...first.held, edit: { ...edit, value: first.pieces[0] ?? null } }));
      first.pieces.shift();
    }
    return rows;
  };

  const drain = async (): Promise<Done> => {
    // So that `draining` is set before it is taken back.
    await Promise.resolve();
    cancelTimer?.();
    let result: Done = done(undefined);
    const isDue = () => result.ok || waiting.some(({ tell }) => tell.length > 0);
    for (let first = waiting[0]; first !== undefined && isDue(); first = waiting[0]) result = await storeOne(first);
    // Nothing may be awaited between the last look at the queue and here, or a word could wait for the next key.
    draining = undefined;
    if (result.ok) news.tell({ t: 'wrote', docRef });
    return result;
  };
  const storeOne = async (first: Waiting): Promise<Done> => {
    try {
      const rows = await makeDurable(first);
      waiting.shift();
      trouble = undefined;
      onChange(...rows);
      for (const tell of first.tell) tell(done(undefined));
      return done(undefined);
    } catch (error) {
      const failure = troubleAsResult(error);
      trouble = failure.reason;
      for (const one of waiting) for (const tell of one.tell.splice(0)) tell(failure);
      // A locked store is opened anew by its owner; for anything else time or free room may help.
      if (failure.reason !== 'locked' && !isStopped) cancelTimer = ports.setTimer(againMs, () => void start());
      onChange();
      return failure;
    }
  };
  const start = (): Promise<Done> => (draining ??= drain());

  return {
    get id() {
      return id;
    },
    get n() {
      return n;
    },
    write: (edit, seen, before) =>
      new Promise((tell) => {
        waiting.push({
          held: { edit, made: ports.now(), seen, ...(before !== undefined && { before }) },
          tell: [tell],
        });
        void start();
      }),
    held: () => waiting.map(({ held }) => held),
    trouble: () => trouble,
    close: () => rows.close(),
    rename(to, renamedTo) {
      id = to;
      n = renamedTo;
      rows.close();
    },
    async flush() {
      // One that is under way may be failing already; what this promises is a try of its own.
      await draining;
      let result: Done = done(undefined);
      while (result.ok && waiting.length > 0) result = await start();
      return result;
    },
    stop() {
      isStopped = true;
      cancelTimer?.();
    },
  };
}
