/**
 * Sends a document to the authority. From this instant it is closed, dated by the server's clock in England, numbered,
 * and kept as its sender saw it. Whoever sends it must have read what others wrote, and nothing may be undecided.
 */
import * as z from 'zod/mini';
import { answersIn } from '#sync/forms/answers.ts';
import { openConflictsOf, problemsOf } from '#sync/forms/validate.ts';
import { makeId, partsOfAddress, type PersonId, type SectionKey } from '#sync/model/ids.ts';
import type { Json } from '#sync/model/edit.ts';
import type { DocumentState } from '#sync/model/state.ts';
import type { CommandVerdict } from '#sync/model/command.ts';
import { attachmentsOf, type AttachmentRow } from '#server/storage/attachments.ts';
import { nextCaseNumber } from '#server/storage/documents.ts';
import { insertSnapshot, insertVersion } from '#server/storage/events.ts';
import { canonicalJson, sha256 } from '../audit.ts';
import type { Batch, OpenDocument } from '../group-commit-batch.ts';
import { sectionRights } from '../viewer.ts';
import { calendarDay } from './calendar.ts';
import { done, onDocument, refused, type OnDocument } from './command.ts';
import { addEvent } from './event.ts';
import { unseenSections } from './submit-check.ts';
import { queueSubmitMessages } from './submit-messages.ts';

export const submit = onDocument({
  name: 'submit',
  args: z.strictObject({}),
  async run(facts) {
    const { batch, reader, document, may, at } = facts;
    const { row } = document;
    if (row.stage !== 'draft') return refused('already-submitted');
    if (!may.includes('submit')) return refused('not-allowed');
    const obstacle = obstacleTo(facts);
    if (obstacle !== undefined) return obstacle;

    const receivedOn = calendarDay(at);
    const year = Number(receivedOn.slice(0, 4));
    const caseNumber = `EHC/${receivedOn.slice(2, 4)}/${String(await nextCaseNumber(batch.tx, reader.authority, year)).padStart(4, '0')}`;
    document.leftStages.add(row.stage);
    Object.assign(row, {
      stage: 'received',
      case_number: caseNumber,
      received_on: receivedOn,
      submitted_at: at,
      submitted_by: reader.person,
    });
    document.isRowChanged = true;
    await keepVersions(facts);
    const snapshotHash = await keepSnapshot(facts);
    await queueSubmitMessages(facts, caseNumber, receivedOn);
    addEvent(facts, 'submitted', { caseNumber, receivedOn });
    // The receipt is signed when the verdict goes out: signing waits, and inside a transaction only queries are awaited.
    return done({ caseNumber, receivedAt: at, receivedOn, snapshotHash });
  },
});

function obstacleTo({ reader, document, command, at }: OnDocument<unknown>): CommandVerdict | undefined {
  const { form, state } = document;
  const rights = sectionRights(reader, document);
  const maySee = (section: SectionKey) => rights(section).includes('see');
  const answers = answersIn(state);
  const conflicts = openConflictsOf(form, answers, maySee).map(({ holder, field }) => [holder, field]);
  if (conflicts.length > 0) return refused('open-conflict', conflicts);
  const unseen = unseenSections(state, reader.person, command.seen, maySee);
  if (unseen.length > 0) return refused('look-again', unseen);
  const problems = problemsOf(form, answers, calendarDay(at), (section) => rights(section).includes('write'));
  const missing = problems.filter(({ level }) => level === 'error').map(({ holder, field }) => [holder, field]);
  return missing.length > 0 ? refused('incomplete', missing) : undefined;
}

/** Each text as it was sent is one of its versions. */
async function keepVersions({ batch, document, at }: OnDocument<unknown>): Promise<void> {
  for (const [address, text] of document.state.texts) {
    if (text.tree.length === 0) continue;
    await insertVersion(batch.tx, {
      document_id: document.row.id,
      authority_id: document.row.authority_id,
      section: text.section,
      ...partsOfAddress(address),
      tree: JSON.stringify(text.tree),
      person_id: text.person ?? (document.row.starter_id as PersonId),
      at,
    });
  }
}

async function keepSnapshot({ batch, document, reader, at }: OnDocument<unknown>): Promise<string> {
  const { row, form, state } = document;
  const files = await filesOf(batch, document);
  const printed = (section: SectionKey) => files.filter((file) => file.section === section);
  const { labels, outlineOf } = batch.forms;
  const outline = outlineOf(form, state, labels, () => true, undefined, printed) as unknown as Json;
  const content: Json = {
    kind: row.kind,
    form: row.form,
    caseNumber: row.case_number,
    receivedOn: row.received_on,
    receivedAt: at,
    // The sender learns the hash: without this, guesses at what she may not see could be tried against it.
    salt: makeId<string>(batch.ports.random),
    ...contentOf(state),
    files: files as unknown as Json,
  };
  const hash = sha256(canonicalJson({ outline, content }));
  await insertSnapshot(batch.tx, {
    id: makeId(batch.ports.random),
    document_id: row.id,
    authority_id: row.authority_id,
    reason: 'submitted',
    outline: canonicalJson(outline),
    content: canonicalJson(content),
    hash,
    receipt: null,
    made_by: reader.person,
    made_at: at,
  });
  return hash;
}

/** What was announced by now is sent with the rest; its hash says which bytes, also of a file that is still on its way. */
async function filesOf(batch: Batch, { row, attachments }: OpenDocument) {
  const rows = new Map<string, Omit<AttachmentRow, 'seq'>>();
  for (const one of await attachmentsOf(batch.tx, row.id)) rows.set(one.id, one);
  for (const one of attachments.values()) rows.set(one.id, one);
  return [...rows.values()]
    .filter((one) => one.gone_at === null && one.state !== 'refused')
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .map(({ id, section, name, size_bytes: sizeBytes, sha256: hash, category, dated_on: datedOn }) => ({
      ...{ id, section, name, sizeBytes, hash, category },
      ...(datedOn !== null && { datedOn }),
    }));
}

/** The values themselves, by address: what later forms carry over from, and what a restore is checked against. */
function contentOf(state: DocumentState): Record<'fields' | 'texts' | 'items', Json> {
  const byKey = <Value>(entries: Iterable<[string, Value]>, write: (value: Value) => Json): Json =>
    Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, write(value)]));
  return {
    fields: byKey(state.fields, (field) => field.value),
    texts: byKey(state.texts, (text) => text.tree as unknown as Json),
    items: byKey(
      [...state.items].filter(([, item]) => item.gone === undefined),
      ({ section, holder, list, order }) => ({ section, holder, list, order }),
    ),
  };
}
