/**
 * After the server was updated: what a newer app had sent before is tried again, as it came and under the stamps that it
 * got then. So is text that was written into others' words which a server that was put back has not got again yet. Each trial is one more row of the log; its author's devices are told that the words stand now, or why they
 * still do not. What its author has dropped meanwhile is left alone, and nothing is tried twice.
 */
import { editId, type DeviceId, type DocumentId, type EditId, type PenId, type PersonId } from '#sync/model/ids.ts';
import type { SectionKey } from '#sync/model/ids.ts';
import { isAccepted, type Verdict } from '#sync/model/verdict.ts';
import type { Run, WireEdit } from '#sync/protocol/push.ts';
import { roleNamed, type RoleName } from '#sync/roles/index.ts';
import { documentById } from '#server/storage/documents.ts';
import { logOf, type LogRow } from '#server/storage/log.ts';
import { awaitingUpdate, documentsAwaitingUpdate, type MineRow } from '#server/storage/mine.ts';
import { rolesOf } from '#server/storage/people.ts';
import { RunOfEdits } from './apply-edits.ts';
import { prepareTexts, TextsMoved } from './apply-edits-text.ts';
import { placesOf, type Deps } from './deps.ts';
import type { Batch, OpenDocument } from './group-commit-batch.ts';
import type { Sync } from './sync.ts';
import { upgradeDrawn } from './upgrade-document.ts';
import type { Reader } from './viewer.ts';

export async function tryAgainAfterUpdate(sync: Sync, log: Deps['log']): Promise<void> {
  for (const { document_id: doc, authority_id: authority } of await documentsAwaitingUpdate(sync.storage.db)) {
    try {
      await tryDocument(sync, authority, doc as DocumentId);
    } catch (error) {
      // One document that does not open must not keep the Hub from starting: its words go on waiting.
      log({ event: 'bug', at: sync.ports.now(), code: 'try-again', where: placesOf(error) });
    }
  }
}

/** What waits in this document, each once. */
export async function tryDocument(sync: Sync, authority: string, doc: DocumentId): Promise<void> {
  let countMax = Infinity;
  const tried = new Set<EditId>();
  for (;;) {
    const next = await nextRun(sync, authority, doc, tried);
    if (next === undefined) return;
    await upgradeDrawn(sync, await authorOf(sync, authority, next.row), new Map([[doc, next.run.form]]));
    try {
      for (const [n] of await tryRun(sync, authority, next, countMax)) tried.add(editId(next.run.pen, n));
    } catch (error) {
      if (!(error instanceof TextsMoved) || countMax === 1) throw error;
      // Prepared one by one, each is of the very state that it meets.
      countMax = 1;
    }
  }
}

/** The answer is what there was room for. */
async function tryRun(
  sync: Sync,
  authority: string,
  { row, run, stamps, trial }: Next,
  countMax: number,
): Promise<readonly WireEdit[]> {
  const reader = await authorOf(sync, authority, row);
  const texts = await prepareTexts(
    {
      storage: sync.storage,
      forms: sync.forms,
      work: sync.textWork,
      authority,
      person: reader.person,
      now: () => sync.ports.now(),
      writable: new Set([run.doc]),
      countMax,
      isTriedAgain: true,
    },
    [run],
  );
  if (texts === undefined) throw new Error('too much waits while nobody else is there');
  const part = { ...run, edits: texts.runs[0]?.edits ?? [] };
  const isRestored = await sync.epochs.isRestored(authority);
  const arrival = {
    ...{ reader, push: { sent: 0, jumped: false }, at: sync.ports.now(), text: texts.text },
    ...(isRestored && { restored: { isPast: false, keys: sync.keys } }),
  };
  await sync.commits.commit([run.doc], async (batch) => {
    const document = await batch.open(authority, run.doc);
    const pen = await batch.pen(run.pen);
    if (document === undefined || pen === undefined) throw new Error('parked words have lost their document or pen');
    await new RunOfEdits(batch, arrival, part, document, pen).applyAgain(stamps, trial);
    await tellAuthors(batch, document);
  });
  return part.edits;
}

interface Next {
  readonly row: Pick<LogRow, 'person_id' | 'device_id'>;
  readonly run: Run;
  readonly stamps: readonly number[];
  readonly trial: number;
}

/** The oldest row of the log with edits that still wait, and of whose form the server now knows the version. */
async function nextRun(
  { storage, forms }: Sync,
  authority: string,
  doc: DocumentId,
  done: ReadonlySet<EditId>,
): Promise<Next | undefined> {
  const document = await documentById(storage.db, authority, doc);
  const version = (document && forms.formOf(document.kind)?.version) ?? 0;
  const mine = await awaitingUpdate(storage.db, doc);
  const rows = await logOf(storage.db, doc);
  const due = triesIn(rows).filter(
    ({ row, edit, verdict }) =>
      verdict === undefined &&
      row.form <= version &&
      !done.has(editId(row.pen as PenId, edit[0])) &&
      mine.some((one) => isOf(one, row.pen, edit)),
  );
  const row = due[0]?.row;
  if (row === undefined) return undefined;
  const together = due.filter((one) => one.row === row);
  return {
    row,
    run: {
      doc,
      pen: row.pen as PenId,
      form: row.form,
      base: JSON.parse(row.base) as Record<SectionKey, number>,
      edits: together.map(({ edit }) => edit),
    },
    stamps: together.map(({ stamp }) => stamp),
    trial: 1 + Math.max(...rows.filter(({ pen }) => pen === row.pen).map((one) => one.trial)),
  };
}

interface Tried {
  readonly row: Omit<LogRow, 'seq'>;
  readonly edit: WireEdit;
  readonly stamp: number;
  /** Of the trial, if there was one. */
  verdict: Verdict | undefined;
}

/** Every edit that had to wait, in the order of the log. */
function triesIn(rows: readonly Omit<LogRow, 'seq'>[]): Tried[] {
  const tries = new Map<EditId, Tried>();
  for (const row of rows) {
    const edits = JSON.parse(row.edits) as WireEdit[];
    const verdicts = JSON.parse(row.verdicts) as Verdict[];
    const stamps = JSON.parse(row.stamps) as number[];
    for (const [at, edit] of edits.entries()) {
      const id = editId(row.pen as PenId, edit[0]);
      const tried = tries.get(id);
      if (tried !== undefined) tried.verdict = verdicts[at];
      else if (verdicts[at]?.reason === 'newer-app' || verdicts[at]?.reason === 'gap')
        tries.set(id, { row, edit, stamp: stamps[at] ?? 0, verdict: undefined });
    }
  }
  return [...tries.values()];
}

/** The pieces of one text are one thing to its author, under the name of the first. */
function isOf(mine: Omit<MineRow, 'seq'>, pen: string, [n, kind, holder, field]: WireEdit): boolean {
  if (mine.holder !== holder || mine.field !== field) return false;
  return kind === 'text' ? mine.edit.startsWith(`${pen}.`) : mine.edit === editId(pen as PenId, n);
}

/** Rights are those of the author as they are now. */
async function authorOf({ storage }: Sync, authority: string, row: Next['row']): Promise<Reader> {
  const names = await rolesOf(storage.db, authority, row.person_id);
  return {
    authority,
    person: row.person_id as PersonId,
    device: row.device_id as DeviceId,
    roles: names.filter((name): name is RoleName => roleNamed(name) !== undefined),
  };
}

async function tellAuthors(batch: Batch, document: OpenDocument): Promise<void> {
  const tries = triesIn([...(await logOf(batch.tx, document.row.id)), ...document.log]);
  for (const mine of await awaitingUpdate(batch.tx, document.row.id)) {
    const own = tries.filter(({ row, edit }) => isOf(mine, row.pen, edit));
    if (own.length === 0 || own.some(({ verdict }) => verdict === undefined)) continue;
    const failed = own.find(({ verdict }) => verdict !== undefined && !isAccepted(verdict));
    const reason = failed?.verdict?.reason ?? 'section-closed';
    document.mine.set(mine.id, failed === undefined ? { ...mine, done: 'taken' } : { ...mine, reason });
  }
}
