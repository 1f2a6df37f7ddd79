/**
 * Earlier values of one field, newest first, for those who may write it now, from the moment they could: what was typed
 * before a draft was shared is seen by nobody it was later shared with, except the value that stood.
 */
import { addressOf, editId, type DocumentId, type Holder, type PenId, type PersonId } from '#sync/model/ids.ts';
import { settlement, type Json } from '#sync/model/edit.ts';
import type { DocumentState, TextTree } from '#sync/model/state.ts';
import { isAccepted, type Verdict } from '#sync/model/verdict.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import { locate } from '#sync/forms/locate.ts';
import type { FormPast } from '#sync/forms/past.ts';
import { upgradedEdits } from '#sync/fold/upgrade.ts';
import type { EarlierAnswer } from '#sync/protocol/history.ts';
import type { WireEdit } from '#sync/protocol/push.ts';
import { versionsOf } from '#server/storage/events.ts';
import { logOf } from '#server/storage/log.ts';
import { loadState } from '#server/storage/sections.ts';
import { peopleOf, type People } from './changes-since-people.ts';
import { viewOf } from './changes-since.ts';
import type { Sync } from './sync.ts';
import { sectionRights, writerSince, type Reader } from './viewer.ts';

/** Undefined for whoever may not write there, as for a document or field that does not exist. */
export async function historyOf(
  sync: Pick<Sync, 'storage' | 'forms'>,
  reader: Reader,
  doc: DocumentId,
  holder: Holder,
  field: string,
): Promise<EarlierAnswer[] | undefined> {
  return sync.storage.read(async (db) => {
    const view = await viewOf(sync, db, reader, doc);
    const since = view && writerSince(view.row, view.shares, reader.person);
    if (view === undefined || since === undefined) return undefined;
    const { state, textAt } = await loadState(db, doc);
    const place = locate(view.form, state, holder, field);
    if (place === undefined || !sectionRights(reader, { ...view, state })(place.section).includes('write'))
      return undefined;
    const people = peopleOf(db, reader.authority);
    const isOpen = (person: string, at: number) => person === reader.person || at >= since;

    if (place.definition.rule === 'text') {
      const text = state.texts.get(addressOf(holder, field));
      const kept = (await versionsOf(db, doc, holder, field)).filter((version) =>
        isOpen(version.person_id, version.at),
      );
      const standing =
        text?.person === undefined
          ? []
          : [
              {
                tree: text.tree,
                by: await people(text.person),
                at: textAt.get(addressOf(holder, field)) ?? 0,
                edit: 'standing',
              },
            ];
      return [
        ...standing,
        ...(await Promise.all(
          kept.map(async (version) => ({
            tree: JSON.parse(version.tree) as TextTree,
            by: await people(version.person_id as PersonId),
            at: version.at,
            edit: `version.${String(version.id)}`,
          })),
        )),
      ];
    }
    const reading = { past: sync.forms.pastOf(view.row.kind), form: view.form, state };
    const written = (await logOf(db, doc)).flatMap((row) => writesIn(row, holder, field, reading));
    const standing = state.fields.get(addressOf(holder, field));
    const isStanding = (write: Write) =>
      standing?.sides.some(
        (side) =>
          side.pen === write.pen && side.n === write.n && JSON.stringify(side.value) === JSON.stringify(standing.value),
      );
    return Promise.all(
      written
        .filter((write) => isOpen(write.person, write.at) || isStanding(write))
        .sort((a, b) => b.at - a.at)
        .map((write) => entryOf(write, people)),
    );
  });
}

interface Write {
  readonly value: Json;
  readonly person: PersonId;
  readonly pen: PenId;
  readonly n: number;
  readonly at: number;
}

interface Read {
  readonly past: FormPast;
  readonly form: FormDefinition;
  readonly state: DocumentState;
}

/** What was written in an earlier version of the form, as it reads in the document's. */
function writesIn(
  row: { edits: string; verdicts: string; stamps: string; person_id: string; pen: string; form: number },
  holder: Holder,
  field: string,
  { past, form, state }: Read,
): Write[] {
  const edits = JSON.parse(row.edits) as WireEdit[];
  const verdicts = JSON.parse(row.verdicts) as Verdict[];
  const stamps = JSON.parse(row.stamps) as number[];
  return edits.flatMap(([n, kind, where, name, value], index): Write[] => {
    const verdict = verdicts[index];
    if (where !== holder || verdict === undefined || !isAccepted(verdict) || (kind !== 'set' && kind !== 'settle'))
      return [];
    const sent = { kind, holder, field: name, value };
    const read = row.form < form.version ? upgradedEdits({ past, from: row.form, form }, state, sent) : [sent];
    return (read ?? [])
      .filter((part) => part.field === field)
      .map((part) => ({
        value: kind === 'settle' ? (settlement(part.value)?.value ?? null) : part.value,
        ...{ person: row.person_id as PersonId, pen: row.pen as PenId, n, at: stamps[index] ?? 0 },
      }));
  });
}

const entryOf = async ({ value, person, pen, n, at }: Write, people: People): Promise<EarlierAnswer> => ({
  value,
  by: await people(person),
  at,
  edit: editId(pen, n),
});
