/** Names, each looked up once for a frame however often it stands in it. */
import type { Kysely } from 'kysely';
import type { PersonId } from '#sync/model/ids.ts';
import type { By } from '#sync/protocol/changes.ts';
import type { Tables } from '#server/storage/schema.ts';
import { personShown } from '#server/storage/viewers.ts';

export type People = (id: PersonId) => Promise<By>;

export function peopleOf(db: Kysely<Tables>, authorityId: string): People {
  const known = new Map<PersonId, By>();
  return async (id) => {
    const found = known.get(id) ?? { id, ...((await personShown(db, authorityId, id)) ?? { name: '', role: '' }) };
    known.set(id, found);
    return found;
  };
}
