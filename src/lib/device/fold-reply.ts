/**
 * Takes in what the Hub said: verdicts and changes, in one transaction or not at all. A frame counts only if it begins
 * where this device stands. An edit leaves the outbox when its words stand in the folded state, or lie among one's own
 * set-aside words; none leaves it sooner.
 */
import type { CommandVerdict } from '#sync/model/command.ts';
import type { DocumentId, SectionKey } from '#sync/model/ids.ts';
import { isAccepted, type Verdict } from '#sync/model/verdict.ts';
import type { Frame, PushReply } from '#sync/protocol/changes.ts';
import type { WireFrame } from '#sync/protocol/pack.ts';
import type { Account } from './account.ts';
import { foldFrame } from './fold-frame.ts';
import { loadOutbox, loadSettings } from './outbox.ts';
import {
  editWrite,
  isUnsent,
  orderWrite,
  settingsWrite,
  type Queued,
  type QueuedEdit,
  type QueuedOrder,
  type Settings,
} from './records.ts';
import { renamePen, type Renamed } from './rename-pen.ts';
import { isSameWords, mineWrite, setAside } from './set-aside.ts';
import { outboxScope, type Plan, type View, type Write } from './sealed-store.ts';

export interface Heard {
  readonly verdicts: PushReply['verdicts'];
  readonly commands: PushReply['commands'];
  readonly frame: WireFrame | undefined;
  /** Documents that were asked for in this request. */
  readonly wanted: readonly DocumentId[];
}
export interface Folded {
  /** Refs of the documents that look different now. */
  readonly docRefs: readonly string[];
  readonly renamed: readonly Renamed[];
  /** Until now this device lacked a part of the first list. */
  readonly isFirst: boolean;
  /** A frame did not begin where this device stands, or there is more: pull at once. */
  readonly pullAgain: boolean;
}

/** After so many tries a missing predecessor will not come any more; the words step aside. */
const gapsMax = 5;

export async function foldReply(account: Account, heard: Heard): Promise<Folded> {
  const frame = heard.frame && (await unpacked(heard.frame));
  const folded = await account.store.change((view) => plan(account, view, { ...heard, frame }));
  for (const renamed of folded.renamed) account.news.tell({ t: 'renamed', ...renamed });
  // A first answer that brings nothing is news too: nobody waits for a list any more.
  if (folded.docRefs.length > 0 || folded.isFirst) account.news.tell({ t: 'folded', docRefs: folded.docRefs });
  return folded;
}

/** Fetched apart: whoever has no line yet needs nothing of it. */
const unpacked = async (frame: WireFrame): Promise<Frame> =>
  'packed' in frame ? (await import('#sync/protocol/pack.ts')).unpackFrame(frame) : frame;

async function plan(
  account: Account,
  view: View,
  { verdicts, commands, frame, wanted }: Heard & { frame: Frame | undefined },
): Promise<Plan<Folded>> {
  const { store, ports } = account;
  const outbox = await loadOutbox(view);
  const settings = await loadSettings(view);
  const writes = new Map<string, Write>();
  const put = (write: Write) => writes.set(`${write.table}/${write.key}`, write);
  const touched = new Set<string>();
  const rows = new Map(outbox.edits.map((row) => [row.key, row]));
  const takenPens = new Set<string>();

  for (const [pen, n, is, ver, reason] of verdicts) {
    const row = rows.get(`${pen}.${n}`);
    if (row === undefined || row.state === 'answered') continue;
    const verdict: Verdict = { is, ver, ...(reason !== undefined && { reason }) };
    touched.add(row.docRef);
    if (reason === 'gap' && (row.value.gaps ?? 0) < gapsMax)
      rows.set(row.key, { ...row, value: { ...row.value, gaps: (row.value.gaps ?? 0) + 1 } });
    else if (reason === 'id-taken' && !row.value.isRenamed) takenPens.add(pen);
    else rows.set(row.key, { ...row, state: 'answered', value: { ...row.value, verdict } });
  }
  const orders = new Map(outbox.commands.map((row) => [row.key, row]));
  for (const { id, verdict } of commands) {
    const order = orders.get(id);
    if (order === undefined || order.state === 'answered') continue;
    touched.add(order.docRef);
    if (isSettled(order, verdict)) orders.delete(id);
    else orders.set(id, { ...order, state: 'answered', value: { ...order.value, verdict } });
  }
  const renamed = [...takenPens].map((pen) => renamePen(pen, rows, orders, ports.random));

  const unsentOf = (doc: DocumentId) =>
    [...rows.values()].some((row) => row.value.doc === doc && isUnsent(row)) ||
    [...orders.values()].some((order) => order.value.command.doc === doc && isUnsent(order));
  const isFitting = frame !== undefined && (frame.from === (settings.cursor ?? null) || frame.manifest !== undefined);
  const next: { -readonly [K in keyof Settings]: Settings[K] } = { ...settings, contact: ports.now() };
  const contents = await foldFrame(
    store,
    view,
    isFitting ? frame : undefined,
    next,
    unsentOf,
    new Set([...rows.values()].map((row) => row.value.doc)),
  );
  contents.writes.forEach(put);
  contents.docRefs.forEach((docRef) => touched.add(docRef));
  if (isFitting && !frame.more) next.want = (next.want ?? []).filter((doc) => !wanted.includes(doc));

  for (const row of [...rows.values()]) {
    const { verdict, doc } = row.value;
    if (verdict === undefined) continue;
    const here = contents.documents.get(doc);
    if (isAccepted(verdict)) {
      if (here === undefined || here.isGone || isFoldedIn(row, verdict, here, contents.folded.has(doc)))
        rows.delete(row.key);
      continue;
    }
    // Set aside on this device, unless the Hub's own line about the same words is already here.
    const aside = setAside(row, verdict, ports.now());
    const isKnown =
      verdict.is === 'parked' && (here?.mine ?? []).some((one) => one.edit === undefined && isSameWords(one, aside));
    if (!isKnown) put(await mineWrite(account, row.docRef, aside));
    rows.delete(row.key);
  }

  for (const before of outbox.edits) {
    const after = rows.get(before.key);
    if (after === undefined) put({ table: 'outbox', key: before.key, scope: outboxScope, value: undefined });
    else if (after !== before) put(editWrite(after.docRef, after.seq, after.value));
  }
  for (const row of rows.values())
    if (!outbox.edits.some((before) => before.key === row.key)) put(editWrite(row.docRef, row.seq, row.value));
  for (const before of outbox.commands) {
    const after = orders.get(before.key);
    if (after === undefined) put({ table: 'commands', key: before.key, scope: outboxScope, value: undefined });
    else if (after !== before) put(orderWrite(after.docRef, after.seq, after.value));
  }
  if (![...rows.values(), ...orders.values()].some((queued: Queued<unknown>) => isUnsent(queued))) {
    if (verdicts.length + commands.length > 0) next.saved = ports.now();
    next.jumped = false;
  }
  if (writes.size > 0 || isWorthKeeping(settings, next)) put(settingsWrite(next));
  const isFirst = isFitting && (settings.cursor === undefined || settings.isListing === true);
  const pullAgain = frame !== undefined && (!isFitting || frame.more);
  return { writes: [...writes.values()], value: { docRefs: [...touched], renamed, isFirst, pullAgain } };
}

const speakForThemselves: ReadonlySet<string> = new Set([
  'start',
  'delete-draft',
  'restore-draft',
  'drop-parked',
  'dismiss-notice',
  'send-on',
  'change-file',
]);

/** Answered commands stay until the screen has shown them; what speaks for itself goes at once. */
function isSettled({ value }: QueuedOrder, verdict: CommandVerdict): boolean {
  return verdict.is === 'done' && speakForThemselves.has(value.command.name);
}

interface Here {
  readonly vers: ReadonlyMap<SectionKey, number>;
  readonly hidden: ReadonlySet<SectionKey>;
}
/** Only the folded state raises what stands: others' edits may lie between it and the verdict. */
function isFoldedIn({ value }: QueuedEdit, verdict: Verdict, here: Here, isFoldedNow: boolean): boolean {
  if (value.section === undefined) return isFoldedNow;
  return here.hidden.has(value.section) || (here.vers.get(value.section) ?? 0) >= verdict.ver;
}

/** A poll that brought nothing is not written down more than once an hour. */
function isWorthKeeping(before: Settings, after: Settings): boolean {
  const rest = ({ contact: _, ...settings }: Settings) => JSON.stringify(settings);
  return Math.abs((after.contact ?? 0) - (before.contact ?? 0)) > 3_600_000 || rest(before) !== rest(after);
}
