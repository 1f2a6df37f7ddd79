/**
 * Sends a document to the authority. From this instant it is closed, dated by the server's clock in England, numbered,
 * and kept as its sender saw it. Whoever sends it must have read what others wrote, and nothing may be undecided.
 */
import * as z from 'zod/mini';
import { answersIn } from '#sync/forms/answers.ts';
import { openConflictsOf, problemsOf } from '#sync/forms/validate.ts';
import { partsOfAddress, type PersonId, type SectionKey } from '#sync/model/ids.ts';
import type { CommandVerdict } from '#sync/model/command.ts';
import { isNumberTaken, nextCaseNumber } from '#server/storage/documents.ts';
import { insertVersion } from '#server/storage/events.ts';
import { sectionRights } from '../viewer.ts';
import { calendarDay } from './calendar.ts';
import { done, onDocument, refused, type OnDocument } from './command.ts';
import { addEvent } from './event.ts';
import { unseenSections } from './submit-check.ts';
import { queueSubmitMessages } from './submit-messages.ts';
import { keepSnapshot } from './submit-snapshot.ts';

export const submit = onDocument({
  name: 'submit',
  // Of an app that draws a newer version than the document is of: what its sender sees is what is sent.
  args: z.strictObject({ form: z.optional(z.int().check(z.positive())) }),
  async run(facts) {
    const { reader, document, may, at } = facts;
    const { row } = document;
    if ((facts.args.form ?? row.form) > (facts.batch.forms.formOf(row.kind)?.version ?? 0)) return refused('newer-app');
    const { receipt } = facts;
    // What was received once is received: whatever is still on its way comes under the receipt that was given for it, and
    // a database that was put back may have let it be deleted meanwhile as the draft that it had been.
    const isInBin = receipt !== undefined && row.stage === 'deleted' && may.includes('restore');
    if (row.stage !== 'draft' && !isInBin) return refused('already-submitted');
    if (!isInBin && !may.includes('submit')) return refused('not-allowed');
    const obstacle = receipt === undefined ? obstacleTo(facts) : undefined;
    if (obstacle !== undefined) return obstacle;

    const receivedOn = receipt?.receivedOn ?? calendarDay(at);
    const receivedAt = receipt?.receivedAt ?? at;
    const caseNumber = (await numberIn(facts)) ?? (await newNumber(facts, receivedOn));
    document.leftStages.add(row.stage);
    Object.assign(row, {
      stage: 'received',
      case_number: caseNumber,
      received_on: receivedOn,
      submitted_at: receivedAt,
      submitted_by: reader.person,
    });
    document.isRowChanged = true;
    await keepVersions(facts);
    const snapshotHash = await keepSnapshot({ ...facts, by: reader.person, reason: 'submitted' });
    await queueSubmitMessages(facts, caseNumber, receivedOn);
    addEvent(facts, 'submitted', { caseNumber, receivedOn });
    // The receipt is signed when the verdict goes out: signing waits, and inside a transaction only queries are awaited.
    return done({ caseNumber, receivedAt, receivedOn, snapshotHash: receipt?.snapshotHash ?? snapshotHash });
  },
});

/** The number that was given before, unless a server that did not know of it gave it to somebody else meanwhile. */
async function numberIn({ batch, reader, receipt }: OnDocument<unknown>): Promise<string | undefined> {
  if (receipt === undefined || (await isNumberTaken(batch.tx, reader.authority, receipt.caseNumber))) return undefined;
  return receipt.caseNumber;
}

async function newNumber({ batch, reader }: OnDocument<unknown>, receivedOn: string): Promise<string> {
  const last = await nextCaseNumber(batch.tx, reader.authority, Number(receivedOn.slice(0, 4)));
  return `EHC/${receivedOn.slice(2, 4)}/${String(last).padStart(4, '0')}`;
}

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
