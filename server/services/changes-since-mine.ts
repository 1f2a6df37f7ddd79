/** What a person is told about their own words. What others wrote comes with it only where they may still read it. */
import type { DocumentId, Holder, PersonId, SectionKey } from '#sync/model/ids.ts';
import type { Json } from '#sync/model/edit.ts';
import type { MineChange } from '#sync/protocol/changes.ts';
import type { Reason } from '#sync/reasons.ts';
import type { MineRow } from '#server/storage/mine.ts';
import type { DocumentView, Reading } from './changes-since-sections.ts';
import { sectionRights } from './viewer.ts';

export async function mineChange({ reader, people }: Reading, row: MineRow, view: DocumentView): Promise<MineChange[]> {
  const maySeeIt = sectionRights(reader, view)(row.section as SectionKey).includes('see');
  if (!maySeeIt && row.what !== 'parked') return [];
  return [
    {
      t: 'mine',
      id: row.id,
      doc: row.document_id as DocumentId,
      what: row.what as MineChange['what'],
      ...(row.reason !== null && { reason: row.reason as Reason }),
      holder: row.holder as Holder,
      field: row.field,
      value: JSON.parse(row.value) as Json,
      ...(maySeeIt && row.standing !== null && { standing: JSON.parse(row.standing) as Json }),
      ...(maySeeIt && row.by_person !== null && { by: await people(row.by_person as PersonId) }),
      at: row.at,
      done: row.done !== null,
    },
  ];
}
