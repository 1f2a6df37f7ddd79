/**
 * Sends a document to the authority. From this instant it is closed, dated by the server's clock in England, numbered,
 * and kept as its sender saw it. Whoever sends it must have read what others wrote, and nothing may be undecided.
 */
import * as z from 'zod/mini';
import { answersIn } from '#sync/forms/answers.ts';
import { openConflictsOf, problemsOf } from '#sync/forms/validate.ts';
import { makeId, type PersonId, type SectionKey } from '#sync/model/ids.ts';
import type { Json } from '#sync/model/edit.ts';
import type { DocumentState } from '#sync/model/state.ts';
import type { CommandVerdict } from '#sync/model/command.ts';
import { nextCaseNumber } from '#server/storage/documents.ts';
import { insertSnapshot, insertVersion } from '#server/storage/events.ts';
import { canonicalJson, sha256 } from '../audit.ts';
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
    const space = address.indexOf(' ');
    await insertVersion(batch.tx, {
      document_id: document.row.id,
      authority_id: document.row.authority_id,
      section: text.section,
      holder: address.slice(0, space),
      field: address.slice(space + 1),
      tree: JSON.stringify(text.tree),
      person_id: text.person ?? (document.row.starter_id as PersonId),
      at,
    });
  }
}

async function keepSnapshot({ batch, document, reader, at }: OnDocument<unknown>): Promise<string> {
  const { row, form, state } = document;
  const outline = batch.forms.outlineOf(form, state, batch.forms.labels) as unknown as Json;
  const content: Json = {
    kind: row.kind,
    form: row.form,
    caseNumber: row.case_number,
    receivedOn: row.received_on,
    receivedAt: at,
    ...contentOf(state),
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
