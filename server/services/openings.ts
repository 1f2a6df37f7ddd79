/** «Who has opened our case»: what devices noted, by person. */
import type { DocumentId, PersonId } from '#sync/model/ids.ts';
import type { Opening } from '#sync/protocol/openings.ts';
import { openingsIn } from '#server/storage/log.ts';
import { peopleOf } from './changes-since-people.ts';
import { viewOf } from './changes-since.ts';
import { calendarDay } from './commands/calendar.ts';
import type { Sync } from './sync.ts';
import { mayIn, type Reader } from './viewer.ts';

/** Who opened it last comes first. Undefined for whoever may not know, as for a document that does not exist. */
export async function openingsOf(
  sync: Pick<Sync, 'storage' | 'forms'>,
  reader: Reader,
  doc: DocumentId,
): Promise<Opening[] | undefined> {
  return sync.storage.read(async (db) => {
    const view = await viewOf(sync, db, reader, doc);
    if (view === undefined || !mayIn(reader, view.row, view.shares).includes('see-openings')) return undefined;
    const instants = new Map<PersonId, number[]>();
    for (const { person_id: person, body, at } of await openingsIn(db, doc)) {
      const { args } = JSON.parse(body) as { args: { at: number } };
      // A clock that is wrong cannot have opened it before it was there, or later than the Hub heard of it.
      const opened = Math.min(Math.max(args.at, view.row.created_at), at);
      instants.set(person as PersonId, [...(instants.get(person as PersonId) ?? []), opened]);
    }
    const people = peopleOf(db, reader.authority);
    const openings = [...instants].map(async ([person, all]) => ({
      by: await people(person),
      last: Math.max(...all),
      days: new Set(all.map(calendarDay)).size,
    }));
    return (await Promise.all(openings)).sort((a, b) => b.last - a.last);
  });
}
