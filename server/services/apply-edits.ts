/**
 * Applies one run of edits to a document: who wrote it, whether it is known already, when it was written, whether it
 * may come in, and then the fold. Each edit is judged alone and gets one verdict for ever: sending it again gives the
 * same one, word for word. Nothing is dropped: what cannot come in is refused, or parked for its author.
 */
import type { PlacedEdit } from '#sync/model/edit.ts';
import { addressOf, makeId, partsOfAddress, type PenId, type SectionKey } from '#sync/model/ids.ts';
import { clientIdOfPen } from '#sync/model/pen-client.ts';
import { stampOf } from '#sync/model/stamp.ts';
import { isAccepted, type Verdict } from '#sync/model/verdict.ts';
import { fold, type FoldContext } from '#sync/fold/fold.ts';
import type { EditVerdict } from '#sync/protocol/changes.ts';
import type { Push, Run, WireEdit } from '#sync/protocol/push.ts';
import type { Reason } from '#sync/reasons.ts';
import { wishesIn } from '#sync/roles/may.ts';
import type { TextRule } from '#sync/rules/rule.ts';
import type { PenRow } from '#server/storage/documents.ts';
import { insertVersion } from '#server/storage/events.ts';
import { restoredVers } from '#server/storage/restored.ts';
import { loggedByPen, type LogRow } from '#server/storage/log.ts';
import { canonicalJson } from './audit.ts';
import { keepAnewWhatWasSent, wasTaken } from './apply-edits-again.ts';
import { gateFor } from './apply-edits-gate.ts';
import { lateIn } from './apply-edits-late.ts';
import { partsOfEdit, verdictOfAll } from './apply-edits-older.ts';
import { isOpenToAll, noteMine, noteOutcome, sectionOf } from './apply-edits-mine.ts';
import type { Batch, OpenDocument } from './group-commit-batch.ts';
import type { Keys } from './keys.ts';
import { couldWrite, hideableAuthors, isAcquainted, sectionRights, type Reader } from './viewer.ts';

export interface Arrival {
  readonly reader: Reader;
  readonly push: Pick<Push, 'sent' | 'jumped'>;
  /** The server's clock when the push arrived. */
  readonly at: number;
  readonly text: TextRule;
  /** Only where a backup was put back once; `isPast`: the device has not heard of it yet. */
  readonly restored?: { readonly isPast: boolean; readonly keys: Keys };
}

export async function applyRun(batch: Batch, arrival: Arrival, run: Run): Promise<EditVerdict[]> {
  const { reader } = arrival;
  const all = (reason: Reason) => run.edits.map(([n]): EditVerdict => [run.pen, n, 'refused', 0, reason]);
  const glance = await batch.glance(reader.authority, run.doc);
  if (glance === undefined || !isAcquainted(reader, glance.row, glance.shares)) return all('not-found');
  const document = await batch.open(reader.authority, run.doc);
  if (document === undefined) throw new Error('a document went away within a transaction');
  const pen = (await batch.pen(run.pen)) ?? (await newPen(batch, arrival, run));
  if (
    pen === undefined ||
    pen.document_id !== run.doc ||
    pen.person_id !== reader.person ||
    pen.device_id !== reader.device
  )
    return all('id-taken');
  const isPast = run.past === true || arrival.restored?.isPast === true;
  const floor = arrival.restored !== undefined && isPast ? await restoredVers(batch.tx, run.doc) : undefined;
  return new RunOfEdits(batch, arrival, run, document, pen, floor).apply();
}

/** Undefined when the document knows the pen's Yjs client already: two histories under one lose words without a sign. */
async function newPen(batch: Batch, { reader, at }: Arrival, run: Run): Promise<PenRow | undefined> {
  const clientId = clientIdOfPen(run.pen);
  if (await batch.isClientIdTaken(run.doc, clientId)) return undefined;
  return {
    id: run.pen,
    authority_id: reader.authority,
    document_id: run.doc,
    person_id: reader.person,
    device_id: reader.device,
    client_id: clientId,
    n: 0,
    created_at: at,
  };
}

export class RunOfEdits {
  readonly #batch: Batch;
  readonly #arrival: Arrival;
  readonly #run: Run;
  readonly #document: OpenDocument;
  readonly #pen: PenRow;
  readonly #base: Record<SectionKey, number> = {};
  readonly #taken: { edit: WireEdit; stamp: number; verdict: Verdict }[] = [];

  /** `floor`: how far each section had come when a backup was put back, for whoever saw what came after that. */
  constructor(
    batch: Batch,
    arrival: Arrival,
    run: Run,
    document: OpenDocument,
    pen: PenRow,
    floor?: ReadonlyMap<string, number>,
  ) {
    this.#batch = batch;
    this.#arrival = arrival;
    this.#run = run;
    this.#document = document;
    this.#pen = pen;
    const rights = sectionRights(arrival.reader, document);
    // Of a section that it may not see it has seen nothing: what became of a guess would tell how much is written there.
    const most = (section: SectionKey) =>
      Math.min(document.state.vers.get(section) ?? 0, floor === undefined ? Infinity : (floor.get(section) ?? 0));
    for (const [section, ver] of Object.entries(run.base) as [SectionKey, number][])
      this.#base[section] = rights(section).includes('see') ? Math.min(ver, most(section)) : 0;
  }

  async apply(): Promise<EditVerdict[]> {
    const known = await this.#known();
    let { n: done } = this.#pen;
    const verdicts: EditVerdict[] = [];
    for (const edit of this.#run.edits) {
      const [n] = edit;
      if (n <= done)
        verdicts.push(known.get(n)?.(edit) ?? this.#answer(n, { is: 'refused', ver: 0, reason: 'id-taken' }));
      else if (n > done + 1) verdicts.push(this.#answer(n, { is: 'refused', ver: 0, reason: 'gap' }));
      else {
        const { verdict } = await this.#take(edit);
        done = n;
        verdicts.push(this.#answer(n, verdict));
        known.set(n, (again) =>
          this.#answer(n, isSameEdit(again, edit) ? verdict : { is: 'refused', ver: 0, reason: 'id-taken' }),
        );
      }
    }
    if (this.#taken.length > 0) this.#note(done);
    return verdicts;
  }

  /** What the log holds of the edits in this run: the first verdict again for the same body, for another body none. */
  async #known(): Promise<Map<number, (edit: WireEdit) => EditVerdict>> {
    const known = new Map<number, (edit: WireEdit) => EditVerdict>();
    const numbers = this.#run.edits.map(([n]) => n);
    const first = Math.min(...numbers);
    if (first > this.#pen.n) return known;
    const inBatch = this.#document.log.filter((row) => row.pen === this.#run.pen);
    for (const row of [
      ...(await loggedByPen(this.#batch.tx, this.#run.pen, first, Math.max(...numbers))),
      ...inBatch,
    ]) {
      const edits = JSON.parse(row.edits) as WireEdit[];
      const verdicts = JSON.parse(row.verdicts) as Verdict[];
      edits.forEach((edit, index) => {
        const [n] = edit;
        const verdict = verdicts[index];
        if (verdict === undefined) throw new Error('an edit was logged without its verdict');
        known.set(n, (again) =>
          this.#answer(n, isSameEdit(again, edit) ? verdict : { is: 'refused', ver: 0, reason: 'id-taken' }),
        );
      });
    }
    return known;
  }

  async #take(edit: WireEdit): Promise<{ verdict: Verdict }> {
    const { reader, at, push } = this.#arrival;
    const [, , , , , made] = edit;
    const stamp = stampOf({
      arrival: at,
      made,
      sent: push.sent,
      jumped: push.jumped,
      previous: await this.#batch.lastStamp(reader.device),
    });
    this.#batch.saveLastStamp(reader.device, stamp);
    const placed = this.#placed(edit, stamp);
    const judged = this.#isNewerForm() ? [{ part: placed, verdict: newerApp }] : await this.#judgeParts(placed);
    const verdict = verdictOfAll(judged.map((one) => one.verdict));
    this.#taken.push({ edit, stamp, verdict });
    for (const { part, verdict: own, section } of judged)
      if (own.is === 'parked')
        await noteMine(this.#batch, this.#document, part, own.reason ?? 'section-closed', section);
    return { verdict };
  }

  #placed([n, kind, holder, field, value, made]: WireEdit, stamp: number): PlacedEdit {
    const { device, person } = this.#arrival.reader;
    return { n, kind, holder, field, value, made, pen: this.#run.pen, device, person, stamp, base: this.#base };
  }

  /** An edit of an earlier version of the form, as it reads in the document's: one question can have become several. */
  async #judgeParts(sent: PlacedEdit): Promise<Judged[]> {
    const parts = partsOfEdit(this.#batch.forms, this.#document, this.#run.form, sent);
    if (parts === undefined) return [{ part: sent, verdict: { is: 'refused', ver: 0, reason: 'invalid-value' } }];
    const judged: Judged[] = [];
    for (const one of parts) {
      const part = judged.some(({ verdict }) => isAccepted(verdict)) ? { ...one, isFurtherPart: true as const } : one;
      judged.push({ part, ...(await this.#judge(part, sent)) });
    }
    return judged;
  }

  async #judge(placed: PlacedEdit, sent: PlacedEdit): Promise<Omit<Judged, 'part'>> {
    const gate = gateFor(this.#arrival.reader, this.#document);
    const folded = withoutCount(await this.#fold(placed, gate));
    const { restored } = this.#arrival;
    if (restored !== undefined && !isAccepted(folded)) {
      const verdict = (await wasTaken(this.#batch.tx, sent))
        ? withoutCount(await this.#foldAgain(placed, restored.keys))
        : folded;
      // What the text lacks is lost with the rest, and somebody else is to bring it back: tried again when more comes.
      if (verdict.reason === 'gap') return { verdict: { ...verdict, is: 'parked' } };
      if (verdict !== folded) return { verdict };
    }
    const late =
      folded.reason === 'unknown-field'
        ? await lateIn(this.#batch, this.#document, this.#arrival.reader, placed, this.#run.form)
        : undefined;
    return late === undefined
      ? { verdict: folded }
      : { verdict: { is: 'parked', ver: 0, reason: late.reason }, section: late.section };
  }

  /** What was logged without being judged: judged now, by the stamps that it was given then. */
  async applyAgain(stamps: readonly number[], trial: number): Promise<Verdict[]> {
    for (const [at, edit] of this.#run.edits.entries()) {
      const stamp = stamps[at] ?? 0;
      const verdict = verdictOfAll((await this.#judgeParts(this.#placed(edit, stamp))).map((one) => one.verdict));
      // What goes on waiting needs no row that says so.
      if (verdict.reason !== 'gap') this.#taken.push({ edit, stamp, verdict });
    }
    if (this.#taken.length === 0) return [];
    const numbers = this.#taken.map(({ edit: [n] }) => n);
    this.#log(Math.min(...numbers), Math.max(...numbers), trial);
    return this.#taken.map(({ verdict }) => verdict);
  }

  /** It was accepted before it was lost: what was closed or withdrawn after that does not shut it out. */
  async #foldAgain(placed: PlacedEdit, keys: Keys): Promise<Verdict> {
    const verdict = await this.#fold(placed, () => undefined);
    if (isAccepted(verdict)) await keepAnewWhatWasSent(this.#batch, this.#document, keys, this.#arrival.at);
    return verdict;
  }

  async #fold(edit: PlacedEdit, gate: FoldContext['gate']): Promise<Verdict> {
    const { state, form, touched, textAt } = this.#document;
    const address = addressOf(edit.holder, edit.field);
    const before = state.texts.get(address);
    const wishes = wishesIn(form);
    const authors = hideableAuthors(this.#document, address);
    const { verdicts, touched: now, notices } = fold(state, [edit], { form, gate, text: this.#arrival.text });
    const [verdict] = verdicts;
    if (verdict === undefined) throw new Error('the fold gave no verdict');
    now.sections.forEach((section) => touched.sections.add(section));
    now.fields.forEach((one) => {
      touched.fields.add(one);
      if (wishes.includes(partsOfAddress(one).field)) this.#document.hasChangedRights = true;
    });
    if (hideableAuthors(this.#document, address) !== authors) this.#document.hasChangedRights = true;
    now.items.forEach((item) => touched.items.add(item));
    now.texts.forEach((text) => touched.texts.add(text));
    if (edit.kind === 'text' && isAccepted(verdict)) {
      if (before?.person !== undefined && before.tree.length > 0) {
        const writtenAt = textAt.get(address) ?? 0;
        if (before.person !== edit.person || edit.stamp - writtenAt > pauseMs)
          await this.#keepVersion(edit, before.section, before.tree, before.person, writtenAt);
      }
      textAt.set(address, edit.stamp);
    }
    for (const notice of notices) {
      if (notice.person === edit.person && notice.device === edit.device) continue;
      const id = makeId<string>(this.#batch.ports.random);
      this.#document.mine.set(id, {
        id,
        authority_id: this.#document.row.authority_id,
        document_id: this.#document.row.id,
        person_id: notice.person,
        what: notice.what,
        reason: null,
        section: notice.section,
        holder: notice.holder,
        field: notice.field,
        edit: notice.edit,
        value: JSON.stringify(notice.value),
        standing: notice.standing === undefined ? null : JSON.stringify(notice.standing),
        by_person:
          notice.what === 'item-kept' && !isOpenToAll(form, sectionOf(this.#document, edit)) ? null : notice.by,
        at: this.#arrival.at,
        done: null,
      });
    }
    noteOutcome(this.#batch, this.#document, this.#arrival, edit, verdict, notices);
    return verdict;
  }

  async #keepVersion(edit: PlacedEdit, section: SectionKey, tree: unknown, person: string, at: number): Promise<void> {
    const { row } = this.#document;
    await insertVersion(this.#batch.tx, {
      document_id: row.id,
      authority_id: row.authority_id,
      section,
      holder: edit.holder,
      field: edit.field,
      tree: JSON.stringify(tree),
      person_id: person,
      at,
    });
  }

  #note(done: number): void {
    this.#batch.savePen({ ...this.#pen, n: done });
    this.#log(this.#pen.n + 1, done, 0);
  }

  #log(first: number, last: number, trial: number): void {
    const { reader, at } = this.#arrival;
    this.#document.log.push({
      authority_id: reader.authority,
      document_id: this.#run.doc,
      person_id: reader.person,
      device_id: reader.device,
      pen: this.#run.pen,
      n_first: first,
      n_last: last,
      base: JSON.stringify(this.#base),
      edits: JSON.stringify(this.#taken.map((one) => one.edit)),
      stamps: JSON.stringify(this.#taken.map((one) => one.stamp)),
      verdicts: JSON.stringify(this.#taken.map((one) => one.verdict)),
      form: this.#run.form,
      trial,
      at,
    } satisfies Omit<LogRow, 'seq'>);
  }

  #isNewerForm(): boolean {
    const { row, shares } = this.#document;
    const newest = this.#batch.forms.formOf(row.kind)?.version ?? 0;
    return this.#run.form > newest && couldWrite(this.#arrival.reader, row, shares);
  }

  #answer(n: number, { is, ver, reason }: Verdict): EditVerdict {
    const pen: PenId = this.#run.pen;
    return reason === undefined ? [pen, n, is, ver] : [pen, n, is, ver, reason];
  }
}

interface Judged {
  readonly part: PlacedEdit;
  readonly verdict: Verdict;
  /** Where the document itself cannot tell it. */
  readonly section?: SectionKey;
}

const newerApp: Verdict = { is: 'parked', ver: 0, reason: 'newer-app' };

/** The count of a section that did not take the edit would tell its author of others' work there. */
const withoutCount = (verdict: Verdict): Verdict => (isAccepted(verdict) ? verdict : { ...verdict, ver: 0 });

const isSameEdit = (a: WireEdit, b: WireEdit): boolean => canonicalJson(a) === canonicalJson(b);
const pauseMs = 10 * 60_000;
