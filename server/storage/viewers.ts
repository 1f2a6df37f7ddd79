/** What the feed must know of people: names to show, and rights that changed. */
import type { Kysely, Transaction } from 'kysely';
import { isIn, prepared, preparedOne } from './prepared.ts';
import type { Tables } from './schema.ts';

type Db = Kysely<Tables>;

/** A name as others read it, with the first role held; people who left keep the role they had. */
export async function personShown(
  db: Db,
  authorityId: string,
  personId: string,
): Promise<{ name: string; role: string } | undefined> {
  const person = await shownAs(db, { authorityId, personId });
  return person && { name: person.name, role: person.role ?? '' };
}
interface Whose {
  readonly authorityId: string;
  readonly personId: string;
}
const shown = (db: Db, authorityId: string) =>
  db
    .selectFrom('person')
    .select((e) => [
      'person.id',
      'person.name',
      e
        .selectFrom('membership')
        .select('role')
        .where('authority_id', '=', authorityId)
        .whereRef('person_id', '=', 'person.id')
        .orderBy((of) => of('ended_at', 'is', null), 'desc')
        .orderBy('created_at')
        .orderBy('id')
        .limit(1)
        .as('role'),
    ])
    .where('person.authority_id', '=', authorityId);
const shownAs = preparedOne((db, { authorityId, personId }: Whose) =>
  shown(db, authorityId).where('person.id', '=', personId),
);

/** Many at once, by their ids. */
export const peopleShown = (db: Db, authorityId: string, ids: readonly string[]) =>
  shownAmong(db, { authorityId, ids: JSON.stringify(ids) });
const shownAmong = prepared((db, { authorityId, ids }: { authorityId: string; ids: string }) =>
  shown(db, authorityId).where((e) => isIn(db, e.ref('person.id'), ids)),
);

export const rightsSeq = async (db: Db, personId: string): Promise<number> =>
  (await rightsOf(db, { personId }))?.rights_seq ?? 0;
const rightsOf = preparedOne((db, { personId }: { personId: string }) =>
  db.selectFrom('person').select('rights_seq').where('id', '=', personId),
);

export async function setRightsSeq(tx: Transaction<Tables>, personId: string, seq: number): Promise<void> {
  await tx.updateTable('person').set({ rights_seq: seq }).where('id', '=', personId).execute();
}

export const activePeopleInRole = (db: Db, authorityId: string, role: string) =>
  db
    .selectFrom('person')
    .innerJoin('membership', 'membership.person_id', 'person.id')
    .select(['person.id', 'person.email', 'person.name'])
    .distinct()
    .where('person.authority_id', '=', authorityId)
    .where('person.is_active', '=', 1)
    .where('membership.role', '=', role)
    .where('membership.ended_at', 'is', null)
    .orderBy('person.id')
    .execute();

export const lastStampOf = async (db: Db, deviceId: string): Promise<number> =>
  (await stampOf(db, { deviceId }))?.last_stamp ?? 0;
const stampOf = preparedOne((db, { deviceId }: { deviceId: string }) =>
  db.selectFrom('device').select('last_stamp').where('id', '=', deviceId),
);

/** Never back: two server processes may have taken something from one device at the same time. */
export async function setLastStamp(tx: Transaction<Tables>, deviceId: string, stamp: number): Promise<void> {
  await stampIs(tx, { deviceId, stamp });
}
const stampIs = prepared((db, { deviceId, stamp }: { deviceId: string; stamp: number }) =>
  db.updateTable('device').set({ last_stamp: stamp }).where('id', '=', deviceId).where('last_stamp', '<', stamp),
);
