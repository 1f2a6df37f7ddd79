/** Everything of one account that runs while its store is open in this tab. */
import type { DocumentId, PenId } from '#sync/model/ids.ts';
import type { Account } from './account.ts';
import type { Activity } from './activity.ts';
import { forgetCommand, queueCommand, watchCommands } from './commands.ts';
import { listDocuments, type DocumentList } from './document-list.ts';
import { bringFiles, type FilesBringer } from './bring-files.ts';
import { readFiles, unsentFiles } from './file-records.ts';
import { openFileShelf, type FileShelf } from './file-shelf.ts';
import type { Hub, NewEdit, OpenDocument, QueuedCommand, Status } from './hub.ts';
import type { Line } from './line.ts';
import type { HeldDocument } from './open-document.ts';
import { countUnsent, loadSettings, readOutbox } from './outbox.ts';
import { docRefOf, settingsWrite, type KeptDocument } from './records.ts';
import { done, type Done } from './result.ts';
import { watchStatus } from './status.ts';
import { troubleAsResult } from './storage-trouble.ts';
import { startSyncLoop, type SyncLoop } from './sync-loop.ts';
import { watched, type Watched } from './watched.ts';

export interface Workspace extends Pick<
  Hub,
  | 'open'
  | 'start'
  | 'command'
  | 'forget'
  | 'dropMine'
  | 'flush'
  | 'keep'
  | 'unsaved'
  | 'hasLooseWords'
  | 'history'
  | 'openings'
  | 'noteOpening'
> {
  readonly account: Account;
  readonly line: Line;
  readonly list: DocumentList;
  readonly status: Watched<Status>;
  readonly orders: Watched<readonly QueuedCommand[]>;
  readonly damaged: Watched<number>;
  readonly files: FileShelf;
  unsent(): Promise<number>;
  /** What is in memory made durable, as far as it goes within a second. */
  flushHere(): Promise<void>;
  held(): readonly HeldEdit[];
  /** Writes what was held when the store was closed; before anything else is written. */
  bringBack(held: readonly HeldEdit[]): Promise<void>;
  /** Keeps what is typed, stops everything, leaves the store closed. */
  close(): Promise<void>;
}

/** Words that are only in memory, with the pen that was to write them: formatted text can be taken in under no other. */
export interface HeldEdit {
  readonly doc: DocumentId;
  readonly pen: PenId;
  /** The last number of that pen that is durable. */
  readonly n: number;
  readonly edit: NewEdit;
}

const flushMs = 1_000;
const dayMs = 24 * 60 * 60_000;

export function openWorkspace(account: Account, line: Line): Workspace {
  const { store, ports, news } = account;
  const opened = new Map<DocumentId, { readonly document: HeldDocument; readers: number }>();
  const opening = new Map<DocumentId, Promise<Done<HeldDocument>>>();
  const activity = watched<Activity>({ is: 'idle' });
  const heldCount = () =>
    [...opened.values()].reduce((sum, { document }) => sum + document.held().length + document.unwritten(), 0);
  const trouble = () =>
    [...opened.values()].map(({ document }) => document.writer.trouble()).find((reason) => reason !== undefined);
  const files = openFileShelf(account);
  const status = watchStatus(account, () => ({ held: heldCount(), trouble: trouble() }), activity, files);
  const list = listDocuments(account);
  const commands = watchCommands(account);
  const damaged = watched(0);
  let loop: SyncLoop | undefined;
  let bringer: FilesBringer | undefined;
  let isEnding = false;
  const noted = new Set<string>();

  const stopElection = ports.tabs.elect(`hub-sync-${account.ref}`, (lost) => {
    const mine = startSyncLoop(account, line);
    loop = mine;
    const bringing = bringFiles(account, line, files, commands.orders);
    bringer = bringing;
    const stopWatching = mine.activity.subscribe((now) => activity.set(now));
    lost.addEventListener('abort', () => {
      stopWatching();
      loop = undefined;
      bringer = undefined;
      void mine.stop();
      void bringing.stop();
      // It was taken from this tab because nothing had been heard of it.
      if (!isEnding) news.missed();
    });
  });
  const stopNews = news.on((message, isFromHere) => {
    if (message.t === 'activity' && !isFromHere) activity.set(message.activity as Activity);
  });
  const countDamage = () =>
    void store.damagedCount().then(
      (count) => damaged.set(count),
      (error: unknown) => troubleAsResult(error),
    );
  const stopDamage = store.onDamage((scope) => {
    countDamage();
    void fetchAgain(account, scope).then(
      () => loop?.nudge(),
      (error: unknown) => troubleAsResult(error),
    );
  });
  countDamage();

  /** The fold and what draws from it come with the first document, not with the list. */
  const openLater = async (doc: DocumentId) =>
    (await import('./open-document.ts')).openDocument(account, doc, status.typed, line);
  const shared = async (doc: DocumentId): Promise<Done<OpenDocument>> => {
    const known = opened.get(doc);
    if (known !== undefined && !isOver(known.document)) return done(readerOf(doc, known));
    const pending = opening.get(doc) ?? openLater(doc).finally(() => opening.delete(doc));
    opening.set(doc, pending);
    const result = await pending;
    if (!result.ok) return result;
    const current = opened.get(doc);
    if (current !== undefined && current !== known) return done(readerOf(doc, current));
    const entry = { document: result.value, readers: 0 };
    opened.set(doc, entry);
    result.value.subscribe(status.typed);
    return done(readerOf(doc, entry));
  };
  /** It went, and none of its words are only in memory: if it has come back, it is opened anew. */
  const isOver = (document: HeldDocument) => document.isGone() && document.held().length + document.unwritten() === 0;
  /** The same document for all who opened it; it closes with the last one, and not while words are only in memory. */
  const readerOf = (doc: DocumentId, entry: { readonly document: HeldDocument; readers: number }): OpenDocument => {
    entry.readers += 1;
    let isClosed = false;
    const close = () => {
      if (isClosed) return;
      isClosed = true;
      entry.readers -= 1;
      void entry.document.flush().then((flushed) => {
        if (!flushed.ok || entry.readers > 0) return;
        if (opened.get(doc) === entry) opened.delete(doc);
        entry.document.close();
      });
    };
    return Object.create(entry.document, { close: { value: close } }) as OpenDocument;
  };
  const flushWriters = async (): Promise<Done> => {
    const results = await Promise.all([...opened.values()].map(({ document }) => document.flush()));
    return results.find((result) => !result.ok) ?? done(undefined);
  };

  const held = (): HeldEdit[] =>
    [...opened.values()].flatMap(({ document }) =>
      document.held().map(({ edit }) => ({ doc: document.id, pen: document.pen, n: document.writer.n, edit })),
    );

  /** Within a second, or not: a lock must not wait for a full disk. */
  const flushHere = async () => {
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (cancel = ports.setTimer(flushMs, resolve)));
    await Promise.race([flushWriters(), late]);
    cancel();
  };

  return {
    account,
    line,
    flushHere,
    list,
    status: status.status,
    orders: commands.orders,
    damaged,
    files,
    async unsent() {
      const outbox = await readOutbox(store);
      return countUnsent(outbox) + unsentFiles(await readFiles(store), outbox).length + heldCount();
    },
    async open(doc) {
      const result = await shared(doc);
      if (!result.ok && result.reason === 'not-here')
        // Without room for the wish the answer is the same: it is not here.
        await wantNow(account, doc).then(
          () => (loop === undefined ? news.tell({ t: 'wrote' }) : loop.nudge()),
          troubleAsResult,
        );
      return result;
    },
    async start(kind) {
      const started = await (await import('./start-document.ts')).startDocument(account, kind);
      return started.ok ? shared(started.value) : started;
    },
    async command(doc, name, args = {}) {
      const document = opened.get(doc)?.document;
      const flushed = (await document?.flush()) ?? done(undefined);
      if (!flushed.ok) return flushed;
      document?.writer.close();
      try {
        return done(await queueCommand(account, { doc, name, args, seen: document?.seen() ?? {} }));
      } catch (error) {
        return troubleAsResult(error);
      }
    },
    forget: (id) => forgetCommand(account, id),
    async dropMine(doc, id) {
      try {
        const docRef = await docRefOf(store, doc);
        const key = await store.ref('mine', `${doc} ${id}`);
        await store.change(() =>
          Promise.resolve({ writes: [{ table: 'mine', key, scope: docRef, value: undefined }], value: undefined }),
        );
        news.tell({ t: 'folded', docRefs: [docRef] });
        return done(undefined);
      } catch (error) {
        return troubleAsResult(error);
      }
    },
    async flush() {
      const flushed = await flushWriters();
      if (loop === undefined) news.tell({ t: 'wrote' });
      else await loop.flush();
      return flushed;
    },
    hasLooseWords: () => trouble() !== undefined && heldCount() > 0,
    noteOpening(doc) {
      const day = `${doc} ${Math.floor(ports.now() / dayMs)}`;
      if (noted.has(day)) return;
      noted.add(day);
      const args = { at: ports.now() };
      // Where there is no room for it, there is none for anything; words come first.
      queueCommand(account, { doc, name: 'note-opening', args, seen: {} }).catch(troubleAsResult);
    },
    openings: async (doc) => (await import('./history.ts')).fetchOpenings(account, line, doc),
    history: async (doc, holder, field) =>
      (await import('./history.ts')).fetchHistory(account, line, doc, holder, field),
    keep: flushWriters,
    unsaved: async () => (await Promise.all([...opened.values()].map(({ document }) => document.loose()))).flat(),
    held,
    async bringBack(words) {
      for (const { doc, pen, n, edit } of words) {
        const answer = await shared(doc);
        if (!answer.ok) continue;
        const { writer } = opened.get(doc)?.document ?? {};
        if (writer?.id !== pen) writer?.rename(pen, n);
        // What cannot be stored now either waits in that document's memory, first in line.
        void answer.value.write(edit).then(() => answer.value.close());
      }
    },
    async close() {
      await flushHere();
      isEnding = true;
      stopElection();
      stopNews();
      stopDamage();
      status.stop();
      list.stop();
      commands.stop();
      files.stop();
      await bringer?.stop();
      const last = loop;
      loop = undefined;
      await last?.stop();
      for (const { document } of opened.values()) document.close();
      opened.clear();
      news.close();
      await store.close();
    },
  };
}

/** A damaged record of a document is fetched again; without its first row, which names it, everything is compared anew. */
async function fetchAgain(account: Account, scope: string): Promise<void> {
  if (scope === 'outbox' || scope === 'account' || scope === 'files') return;
  await account.store.change(async (view) => {
    const facts = (await view.load(scope, { tables: ['documents'] })).rows[0]?.value as KeptDocument | undefined;
    const settings = await loadSettings(view);
    if (facts === undefined) return { writes: [settingsWrite({ ...settings, cursor: null })], value: undefined };
    return {
      writes: [settingsWrite({ ...settings, want: [...new Set([...(settings.want ?? []), facts.doc])] })],
      value: undefined,
    };
  });
}

async function wantNow(account: Account, doc: DocumentId): Promise<void> {
  await account.store.change(async (view) => {
    const settings = await loadSettings(view);
    if (settings.want?.includes(doc)) return { writes: [], value: undefined };
    return { writes: [settingsWrite({ ...settings, want: [...(settings.want ?? []), doc] })], value: undefined };
  });
}
