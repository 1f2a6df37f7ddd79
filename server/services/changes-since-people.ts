/** Names, each looked up once for a frame however often it stands in it. */
import type { Kysely } from 'kysely';
import type { PersonId } from '#sync/model/ids.ts';
import type { By } from '#sync/protocol/changes.ts';
import type { Tables } from '#server/storage/schema.ts';
import { peopleShown, personShown } from '#server/storage/viewers.ts';

export type People = (id: PersonId) => Promise<By>;

export function peopleOf(db: Kysely<Tables>, authorityId: string, known = new Map<PersonId, By>()): People {
  return async (id) => {
    const found = known.get(id) ?? { id, ...((await personShown(db, authorityId, id)) ?? { name: '', role: '' }) };
    known.set(id, found);
    return found;
  };
}

/** These looked up at once, and whoever else is named by themselves. */
export async function peopleAmong(db: Kysely<Tables>, authorityId: string, ids: readonly string[]): Promise<People> {
  const rows = await peopleShown(db, authorityId, [...new Set(ids)]);
  const known = rows.map(({ id, name, role }): [PersonId, By] => [
    id as PersonId,
    { id: id as PersonId, name, role: role ?? '' },
  ]);
  return peopleOf(db, authorityId, new Map(known));
}
