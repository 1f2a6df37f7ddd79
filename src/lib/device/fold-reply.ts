/**
 * Takes in what the Hub said: verdicts and changes, in one transaction or not at all. A frame counts only if it begins
 * where this device stands. An edit leaves the outbox when its words stand in the folded state, or lie among one's own
 * set-aside words; none leaves it sooner.
 */
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
  type Settings,
} from './records.ts';
import type { Renamed } from './rename-pen.ts';
import { outboxScope, type Plan, type View, type Write } from './sealed-store.ts';

export interface Heard {
  readonly verdicts: PushReply['verdicts'];
  readonly commands: PushReply['commands'];
  readonly frame: WireFrame | undefined;
  /** The Hub's clock, and up to when by it everything lies in a backup; a stream says neither. */
  readonly now?: number;
  readonly safe?: number | undefined;
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
  /** What was answered before is to be sent again. */
  readonly isOffering: boolean;
  /** Contents of some document are still to be asked for. */
  readonly isLacking: boolean;
}

export async function foldReply(account: Account, heard: Heard): Promise<Folded> {
  const frame = heard.frame && (await unpacked(heard.frame));
  const folded = await account.store.change((view) => plan(account, view, { ...heard, frame }));
  for (const renamed of folded.renamed) account.news.tell({ t: 'renamed', ...renamed });
  // A first answer that brings nothing is news too: nobody waits for a list any more.
  if (folded.isOffering) account.news.tell({ t: 'wrote' });
  if (folded.docRefs.length > 0 || folded.isFirst) account.news.tell({ t: 'folded', docRefs: folded.docRefs });
  if (heard.verdicts.length > 0) await (await answers()).forgetSafe(account, heard.safe, heard.now);
  return folded;
}

/** Fetched apart: whoever has no line yet needs nothing of it. */
const unpacked = async (frame: WireFrame): Promise<Frame> =>
  'packed' in frame ? (await import('#sync/protocol/pack.ts')).unpackFrame(frame) : frame;

async function plan(account: Account, view: View, heard: Heard & { frame: Frame | undefined }): Promise<Plan<Folded>> {
  const { store, ports } = account;
  const { verdicts, commands, frame, wanted } = heard;
  const outbox = await loadOutbox(view);
  const settings = await loadSettings(view);
  const writes = new Map<string, Write>();
  const put = (write: Write) => void writes.set(`${write.table}/${write.key}`, write);
  const touched = new Set<string>();
  const rows = new Map(outbox.edits.map((row) => [row.key, row]));
  const orders = new Map(outbox.commands.map((row) => [row.key, row]));
  const unsentOf = (doc: DocumentId) =>
    [...rows.values()].some((row) => row.value.doc === doc && isUnsent(row)) ||
    [...orders.values()].some((order) => order.value.command.doc === doc && isUnsent(order));
  const isFitting = frame !== undefined && frame.from === (settings.cursor ?? null);
  const next: { -readonly [K in keyof Settings]: Settings[K] } = { ...settings, contact: ports.now() };
  const offered = offeredNow(settings, isFitting ? frame : undefined);
  const isOffering = offered === 'all' || offered.size > 0;
  const hasAnswers = verdicts.length + commands.length > 0;
  const renamed =
    isOffering || hasAnswers
      ? await (await answers()).takeAnswers(account, view, heard, { rows, orders, touched, put }, next, offered)
      : [];
  const contents = await foldFrame(
    store,
    view,
    isFitting ? frame : undefined,
    next,
    unsentOf,
    (doc) => [...orders.values()].some(({ value: { command } }) => command.name === 'start' && command.doc === doc),
    new Set([...rows.values()].map((row) => row.value.doc)),
    wanted,
  );
  contents.writes.forEach(put);
  contents.docRefs.forEach((docRef) => touched.add(docRef));
  if (isFitting && !frame.more) next.want = (next.want ?? []).filter((doc) => !wanted.includes(doc));

  const lacking = new Set(next.want);
  for (const row of [...rows.values()]) {
    const { verdict, doc } = row.value;
    if (verdict === undefined) continue;
    const here = contents.documents.get(doc);
    if (isAccepted(verdict)) {
      // A count can be here before the contents that it counts.
      if (here?.isGone === false && lacking.has(doc)) continue;
      if (
        here === undefined ||
        here.isGone ||
        isFoldedIn(row, verdict, here, contents.folded.has(doc)) ||
        (await (await answers()).isInRemovedItem(store, view, row, writes))
      )
        rows.delete(row.key);
      continue;
    }
    (await (await answers()).asideOf(account, row, verdict, here?.mine ?? [])).forEach(put);
    rows.delete(row.key);
  }

  const before = new Map<string, Queued<unknown>>([...outbox.edits, ...outbox.commands].map((one) => [one.key, one]));
  for (const row of rows.values()) if (before.get(row.key) !== row) put(editWrite(row.docRef, row.seq, row.value));
  for (const row of orders.values()) if (before.get(row.key) !== row) put(orderWrite(row.docRef, row.seq, row.value));
  for (const { key } of outbox.edits)
    if (!rows.has(key)) put({ table: 'outbox', key, scope: outboxScope, value: undefined });
  for (const { key } of outbox.commands)
    if (!orders.has(key)) put({ table: 'commands', key, scope: outboxScope, value: undefined });
  if (![...rows.values(), ...orders.values()].some((queued: Queued<unknown>) => isUnsent(queued))) {
    if (hasAnswers) next.saved = ports.now();
    next.jumped = false;
  }
  if (writes.size > 0 || isWorthKeeping(settings, next)) put(settingsWrite(next));
  const isFirst = isFitting && (settings.cursor === undefined || settings.isListing === true);
  const pullAgain = frame !== undefined && (!isFitting || frame.more);
  return {
    writes: [...writes.values()],
    value: { docRefs: [...touched], renamed, isFirst, pullAgain, isOffering, isLacking: lacking.size > 0 },
  };
}

const answers = () => import('./take-answers.ts');

/** All that was answered, when the Hub was put back; or what waits in documents that have just come. */
function offeredNow({ history, offer = [] }: Settings, frame: Frame | undefined): 'all' | ReadonlySet<DocumentId> {
  if (history !== undefined && frame?.history !== undefined && frame.history !== history) return 'all';
  return new Set(offer.filter((doc) => frame?.changes.some((change) => change.doc === doc)));
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
