/**
 * Brings kept files to the Hub, one after the other, in the one tab that sends. Edits and commands go their own way and
 * never wait for it. It can be stopped between any two steps: what a file's record says is all that counts.
 */
import type { AttachmentChange } from '#sync/protocol/changes.ts';
import type { AttachmentId } from '#sync/model/ids.ts';
import type { Reason } from '#sync/reasons.ts';
import type { Account } from './account.ts';
import { backoff } from './backoff.ts';
import { changeFile, fileWrite, loadFiles, piecesOf, readFiles, refOfFile, type KeptFile } from './file-records.ts';
import type { FileWait } from './hub-files.ts';
import { dropFile, sweepFiles } from './keep-file.ts';
import type { Line } from './line.ts';
import { loadOutbox, readOutbox } from './outbox.ts';
import { docRefOf, type KeptDocument } from './records.ts';
import { outboxScope, type Write } from './sealed-store.ts';
import { sendFile, type FileSent } from './send-file.ts';
import { troubleOf } from './storage-trouble.ts';
import { VaultDropped } from './worker-vault.ts';

export interface FileLoop {
  /** Something changed that files may have waited for. */
  nudge(): void;
  settled(): Promise<void>;
  stop(): Promise<void>;
}
export interface FileProgress {
  /** The file whose bytes travel now. */
  readonly id?: AttachmentId;
  readonly bytes: number;
  readonly waits?: FileWait;
}

export function startFileLoop(account: Account, line: Line, tell: (progress: FileProgress) => void): FileLoop {
  const { ports, store, news } = account;
  const waits = backoff(ports.random);
  const stopped = new AbortController();
  let running: Promise<void> | undefined;
  let isAgain = false;
  let cancelTimer: (() => void) | undefined;
  let isSwept = false;
  /** Until then no bytes travel: the Hub asked for it, or there was no line. */
  let rest: { readonly until: number; readonly why: FileWait } | undefined;

  const arm = (ms: number) => {
    cancelTimer?.();
    cancelTimer = stopped.signal.aborted ? undefined : ports.setTimer(ms, run);
  };
  const run = (): void => {
    if (stopped.signal.aborted) return;
    if (running !== undefined) {
      isAgain = true;
      return;
    }
    cancelTimer?.();
    running = turn()
      .catch((error: unknown) => {
        if (error instanceof VaultDropped || troubleOf(error)?.reason === 'locked') return;
        arm(waits.next());
        if (troubleOf(error) === undefined) throw error;
      })
      .finally(() => {
        running = undefined;
        if (!isAgain) return;
        isAgain = false;
        arm(0);
      });
  };

  const turn = async (): Promise<void> => {
    if (!isSwept) await sweepFiles(account);
    isSwept = true;
    await settleFiles(account);
    const file = (await readFiles(store)).find(({ stage }) => stage === 'announced');
    if (file === undefined) return tell({ bytes: 0 });
    const restMs = (rest?.until ?? 0) - ports.monotonic();
    if (restMs > 0) return arm(restMs);
    const pieces = await piecesOf(store, file);
    const onBytes = (bytes: number) => tell({ id: file.id, bytes });
    onBytes(0);
    const sent = await sendFile(account, line, pieces, onBytes, stopped.signal);

    if (!stopped.signal.aborted) await takeIn(file, sent);
  };

  const takeIn = async (file: KeptFile, sent: FileSent): Promise<void> => {
    switch (sent.is) {
      case 'there': {
        waits.reset();
        if (sent.state === 'ready') await arrived(account, file);
        else if (sent.state === 'refused') await refuse(account, file, sent.reason ?? 'file-damaged');
        else if (sent.state === 'held') await notReady(account, file, 'held', sent.reason);
        // Still being checked: asked again until the Hub says what became of it.
        else return restFor('busy', waits.next());
        return arm(0);
      }
      case 'not-there':
        await refuse(account, file, 'file-not-taken');
        return arm(0);
      case 'damaged':
        await refuse(account, file, 'file-damaged');
        return arm(0);
      case 'no-line':
        return restFor('offline', waits.next());
      case 'busy':
        return restFor('busy', sent.afterMs ?? waits.next());
      case 'signed-out':
      case 'other-person':
        // Set going again by a sign-in.
        return tell({ bytes: 0, waits: 'signed-out' });
    }
  };

  const restFor = (why: FileWait, ms: number): void => {
    rest = { until: ports.monotonic() + ms, why };
    tell({ bytes: 0, waits: why });
    arm(ms);
  };

  /** The line may be back. A Hub that asked for time still gets it. */
  const wake = () => {
    if (rest?.why !== 'busy') rest = undefined;
    waits.reset();
    run();
  };
  const stops = [
    news.on((message) => {
      if (message.t === 'folded') run();
      if (message.t === 'signed-in') wake();
    }),
    ports.signals.onWake(wake),
    line.state.subscribe((state) => state === 'signed-in' && wake()),
  ];
  arm(0);
  return {
    nudge: wake,
    async settled() {
      while (running !== undefined) await running.catch(() => undefined);
    },
    async stop() {
      stopped.abort();
      cancelTimer?.();
      for (const stop of stops) stop();
      await running?.catch(() => undefined);
    },
  };
}

/** Everybody's view of it comes from the Hub now; the bytes here have done their work. */
async function arrived(account: Account, { id, doc }: KeptFile): Promise<void> {
  await changeFile(account.store, id, (file) => ({ ...file, stage: 'ready', isKnown: true }));
  await account.store.pieces.remove(await refOfFile(account.store, id));
  await tellOf(account, doc);
}

const refuse = (account: Account, file: KeptFile, reason: Reason): Promise<void> =>
  notReady(account, file, 'refused', reason);

async function notReady(
  account: Account,
  { id, doc }: KeptFile,
  stage: 'held' | 'refused',
  reason: Reason | undefined,
): Promise<void> {
  await changeFile(account.store, id, (file) => ({ ...file, stage, ...(reason !== undefined && { reason }) }));
  await tellOf(account, doc);
}

const tellOf = async ({ store, news }: Account, doc: KeptFile['doc']): Promise<void> =>
  news.tell({ t: 'wrote', docRef: await docRefOf(store, doc), what: 'command' });

/**
 * Takes in what the Hub said of announcements and removals, in the transaction that takes their commands out of the
 * queue; and forgets files that the Hub's own list shows by now.
 */
async function settleFiles(account: Account): Promise<void> {
  const { store } = account;
  const outbox = await readOutbox(store);
  const answered = outbox.commands.filter(
    ({ value }) => value.verdict !== undefined && ['add-file', 'remove-file'].includes(value.command.name),
  );
  for (const order of answered) {
    const { command } = order.value;
    const isShown = await isListed(account, command.doc, String(command.args.id));
    // Until the Hub's list has caught up, the command itself says that the file is not there any more.
    if (command.name === 'remove-file' && order.value.verdict?.is === 'done' && isShown) continue;
    await store.change(async (view) => {
      const standing = (await loadOutbox(view)).commands.find(({ key }) => key === order.key);
      const file = (await loadFiles(view)).find((one) => one.command === command.id);
      const writes: Write[] = [];
      if (standing !== undefined)
        writes.push({ table: 'commands', key: order.key, scope: outboxScope, value: undefined });
      const verdict = order.value.verdict;
      if (file?.stage === 'waiting' && verdict !== undefined) {
        const said: Partial<KeptFile> =
          verdict.is === 'done' ? { stage: 'announced', isKnown: true } : { stage: 'refused', reason: verdict.reason };
        writes.push(fileWrite(await refOfFile(store, file.id), { ...file, ...said }));
      }
      return { writes, value: undefined };
    });
    await tellOf(account, command.doc);
  }
  // A later release of the Hub may have read what was held, and says so in its list.
  for (const file of (await readFiles(store)).filter(({ stage }) => stage === 'held')) {
    const listed = await lineOf(account, file.doc, file.id);
    if (listed?.gone === true) await refuse(account, file, 'file-not-taken');
    else if (listed?.state === 'ready') await arrived(account, file);
    else if (listed?.state === 'refused') await refuse(account, file, listed.reason ?? 'file-damaged');
  }
  for (const file of (await readFiles(store)).filter(({ stage }) => stage === 'ready')) {
    if (!(await isListed(account, file.doc, file.id)) && (await isHere(account, file.doc))) continue;
    await dropFile(account, file.id);
    await tellOf(account, file.doc);
  }
}

const isListed = async (account: Account, doc: KeptFile['doc'], id: string): Promise<boolean> =>
  (await lineOf(account, doc, id)) !== undefined;

/** What the Hub's own list says of it. */
async function lineOf({ store }: Account, doc: KeptFile['doc'], id: string): Promise<AttachmentChange | undefined> {
  const { rows } = await store.read(await docRefOf(store, doc), { tables: ['attachments'] });
  return rows.map(({ value }) => value as AttachmentChange).find((one) => one.id === id);
}

/** A document that may not be seen any more will never list it. */
async function isHere({ store }: Account, doc: KeptFile['doc']): Promise<boolean> {
  const { rows } = await store.read(await docRefOf(store, doc), { tables: ['documents'] });
  return rows.some(({ value }) => (value as KeptDocument).doc === doc);
}
