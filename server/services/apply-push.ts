/**
 * One push: whose it is, then its edits and commands in one transaction with whoever else is waiting, then the answer.
 * When this returns, everything that it calls accepted is on the disk.
 */
import type { CommandVerdict } from '#sync/model/command.ts';
import type { EditVerdict, PushReply } from '#sync/protocol/changes.ts';
import { hasListed } from '#sync/protocol/listed.ts';
import type { DocumentId } from '#sync/model/ids.ts';
import type { Push } from '#sync/protocol/push.ts';
import type { Command } from '#sync/model/command.ts';
import { documentById } from '#server/storage/documents.ts';
import { sharesOf } from '#server/storage/shares.ts';
import { applyRun, type Arrival } from './apply-edits.ts';
import { prepareTexts, TextsMoved, type PreparedTexts } from './apply-edits-text.ts';
import { canonicalJson, sha256 } from './audit.ts';
import { changesSince } from './changes-since.ts';
import { deliver } from './changes-since-deliver.ts';
import type { Batch } from './group-commit-batch.ts';
import { runCommand } from './run-commands.ts';
import type { SessionFacts } from './session-facts.ts';
import type { Sync } from './sync.ts';
import { tryDocument } from './try-again.ts';
import { drawnVersions, upgradeDrawn } from './upgrade-document.ts';
import { isAcquainted, readerOf, type Reader } from './viewer.ts';

export type PushResult =
  | { readonly ok: true; readonly reply: PushReply }
  | { readonly ok: false; readonly reason: 'other-person' | 'device-unknown' | 'too-many-waiting' };

/** `at` is the server's clock when the first byte of the push arrived. */
export async function applyPush(sync: Sync, session: SessionFacts, push: Push, at: number): Promise<PushResult> {
  if (push.account !== session.personId) return { ok: false, reason: 'other-person' };
  if (session.deviceId === undefined || push.device !== session.deviceId)
    return { ok: false, reason: 'device-unknown' };
  if (sync.commits.isFull()) return { ok: false, reason: 'too-many-waiting' };
  const reader = readerOf(session, session.deviceId);

  const answer =
    push.runs.length + push.commands.length > 0 ? await write(sync, reader, push, at) : { verdicts: [], commands: [] };
  if (answer === undefined) return { ok: false, reason: 'too-many-waiting' };
  const commands = [];
  for (const { command, verdict } of answer.commands) {
    commands.push({ id: command.id, verdict: await sync.receipts.withReceipt(command.doc, verdict) });
  }
  if (push.want.length > 0) await deliver(sync, reader, push.want, at);
  const frame = push.pull
    ? await changesSince(sync, reader, { cursor: push.cursor, want: push.want, byPage: hasListed(push.v) })
    : undefined;
  const safe = sync.safety.safe(reader.authority);
  return {
    ok: true,
    reply: {
      ...{ verdicts: answer.verdicts, commands, now: sync.safety.now() },
      ...(frame !== undefined && { frame }),
      ...(safe !== undefined && { safe }),
    },
  };
}

interface Answer {
  readonly verdicts: EditVerdict[];
  readonly commands: { readonly command: Command; readonly verdict: CommandVerdict }[];
}

/** Undefined when too much waits already. */
async function write(sync: Sync, reader: Reader, push: Push, at: number): Promise<Answer | undefined> {
  let countMax = Infinity;
  const restored = await restoredFacts(sync, reader, push);
  const drawn = drawnVersions(push);
  if (drawn.size > 0) {
    await commitStarts(sync, { reader, push, at, text: sync.forms.text, ...restored }, push, drawn);
    await upgradeDrawn(sync, reader, drawn);
  }
  for (let tries = 0; tries < triesMax; tries += 1) {
    const writable = await writableDocuments(sync, reader, push, restored.restored !== undefined);
    const texts = await prepareTexts({ ...textFacts(sync, reader), writable, countMax }, push.runs);
    if (texts === undefined) return undefined;
    try {
      const answer = await commit(sync, { reader, push, at, text: texts.text, ...restored }, partOf(push, texts));
      if (restored.restored !== undefined)
        for (const doc of textsIn(push)) await tryDocument(sync, reader.authority, doc);
      return answer;
    } catch (error) {
      if (!(error instanceof TextsMoved)) throw error;
      // Others write in the same text: what takes less time is ready before they write again.
      countMax = Math.max(1, Math.floor(texts.count / 4));
    }
  }
  return undefined;
}
const triesMax = 6;
const textFacts = ({ storage, forms, textWork, ports }: Sync, { authority, person }: Reader) => ({
  storage,
  forms,
  work: textWork,
  authority,
  person,
  now: () => ports.now(),
});

/** Where it may have come back what others wait for. */
const textsIn = ({ runs }: Push): Set<DocumentId> =>
  new Set(runs.filter(({ edits }) => edits.some(([, kind]) => kind === 'text')).map(({ doc }) => doc));

/** Nothing, where no backup was ever put back. */
async function restoredFacts(
  { epochs, keys }: Sync,
  { authority }: Reader,
  { cursor }: Push,
): Promise<Pick<Arrival, 'restored'>> {
  if (!(await epochs.isRestored(authority))) return {};
  return { restored: { isPast: await epochs.isPast(authority, cursor), keys } };
}

/** What was begun in one version and gone on with in the next is begun before it is upgraded; its answer is given below. */
async function commitStarts(
  sync: Sync,
  arrival: Arrival,
  push: Push,
  drawn: ReadonlyMap<DocumentId, number>,
): Promise<void> {
  const isOlder = ({ name, doc, args }: Push['commands'][number]) =>
    name === 'start' && typeof args.form === 'number' && args.form < (drawn.get(doc) ?? 1);
  const commands = push.commands.filter(isOlder);
  if (commands.length > 0) await commit(sync, arrival, { ...push, runs: [], commands });
}

async function commit(sync: Sync, arrival: Arrival, push: Push): Promise<Answer> {
  const documents = [...push.runs, ...push.commands].map(({ doc }) => doc);
  const answer = await sync.commits.commit(documents, (batch) => writeInto(batch, sync, arrival, push));
  if (answer.commands.length > 0) sync.wakeSender();
  return answer;
}

/** What is left out has no verdict, so the device sends it again; no command runs before edits that stand ahead of it. */
const partOf = (push: Push, { runs, isCut }: PreparedTexts): Push =>
  isCut ? { ...push, runs, commands: push.commands.filter(({ name }) => name === 'start') } : push;

/** A document is started before anyone writes in it; every other command comes after the edits that it depends on. */
async function writeInto(batch: Batch, { keys, receipts }: Sync, arrival: Arrival, push: Push): Promise<Answer> {
  const { reader, at } = arrival;
  const commands: Answer['commands'] = [];
  const verdicts: EditVerdict[] = [];
  const runAll = async (isStart: boolean) => {
    for (const command of push.commands.filter(({ name }) => (name === 'start') === isStart) as readonly Command[]) {
      const receipt = command.receipt === undefined ? undefined : receipts.given(command);
      const verdict = await runCommand({ batch, reader, keys, at, command, receipt });
      if (verdict !== undefined) commands.push({ command, verdict });
    }
  };
  await runAll(true);
  const before = new Map(push.runs.map(({ doc }) => [doc, batch.opened(doc)?.log.length ?? 0]));
  for (const run of push.runs) verdicts.push(...(await applyRun(batch, arrival, run)));
  auditRuns(batch, arrival, before, verdicts);
  await runAll(false);
  return { verdicts, commands };
}

/** One entry a push and document, with the hash of what was logged; and one for what was denied, which names nothing. */
function auditRuns(
  batch: Batch,
  { reader, at }: Arrival,
  before: ReadonlyMap<DocumentId, number>,
  verdicts: readonly EditVerdict[],
): void {
  const entry = { at, actor: reader.person, deviceId: reader.device };
  for (const [documentId, known] of before) {
    const logged = batch.opened(documentId)?.log.slice(known) ?? [];
    if (logged.length === 0) continue;
    const pens = new Set<string>(logged.map((row) => row.pen));
    const counts: Record<string, number> = {};
    for (const [pen, , is] of verdicts) if (pens.has(pen)) counts[is] = (counts[is] ?? 0) + 1;
    batch.audit(reader.authority, {
      ...entry,
      action: 'edits',
      documentId,
      detail: { verdicts: counts, log: logged.map((row) => sha256(canonicalJson(row))) },
    });
  }
  const isDenied = ([, , , , reason]: EditVerdict) =>
    reason === 'not-found' || reason === 'not-yours' || reason === 'id-taken';
  const denied = verdicts.filter(isDenied).length;
  if (denied === 0) return;
  batch.audit(reader.authority, { ...entry, action: 'edits.denied', documentId: null, detail: { edits: denied } });
}

/** Of those with text: where the person may write now, or will when the documents of this push have been started. */
async function writableDocuments(
  { storage }: Sync,
  reader: Reader,
  push: Push,
  isRestored: boolean,
): Promise<Set<DocumentId>> {
  const starts = new Set(push.commands.filter(({ name }) => name === 'start').map(({ doc }) => doc));
  const writable = new Set<DocumentId>();
  for (const doc of textsIn(push)) {
    const row = await documentById(storage.db, reader.authority, doc);
    const isOpen =
      row === undefined
        ? starts.has(doc)
        : // What was accepted before a backup was put back is taken again into what is closed by now.
          (row.stage === 'draft' || isRestored) && isAcquainted(reader, row, await sharesOf(storage.db, doc));
    if (isOpen) writable.add(doc);
  }
  return writable;
}
