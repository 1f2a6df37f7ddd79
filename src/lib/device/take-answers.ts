/**
 * What the Hub's verdicts do to the queues: an edit is answered, sent again, renamed or kept for later; what was accepted
 * is kept until a backup holds it; and when the Hub was put back, all of that is offered again. Comes with the first
 * answer: a device that only looks does without it.
 */
import type { CommandVerdict } from '#sync/model/command.ts';
import { isAccepted, type Verdict } from '#sync/model/verdict.ts';
import { itemOfSection, type DocumentId } from '#sync/model/ids.ts';
import type { ItemChange } from '#sync/protocol/changes.ts';
import type { Account } from './account.ts';
import type { Heard } from './fold-reply.ts';
import { isSameWords } from './fold-frame.ts';
import { keep, offerAgain } from './kept.ts';
import { placeOfItem, type KeptMine, type QueuedEdit, type QueuedOrder, type Settings } from './records.ts';
import { renamePen, type Renamed } from './rename-pen.ts';
import type { SealedStore, View, Write } from './sealed-store.ts';
import { mineWrite, setAside } from './set-aside.ts';

export { forgetSafe } from './kept.ts';
export { refuseCommand, stepAside } from './set-aside.ts';

export interface Queues {
  readonly rows: Map<string, QueuedEdit>;
  readonly orders: Map<string, QueuedOrder>;
  /** Refs of the documents that look different now. */
  readonly touched: Set<string>;
  put(write: Write): void;
}

const isSameVerdict = (before: Verdict | undefined, { is, ver, reason }: Verdict): boolean =>
  before?.is === is && before.ver === ver && before.reason === reason;

/** After so many tries a missing predecessor will not come any more; the words step aside. */
const gapsMax = 5;

/** Changes the queues and `next` in place. `offered`: all that is kept, or of these documents what waits there. */
export async function takeAnswers(
  account: Account,
  view: View,
  { verdicts, commands, now }: Heard,
  { rows, orders, touched, put }: Queues,
  next: { offer?: readonly DocumentId[] } & Settings,
  offered: 'all' | ReadonlySet<DocumentId>,
): Promise<Renamed[]> {
  const { store, ports } = account;
  const takenPens = new Set<string>();
  const kept = { edits: [] as QueuedEdit[], orders: [] as QueuedOrder[] };
  const later = { edits: [] as QueuedEdit[], orders: [] as QueuedOrder[] };
  for (const [pen, n, is, ver, reason] of verdicts) {
    const row = rows.get(`${pen}.${n}`);
    const verdict: Verdict = { is, ver, ...(reason !== undefined && { reason }) };
    // Answered before, it was sent again with a pull: another answer is one of a Hub that was put back.
    if (row === undefined || (row.state === 'answered' && isSameVerdict(row.value.verdict, verdict))) continue;
    const answered: QueuedEdit = { ...row, state: 'answered', value: { ...row.value, verdict } };
    touched.add(row.docRef);
    if (row.value.isAgain && reason === 'not-found') {
      rows.delete(row.key);
      later.edits.push(row);
      continue;
    }
    if (isAccepted(verdict) || is === 'parked') kept.edits.push(answered);
    if (reason === 'gap' && is === 'refused' && (row.value.gaps ?? 0) < gapsMax)
      rows.set(row.key, { ...row, value: { ...row.value, gaps: (row.value.gaps ?? 0) + 1 } });
    else if (reason === 'id-taken' && !row.value.isRenamed && !row.value.isAgain) takenPens.add(pen);
    else rows.set(row.key, answered);
  }
  for (const { id, verdict } of commands) {
    const order = orders.get(id);
    if (order === undefined || order.state === 'answered') continue;
    const answered: QueuedOrder = { ...order, state: 'answered', value: { ...order.value, verdict } };
    const isForLater = order.value.isAgain && verdict.is === 'refused' && verdict.reason === 'not-found';
    touched.add(order.docRef);
    if (verdict.is === 'done') kept.orders.push(answered);
    if (isForLater) later.orders.push(order);
    if (isForLater || isSettled(order, verdict)) orders.delete(id);
    else orders.set(id, answered);
  }
  const renamed = [...takenPens].map((pen) => renamePen(pen, rows, orders, ports.random));
  const waiting = new Set(next.offer);
  if (offered === 'all') waiting.clear();
  else offered.forEach((doc) => waiting.delete(doc));
  if (offered === 'all' || offered.size > 0) (await offerAgain(store, view, rows, orders, offered)).forEach(put);
  for (const write of [...keep(account, kept, now ?? ports.now()), ...keep(account, later, now ?? ports.now(), true)])
    put(write);
  later.edits.forEach(({ value }) => waiting.add(value.doc));
  later.orders.forEach(({ value }) => waiting.add(value.command.doc));
  if (waiting.size > 0 || next.offer !== undefined) next.offer = [...waiting];
  return renamed;
}

/** Of an item that is gone the Hub tells nothing more: what was answered inside it is not waited for. */
export async function isInRemovedItem(
  store: SealedStore,
  view: View,
  { docRef, value: { doc, section } }: QueuedEdit,
  writes: ReadonlyMap<string, Write>,
): Promise<boolean> {
  const item = section && itemOfSection(section);
  if (item === undefined) return false;
  const key = await store.ref('items', placeOfItem(doc, item));
  const written = writes.get(`items/${key}`);
  const stands = written ?? (await view.load(docRef, { rows: [['items', key]] })).rows[0];
  return (stands?.value as ItemChange | undefined)?.gone === true;
}

/** Set aside on this device, unless the Hub's own line about the same words is already here. */
export async function asideOf(
  account: Account,
  row: QueuedEdit,
  verdict: Verdict,
  mine: readonly KeptMine[],
): Promise<Write[]> {
  const aside = await setAside(row, verdict, account.ports.now());
  const isKnown = verdict.is === 'parked' && mine.some((one) => one.edit === undefined && isSameWords(one, aside));
  return isKnown ? [] : [await mineWrite(account, row.docRef, aside)];
}

const speakForThemselves: ReadonlySet<string> = new Set([
  'start',
  'delete-draft',
  'restore-draft',
  'drop-parked',
  'dismiss-notice',
  'send-on',
  'change-file',
  'note-opening',
]);

/** Answered commands stay until the screen has shown them; what speaks for itself, or was shown before, goes at once. */
function isSettled({ value }: QueuedOrder, verdict: CommandVerdict): boolean {
  return verdict.is === 'done' && (value.isAgain === true || speakForThemselves.has(value.command.name));
}
